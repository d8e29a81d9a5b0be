import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../ingest/ingest.ts';
import { ordinary } from '../testing/ordinary.ts';
import { openStore, type TrailStore } from './open.ts';

const page = readFileSync(fileURLToPath(new URL('../../../docs/trail-views.md', import.meta.url)), 'utf8');
/** Columns that a chapter of the page lists, in its order: `name` and type. */
const told = (chapter: string): string[] => {
  const body = page.split(/^## /m).find((part) => part.startsWith(`\`${chapter}\``)) ?? '';
  return [...body.matchAll(/^\| `(\w+)` \| ([A-Z]+) \|/gm)].map(([, name, type]) => `${name} ${type}`);
};
/** What each chapter describes. */
const CHAPTERS: Readonly<Record<string, readonly string[]>> = {
  events: ['events', 'insights', 'network_activity', 'all_events'],
  duplicates: ['duplicates'],
  sources: ['sources'],
  problems: ['problems'],
};

const root = mkdtempSync(join(tmpdir(), 'aplomb-views-'));
const stores: Record<string, TrailStore> = {};
beforeAll(async () => {
  const file = join(root, 'a.json');
  const [one, two] = [ordinary({ eventID: '1' }), ordinary({ eventID: '2', errorCode: 'AccessDenied' })];
  writeFileSync(file, `${JSON.stringify({ Records: [one, two, { ...one, eventName: 'Other' }] })}?`);
  await ingest(join(root, 'full'), [{ path: file, file: 'a.json' }], { threads: 1 });
  stores.full = await openStore(join(root, 'full'));
  stores.empty = await openStore(join(root, 'empty'));
});
afterAll(() => {
  for (const store of Object.values(stores)) store.close();
  rmSync(root, { recursive: true, force: true });
});

describe.each(['full', 'empty'])('the views of a store that is %s', (which) => {
  it.each(Object.entries(CHAPTERS))('docs/trail-views.md tells `%s` as it is', async (chapter, views) => {
    for (const view of views) {
      const columns = await stores[which]!.query(`DESCRIBE ${view}`);
      expect(columns.map((row) => `${row.column_name} ${row.column_type}`).sort(), view).toEqual(told(chapter).sort());
    }
  });
  it('are all told', async () => {
    const tables = (await stores[which]!.query('SHOW TABLES')).map(({ name }) => name);
    expect(tables.sort()).toEqual([...Object.values(CHAPTERS).flat(), 'stored'].sort());
  });
});

it('the examples of the page run', async () => {
  const examples = [...page.matchAll(/^```sql\n([\s\S]*?)^```/gm)].map(([, text]) => text!);
  expect(examples.length).toBeGreaterThan(4);
  for (const example of examples) await expect(stores.full!.query(example), example).resolves.toBeInstanceOf(Array);
  const [copies] = await stores.full!.query('SELECT count(*) AS n FROM duplicates WHERE conflict');
  expect(copies).toEqual({ n: 1 });
});
