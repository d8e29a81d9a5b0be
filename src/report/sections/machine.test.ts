import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCase } from '../../evidence/index.ts';
import type { CaseFile } from '../../kernel/index.ts';
import { writeReport } from '../index.ts';

const HOSTILE = '</pre><script>alert(1)</script>\u001b[31m\u202e';
let folder: string;
let file: CaseFile;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aplomb-machine-'));
  process.env.APLOMB_CONFIG_DIR = join(folder, 'config');
  file = createCase(join(folder, 'case'), { id: 'IR-7', title: 'A case', responder: 'ana' });
});
afterEach(() => {
  file.close();
  delete process.env.APLOMB_CONFIG_DIR;
  rmSync(folder, { recursive: true, force: true });
});

async function keep(name: string, mediaType: string, data: Uint8Array | string, unavailable?: string): Promise<void> {
  const stored = await file.store(Buffer.from(data));
  const source = { tool: 'aplomb', time: '2026-11-22T12:00:00.000Z', ...(unavailable ? { unavailable } : {}) };
  file.append('evidence', { items: [{ ...stored, name, mediaType, source }] });
}
const page = async (lang: 'en' | 'es' = 'en') => readFileSync(await writeReport(file, { lang }), 'utf8');

it('is not there when nothing was collected', async () => {
  expect(await page()).not.toContain('The machine as it was found');
});

it('shows screen, console, user data and differences, escaped, and what was not available', async () => {
  await keep('console-screenshot.jpg', 'image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]));
  await keep('console-output-masked', 'text/plain', 'the first boot');
  await keep('console-output-latest-masked', 'text/plain', `${'boot\n'.repeat(500)}login: ${HOSTILE}\n`);
  await keep('user-data-masked', 'text/plain', `#!/bin/sh\nDB=[masked] ${HOSTILE}\n`);
  const differences = [{ what: `tag ${HOSTILE}`, here: HOSTILE, there: [{ value: null, instances: ['i-2', 'i-3'] }], alone: true }];
  const comparison = { relation: 'image', by: HOSTILE, siblings: 2, compared: [{ instance: 'i-2' }, { instance: 'i-3' }], differences };
  await keep('sibling-differences', 'application/json', JSON.stringify(comparison));
  await keep('inspector-findings', 'text/plain', '', `AccessDenied: ${HOSTILE}`);
  const shown = await page();
  expect(shown).toContain(`src="data:image/jpeg;base64,${Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]).toString('base64')}"`);
  expect(shown).toContain('img-src data:; base-uri');
  expect(shown).toContain('login: &lt;/pre&gt;&lt;script&gt;');
  expect(shown).toContain('the last 400 lines of 501');
  expect(shown).not.toContain('the first boot');
  expect(shown).toContain('DB=[masked]');
  expect(shown).toContain('only here');
  expect(shown).toContain('× 2');
  expect(shown).toContain('AccessDenied: &lt;/pre&gt;');
  expect(shown).not.toMatch(/<script|\u001b|\u202e/);
  expect(await page('es')).toContain('La máquina, tal como se encontró');
});

it('gives the browser no picture that is none, and asks for no right to', async () => {
  await keep('console-screenshot.jpg', 'image/jpeg', '<svg onload=alert(1)>');
  await keep('sibling-differences', 'text/plain', 'No other instance has its group.');
  const shown = await page();
  expect(shown).not.toMatch(/<img|img-src|<svg/);
});
