import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Detection, Hit } from '../detection.ts';
import { detect, type NamedDetection } from '../detections/run.ts';
import { ingest } from '../ingest/ingest.ts';
import { openStore, type TrailStore } from '../store/open.ts';
import { ordinary } from '../testing/ordinary.ts';
import { detectOwn } from './own.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../detections');
const dir = mkdtempSync(join(tmpdir(), 'aplomb-own-'));
const named: NamedDetection[] = [];
let store: TrailStore;
beforeAll(async () => {
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\/[^.]+\.ts$/.test(file)) continue;
    const { detection } = (await import(/* @vite-ignore */ join(folder, file))) as { detection?: Detection };
    if (detection) named.push({ id: basename(file, '.ts'), detection });
  }
  const examples = named.flatMap(({ detection }) => [...detection.examples.hits, ...detection.examples.quiet]);
  const records = examples.flatMap(({ records }) => records.map(ordinary)).map((record, i) => ({ ...record, eventID: `made-${i}` }));
  const path = join(dir, 'made.json');
  writeFileSync(path, JSON.stringify({ Records: records }));
  await ingest(join(dir, 'store'), [{ path, file: 'made.json' }]);
  store = await openStore(join(dir, 'store'));
}, 120_000);
afterAll(() => {
  store?.close();
  rmSync(dir, { recursive: true, force: true });
});
const sorted = (hits: readonly Hit[]): string[] => hits.map((hit) => JSON.stringify(hit)).sort();

test('what the store leaves out is no hit: the same hits as when every event is looked at whole', async () => {
  const accounts = await store.query('SELECT DISTINCT recipientAccountId AS account FROM events WHERE recipientAccountId IS NOT NULL');
  const all = await detect(named, store.events('true'), { accounts: new Set(accounts.map(({ account }) => account as string)) });
  expect(all.length).toBeGreaterThan(named.length);
  expect(sorted(await detectOwn(store, named))).toEqual(sorted(all));
}, 120_000);
test('nobody has so many: no hit of a burst', async () => {
  const burst = named.find(({ id }) => id === 'mail-sent-in-bulk')!;
  const impossible = { ...burst, detection: { ...burst.detection, burst: { ...burst.detection.burst!, atLeast: 1_000_000 } } };
  expect(await detectOwn(store, [impossible])).toEqual([]);
  expect((await detectOwn(store, [burst])).length).toBeGreaterThan(0);
});
