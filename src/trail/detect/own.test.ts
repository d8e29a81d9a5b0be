import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Detection, Hit } from '../detection.ts';
import { detect, type NamedDetection } from '../detections/run.ts';
import type { TrailRecord } from '../event.ts';
import { ingest } from '../ingest/ingest.ts';
import { openStore, type TrailStore } from '../store/open.ts';
import { ordinary } from '../testing/ordinary.ts';
import { detectOwn } from './own.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../detections');
const dir = mkdtempSync(join(tmpdir(), 'aplomb-own-'));
const named: NamedDetection[] = [];
let store: TrailStore;
let mixed: TrailStore;
async function storeOf(name: string, records: readonly object[]): Promise<TrailStore> {
  const path = join(dir, `${name}.json`);
  writeFileSync(path, JSON.stringify({ Records: records }));
  await ingest(join(dir, name), [{ path, file: `${name}.json` }]);
  return openStore(join(dir, name));
}
beforeAll(async () => {
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\/[^.]+\.ts$/.test(file)) continue;
    const { detection } = (await import(/* @vite-ignore */ join(folder, file))) as { detection?: Detection };
    if (detection) named.push({ id: basename(file, '.ts'), detection });
  }
  const examples = named.flatMap(({ detection }) => [...detection.examples.hits, ...detection.examples.quiet]);
  const records: readonly TrailRecord[] = examples.flatMap(({ records }) => records.map(ordinary)).map((record, i) => ({ ...record, eventID: `made-${i}` }));
  store = await storeOf('store', records);
  // Copies, some of which say something else; events that are kept apart; other services that have an API of the same name.
  const more = records.flatMap((record, i): object[] => [
    ...(i % 7 === 0 ? [{ ...record, ...(i % 2 === 0 ? { errorCode: 'AccessDenied' } : {}) }] : []),
    ...(i % 11 === 0
      ? [{ ...record, eventID: `apart-${i}`, eventCategory: i % 2 === 0 ? 'Insight' : 'NetworkActivity', recipientAccountId: '999900001111' }]
      : []),
    ...(i % 13 === 0 ? [{ ...record, eventID: `other-${i}`, eventSource: 'other.amazonaws.com' }] : []),
    ...(i % 97 === 0 ? [{ eventID: `bare-${i}`, eventName: record.eventName }] : []),
  ]);
  mixed = await storeOf('mixed', [...records, ...more]);
}, 120_000);
afterAll(() => {
  store?.close();
  mixed?.close();
  rmSync(dir, { recursive: true, force: true });
});
const sorted = (hits: readonly Hit[]): string[] => hits.map((hit) => JSON.stringify(hit)).sort();

/** Every event looked at whole by every detection. */
async function plainly(from: TrailStore, detections: readonly NamedDetection[]): Promise<readonly string[]> {
  const accounts = await from.query('SELECT DISTINCT recipientAccountId AS account FROM events WHERE recipientAccountId IS NOT NULL');
  return sorted(await detect(detections, from.events('true'), { accounts: new Set(accounts.map(({ account }) => account as string)) }));
}
const temporary = async (from: TrailStore) => (await from.query('SELECT table_name FROM duckdb_tables() WHERE temporary')).map((row) => row.table_name);

test('what the store leaves out is no hit: the same hits as when every event is looked at whole', async () => {
  const all = await plainly(store, named);
  expect(all.length).toBeGreaterThan(named.length);
  expect(sorted(await detectOwn(store, named))).toEqual(all);
  expect(await temporary(store)).toEqual([]);
}, 120_000);
test('the same among copies, events that are kept apart, and services that name an API alike', async () => {
  const [kept] = await mixed.query('SELECT (SELECT count(*) FROM duplicates) AS copies, (SELECT count(*) FROM insights) AS insights');
  expect(Math.min(kept!.copies as number, kept!.insights as number)).toBeGreaterThan(10);
  const all = await plainly(mixed, named);
  expect(all).not.toEqual(await plainly(store, named));
  expect(sorted(await detectOwn(mixed, named))).toEqual(all);
}, 120_000);
test('each detection alone finds what it finds among all', async () => {
  const all = await detectOwn(mixed, named);
  // Those that count in the store: what they found lies among APIs at which nobody else looks.
  const some = named.filter(({ detection }, i) => (detection.burst?.sql !== undefined && i % 2 === 0) || i % 40 === 0);
  expect(some.length).toBeGreaterThan(10);
  for (const one of some) expect(sorted(await detectOwn(mixed, [one])), one.id).toEqual(sorted(all.filter(({ rule }) => rule === one.id)));
}, 120_000);
test('who looks at an answer without saying so is given it all the same', async () => {
  const looker = (looksFurther: boolean): NamedDetection => ({
    id: 'looker',
    detection: {
      ...named[0]!.detection,
      apis: ['sts:*', 'signin:*', 'iam:*'],
      looksFurther,
      when: (record) => {
        const answer = JSON.stringify([record.responseElements ?? null, record.additionalEventData ?? null, record.eventID]);
        return answer === '' ? undefined : { en: answer, es: answer };
      },
    },
  });
  const all = await plainly(store, [looker(false)]);
  expect(all.filter((hit) => hit.includes('credentials') || hit.includes('ConsoleLogin')).length).toBeGreaterThan(0);
  expect(sorted(await detectOwn(store, [looker(false)]))).toEqual(all);
  expect(sorted(await detectOwn(store, [looker(true)]))).toEqual(all);
});
test('an empty store has no hits', async () => {
  const empty = await openStore(join(dir, 'nothing'));
  expect(await detectOwn(empty, named)).toEqual([]);
  empty.close();
});
test('nobody has so many: no hit of a burst', async () => {
  const burst = named.find(({ id }) => id === 'mail-sent-in-bulk')!;
  const impossible = { ...burst, detection: { ...burst.detection, burst: { ...burst.detection.burst!, atLeast: 1_000_000 } } };
  expect(await detectOwn(store, [impossible])).toEqual([]);
  expect((await detectOwn(store, [burst])).length).toBeGreaterThan(0);
});
