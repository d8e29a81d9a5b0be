import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ingest } from '../ingest/ingest.ts';
import { openStore, type TrailStore } from '../store/open.ts';
import { ordinary } from '../testing/ordinary.ts';
import { callsOf, eventsWith, isOfCalls, isOfIdentities, joinedFor, onlyColumnIn, tableWith } from './parts.ts';

const dir = mkdtempSync(join(tmpdir(), 'aplomb-parts-'));
let store: TrailStore;
beforeAll(async () => {
  const one = ordinary({ eventID: '1' });
  const records = [
    one,
    { ...one, errorCode: 'AccessDenied' },
    ordinary({ eventID: '2', eventTime: '2026-03-04T10:00:00.500Z', userAgent: 'odd' }),
    ordinary({ eventID: '3', eventCategory: 'Insight' }),
    ordinary({ eventID: '4', eventCategory: 'NetworkActivity' }),
    ordinary({ eventID: '5', eventCategory: 'Data' }),
  ];
  const path = join(dir, 'made.json');
  writeFileSync(path, JSON.stringify({ Records: records }));
  await ingest(join(dir, 'store'), [{ path, file: 'made.json' }]);
  store = await openStore(join(dir, 'store'));
});
afterAll(() => {
  store?.close();
  rmSync(dir, { recursive: true, force: true });
});

test('calls that count are the events', async () => {
  const events = await store.query('SELECT n FROM events ORDER BY n');
  expect(events).toHaveLength(3);
  expect(await store.query(`SELECT n FROM ${await callsOf(store)} ORDER BY n`)).toEqual(events);
});
test('every column is that of the view, however few are asked for', async () => {
  const calls = await callsOf(store);
  const columns = (await store.query('DESCRIBE events')).map((row) => row.column_name as string);
  expect(columns.length).toBeGreaterThan(60);
  for (const some of [...columns.map((column) => [column]), columns.filter((name) => name !== 'raw'), columns]) {
    const asked = some.map((name) => `"${name}"`).join(', ');
    expect(await store.query(`SELECT ${asked} FROM ${eventsWith(calls, some)} ORDER BY n`)).toEqual(
      await store.query(`SELECT ${asked} FROM events ORDER BY n`),
    );
  }
  expect(await store.query(`SELECT n FROM ${eventsWith(calls, ['userAgent'], "userAgent = 'odd'")}`)).toHaveLength(1);
});
test('a condition is told by the columns that it names', () => {
  expect(isOfCalls("errorCode IS NOT NULL AND contains(userAgent, 'x')")).toBe(true);
  expect(isOfCalls("errorCode IS NOT NULL AND identityType = 'Root'")).toBe(false);
  expect(isOfCalls('readOnly')).toBe(false);
  expect(isOfIdentities("IDENTITYTYPE = 'Root' AND accountId != 'x'")).toBe(true);
  expect(isOfIdentities("identityType = 'Root' OR userAgent = 'x'")).toBe(false);
  expect(isOfIdentities("identityType = 'Root' OR eventType = 'x'")).toBe(false);
  expect(onlyColumnIn("contains(lower(userAgent), 'a') OR userAgent IS NULL")).toBe('userAgent');
  expect(onlyColumnIn("userAgent = 'x' OR awsRegion = 'y'")).toBeUndefined();
  expect(onlyColumnIn("userAgent = 'x' OR principal = 'y'")).toBeUndefined();
  expect(joinedFor('c', 'errorCode')).toBe('c');
  expect(joinedFor('c', "userAgent = 'arn:x' OR userAgent = 'it''s principal' OR awsRegion = ''")).toBe('c');
  expect(joinedFor('c', 'principal')).toBe('c JOIN parts.identities USING (i)');
  expect(joinedFor('c', 'readOnly AND principal')).toBe('c JOIN parts.identities USING (i) JOIN parts.ends USING (e)');
  expect([tableWith('userAgent'), tableWith('arn'), tableWith('eventType'), tableWith('eventTime')]).toEqual([
    'parts.calls',
    'parts.identities',
    'parts.ends',
    undefined,
  ]);
});
