import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Text } from '../../kernel/index.ts';
import { READ, READ_FURTHER } from '../detect/records.ts';
import type { Background, Detection, Example } from '../detection.ts';
import { apiOf, isObject, type TrailEvent, type TrailRecord } from '../event.ts';
import { ACCOUNT, ordinary } from '../testing/ordinary.ts';
import { storeOf } from '../testing/store.ts';
import { apisOf, detect } from './run.ts';
import { conditionsOf } from './stored.ts';

const folder = dirname(fileURLToPath(import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .filter((file) => /^export const detection\b/m.test(readFileSync(join(folder, file), 'utf8')))
  .sort();
const background: Background = { accounts: new Set([ACCOUNT]) };
const eventsOf = (example: Example): TrailEvent[] => example.records.map((record, n) => ({ n, record: ordinary(record) }));
const filled = (value: Text) => {
  for (const line of [value.en, value.es]) {
    expect(line.trim().length).toBeGreaterThan(3);
    expect(line).not.toMatch(/undefined|\[object|NaN/);
  }
  expect(value.es).not.toBe(value.en);
};

/** Values where others are expected. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  -1,
  2 ** 53,
  '',
  '%',
  '%E0%A4%A',
  '{',
  '*',
  'not a date',
  '"'.repeat(50_000),
  [],
  [null, 1, 'x', [], {}],
  {},
  { items: null },
  { items: [null, [], 'x', { cidrIp: 7 }] },
  JSON.parse('{"__proto__": {"x": 1}, "constructor": null, "toString": 1, "length": 9007199254740991}'),
  JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`),
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
];
/** The record with each of its members in turn replaced by each hostile value. */
function* twisted(record: TrailRecord, only = /./): Generator<TrailRecord> {
  function* inside(value: unknown): Generator<unknown> {
    yield* HOSTILE;
    if (Array.isArray(value)) for (const [i, item] of value.entries()) for (const other of inside(item)) yield value.with(i, other);
    else if (isObject(value)) for (const [member, item] of Object.entries(value)) for (const other of inside(item)) yield { ...value, [member]: other };
    else if (typeof value === 'string' && /^[[{].*[\]}]$/s.test(value)) for (const other of inside(JSON.parse(value))) yield JSON.stringify(other);
  }
  for (const [member, value] of Object.entries(record)) {
    if (/^(event(Source|Name|Version|ID|Type|Category)|requestID|managementEvent|awsRegion)$/.test(member) || !only.test(member)) continue;
    for (const other of inside(value)) yield { ...record, [member]: other as TrailRecord[string] };
  }
}

/** Examples of the same API with the same members make the same hostile records. */
function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${[...new Set(value.map(shapeOf))].join()}]`;
  if (!isObject(value)) return typeof value;
  return `{${Object.entries(value)
    .map(([member, inner]) => `${member}:${member.startsWith('event') ? inner : shapeOf(inner)}`)
    .join()}}`;
}

test('there are detections, and each has its own id', () => {
  expect(files.length).toBeGreaterThan(0);
  const ids = files.map((file) => basename(file));
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

describe.each(files)('%s', async (file) => {
  const { detection } = (await import(/* @vite-ignore */ join(folder, file))) as { detection: Detection };
  const id = basename(file, '.ts');
  const run = (events: TrailEvent[]) => detect([{ id, detection }], events, background);

  test('says what it is in both languages', () => {
    expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/);
    expect(relative(folder, join(folder, file)).split('/')).toHaveLength(2);
    filled(detection.title);
    filled(detection.description);
    expect(detection.title.en.length).toBeLessThan(100);
    expect(['informational', 'low', 'medium', 'high', 'critical']).toContain(detection.severity);
    expect(detection.attack.length).toBeGreaterThan(0);
    for (const technique of detection.attack) expect(technique).toMatch(/^T\d{4}(\.\d{3})?$/);
    for (const reference of detection.references ?? []) expect(reference).toMatch(/^https:\/\/\S+$/);
  });
  test('names its APIs', () => {
    expect(detection.apis.length).toBeGreaterThan(0);
    expect(apisOf([{ id, detection }])).toHaveLength(detection.apis.length);
    for (const api of detection.apis) expect(api).toMatch(/^(\*:\*|[a-z0-9-]+:(\*|[A-Z][A-Za-z0-9]*\*?))$/);
  });
  test('has examples, and each runs as it says', async () => {
    const { hits, quiet } = detection.examples;
    expect(hits.length).toBeGreaterThanOrEqual(2);
    expect(quiet.length).toBeGreaterThanOrEqual(2);
    let attempts = 0;
    for (const example of hits) {
      const found = await run(eventsOf(example));
      expect(found.length, `no hit: ${example.what}`).toBeGreaterThan(0);
      for (const hit of found) filled(hit.why);
      if (found.some((hit) => hit.attempt)) attempts += 1;
    }
    if (detection.attempts === false) expect(attempts).toBe(0);
    else expect(attempts, 'no example of an attempt').toBeGreaterThan(0);
    for (const example of quiet) {
      expect(await run(eventsOf(example)), `not quiet: ${example.what}`).toEqual([]);
      const looks = (record: TrailRecord) => detection.apis.some((api) => api === '*:*' || apiOf(record).startsWith(api.replace(/\*$/, '')));
      expect(
        eventsOf(example).some(({ record }) => looks(record)),
        `the detection never looks at: ${example.what}`,
      ).toBe(true);
    }
  });
  // Only where there is some.
  if (detection.burst?.sql)
    test('its SQL finds the actors of every burst', async () => {
      const { sql, atLeast } = detection.burst!;
      for (const example of detection.examples.hits) {
        const store = await storeOf(example.records.map(ordinary));
        const distinct = sql!.distinct === undefined ? '*' : `DISTINCT (${sql!.distinct})`;
        const actors = await store.query(`SELECT ${sql!.by} AS who FROM events GROUP BY ALL HAVING count(${distinct}) >= ${atLeast}`);
        store.close();
        expect(actors.length, example.what).toBeGreaterThan(0);
      }
    });
  if (detection.sql)
    test('its SQL holds for every event of every hit', async () => {
      const sql = conditionsOf(detection, background)
        .map((condition) => `(${condition})`)
        .join(' AND ');
      for (const example of detection.examples.hits) {
        const events = eventsOf(example);
        const store = await storeOf(events.map(({ record }) => record));
        const held = new Set((await store.query(`SELECT n FROM events WHERE ${sql}`)).map(({ n }) => n));
        store.close();
        const missed = (await run(events)).flatMap((hit) => hit.events).filter((n) => !held.has(n));
        expect(missed, example.what).toEqual([]);
      }
    });
  test('reads no other members than the store is asked for', async () => {
    const read = new Set<string>();
    const watched = (record: TrailRecord): TrailRecord =>
      new Proxy(record, {
        get(target, member) {
          read.add(String(member));
          return target[member as string];
        },
        getOwnPropertyDescriptor(target, member) {
          read.add(String(member));
          return Reflect.getOwnPropertyDescriptor(target, member);
        },
        ownKeys(target) {
          read.add('every member');
          return Reflect.ownKeys(target);
        },
      });
    for (const example of [...detection.examples.hits, ...detection.examples.quiet])
      await run(eventsOf(example).map(({ n, record }) => ({ n, record: watched(record) })));
    expect([...read].filter((member) => !READ.has(member.split('.')[0]!))).toEqual([]);
    // What every sign-in is asked for is fetched for all of them.
    const further = [...read].filter((member) => READ_FURTHER.has(member.split('.')[0]!));
    if (further.length > 0 && !detection.apis.includes('signin:ConsoleLogin')) expect(detection.looksFurther, further.join()).toBe(true);
  });
  test('survives hostile records', () => {
    const { burst } = detection;
    const shapes = new Map([...detection.examples.hits, ...detection.examples.quiet].map(({ records: [first] }) => [shapeOf(first), first!]));
    const [one, ...others] = [...shapes.values()].map(ordinary);
    const hostile = function* () {
      yield* twisted(one!);
      // Who did it has been seen; what was asked for differs.
      for (const other of others) yield* twisted(other, /^(requestParameters|responseElements|additionalEventData)$/);
    };
    const isText = (answer: unknown) => answer === undefined || typeof answer === 'string';
    for (const record of hostile()) {
      const why = detection.when(record, background);
      // `expect` for each would take longer than all the rest.
      if ((why && !(isText(why.en) && isText(why.es))) || !isText(burst?.by(record)) || !isText(burst?.distinct?.(record)))
        expect.fail(`no text for ${JSON.stringify(record).slice(0, 2000)}`);
    }
  });
});
