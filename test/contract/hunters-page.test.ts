import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { hunters } from '../../src/generated/procedure.ts';
import type { Hunter } from '../../src/kernel/index.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

it('docs/hunters.md tells the hunters as they are: npm run build && node scripts/hunters-page.mjs', async () => {
  const script: { huntersPage(all: Record<string, Hunter>): string } = await import(at('scripts/hunters-page.mjs'));
  const all = Object.fromEntries(await Promise.all(Object.entries(hunters).map(async ([name, load]) => [name, await load()] as const)));
  const page = script.huntersPage(all);
  for (const { type } of Object.values(all)) expect(page).toContain(`\`${type}\``);
  expect(readFileSync(at('docs/hunters.md'), 'utf8')).toBe(page);
});
