import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { TrailRecord } from '../event.ts';
import { LIMITS, type Limits } from '../readers/unpack.ts';
import type { Row } from '../store/duckdb.ts';
import { BATCHES, openStore } from '../store/open.ts';
import { ordinary } from '../testing/ordinary.ts';
import { type Ingested, ingest } from './ingest.ts';

const root = mkdtempSync(join(tmpdir(), 'aplomb-long-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
/** As if memory were a few hundred thousand bytes: files of these tests are longer. */
const LITTLE: Limits = { ...LIMITS, whole: 200_000, part: 40_000, record: 150_000 };

const records: readonly TrailRecord[] = Array.from({ length: 700 }, (_, id) => ({
  eventVersion: '1.08',
  ...ordinary({
    eventID: `id-${id}`,
    eventName: id % 3 === 0 ? 'GetUser' : 'AssumeRole',
    userIdentity: id % 50 === 0 ? null : { type: 'IAMUser', arn: `arn:aws:iam::111122223333:user/u${id % 7}`, userName: `u${id % 7}` },
    requestParameters: { note: `"é, ${'{}[]"\\'.repeat(id % 5)}`, ...(id > 10 && id < 300 ? { list: [{ eventVersion: '1.08', eventID: 'inner' }] } : {}) },
    ...(id === 5 ? { newMember: { a: 1 } } : {}),
    ...(id === 350 ? { readOnly: 'TRUE', eventTime: '2026-03-02T10:00:00.123+02:00' } : {}),
  }),
}));
const json = records.map((one) => JSON.stringify(one));
const quoted = (value: unknown): string => `"${(typeof value === 'string' ? value : JSON.stringify(value ?? null)).replaceAll('"', '""')}"`;
const HEADER = ['eventid', 'eventname', 'eventsource', 'eventtime', 'useridentity', 'requestparameters', 'readonly'] as const;
const MEMBERS = ['eventID', 'eventName', 'eventSource', 'eventTime', 'userIdentity', 'requestParameters', 'readOnly'];
const rows = records.map((one) => MEMBERS.map((name) => quoted(one[name])).join(','));
const table = (some: readonly string[]): string => `${HEADER.join(',')}\r\n${some.join('\r\n')}\r\n`;
const answers = records.map((one) => JSON.stringify({ EventId: one.eventID, EventName: one.eventName, CloudTrailEvent: JSON.stringify(one) }));

interface Held {
  readonly told: Ingested;
  readonly events: Row[];
  readonly problems: Row[];
  readonly sources: Row[];
}
let made = 0;
async function load(bytes: Buffer | string, limits: Limits, threads = 1): Promise<Held> {
  const [path, dir] = [join(root, `file-${++made}`), join(root, `store-${made}`)];
  writeFileSync(path, bytes);
  try {
    const told = await ingest(dir, [{ path, file: 'file' }], { threads, limits });
    return { told, ...(await held(dir)) };
  } finally {
    rmSync(path);
    rmSync(dir, { recursive: true, force: true });
  }
}
async function held(dir: string): Promise<Omit<Held, 'told'>> {
  const store = await openStore(dir);
  try {
    return {
      events: await store.query('SELECT * FROM all_events ORDER BY n'),
      problems: await store.query('SELECT * FROM problems ORDER BY "offset" NULLS FIRST, why'),
      sources: await store.query('SELECT * EXCLUDE (loaded, path) FROM sources ORDER BY source'),
    };
  } finally {
    store.close();
  }
}
/** What the file is read as at once and part by part. */
async function both(bytes: Buffer | string, limits: Limits = LITTLE): Promise<readonly [Held, Held]> {
  return [await load(bytes, LIMITS), await load(bytes, limits)];
}
const same = ([whole, parts]: readonly [Held, Held]): void => {
  expect(parts.events).toEqual(whole.events);
  expect(parts.problems).toEqual(whole.problems);
  expect(parts.sources).toEqual(whole.sources);
  expect(parts.told.problems).toEqual(whole.told.problems);
  expect(parts.told).toMatchObject({ files: 1, known: 0, records: whole.told.records, unique: whole.told.unique, kinds: whole.told.kinds });
};

const texts: Readonly<Record<string, string>> = {
  records: JSON.stringify({ Records: records }),
  'records, pretty': JSON.stringify({ Records: records }, null, 2),
  array: `[${json.join(',\n')}]`,
  lines: `${json.join('\n')}\n`,
  'lines, CRLF, no last end': json.join('\r\n'),
  'objects in a row': json.join(''),
  'pretty objects': records.map((one) => JSON.stringify(one, null, 1)).join('\n'),
  'a file a line': records.map((one) => JSON.stringify({ Records: [one] })).join('\n'),
  'lookup answer': `{"NextToken":"x","Events":[${answers.join(',')}],"More":1}`,
  answers: answers.join('\n'),
  csv: table(rows),
};

describe('a file that is too long to be held at once is read as if it were not', () => {
  it.each(Object.entries(texts))('%s', async (_, text) => {
    expect(text.length).toBeGreaterThan(LITTLE.whole);
    const read = await both(text);
    same(read);
    expect(read[1].events.map(({ eventID }) => eventID)).toEqual(records.map(({ eventID }) => eventID));
    expect(read[1].events.map(({ record }) => record)).toEqual(records.map((_one, record) => record));
    expect(read[1].told.problems.filter(({ lost }) => lost)).toEqual([]);
  });

  const lines = Buffer.from(texts.lines!);
  const members = [0, 1, 2].map((part) => gzipSync(lines.subarray((lines.length * part) / 3, (lines.length * (part + 1)) / 3)));
  it.each<[string, Buffer]>([
    ['gzip', gzipSync(lines)],
    ['several members', Buffer.concat(members)],
    ['several members, and zeros between', Buffer.concat(members.flatMap((one) => [one, Buffer.alloc(300)]))],
    ['gzip in gzip', gzipSync(gzipSync(lines))],
    ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), lines])],
    ['a table with a byte order mark, packed', gzipSync(`\ufeff${texts.csv}`)],
    ['UTF-16', Buffer.from(`\ufeff${texts.csv}`, 'utf16le')],
    ['UTF-16, the other way round', gzipSync(Buffer.from(`\ufeff${texts.lines}`, 'utf16le').swap16())],
    ['packed bytes that are too many', gzipSync(lines, { level: 0 })],
  ])('packed: %s', async (_, bytes) => {
    const read = await both(bytes);
    same(read);
    expect(read[1].events).toHaveLength(records.length);
  });

  it('in threads, beside others', async () => {
    same([await load(texts.records!, LIMITS, 2), await load(texts.records!, LITTLE, 2)]);
  });
});

describe('what is broken in it', () => {
  const hurt = (text: string, id: number, how: (record: string) => string): string => {
    const whole = json[id]!;
    expect(text).toContain(whole);
    return text.replace(whole, () => how(whole));
  };
  const half = (record: string): string => record.slice(0, record.length / 2);
  const packed = gzipSync(texts.lines!);
  const flipped = Buffer.from(packed);
  flipped[packed.length >> 1]! ^= 0x10;
  const inner = gzipSync(texts.lines!);
  const cases: Readonly<Record<string, readonly [Buffer | string, number]>> = {
    'a half record in a list': [hurt(texts.records!, 350, half), 699],
    'a half line': [hurt(texts.lines!, 350, half), 699],
    'a record that is no JSON': [hurt(texts.lines!, 350, (one) => one.replace('"eventName":', '"eventName":nonsense,"x":')), 699],
    'a record of a list that is no JSON': [hurt(texts.records!, 350, (one) => one.replace('"eventName":', '"eventName":nonsense,"x":')), 699],
    'a quote too many': [hurt(texts.records!, 350, (one) => one.replace('"eventID":"', '"eventID":""')), 699],
    'something between two records': [hurt(texts.array!, 350, (one) => `${one},1,"two",[3]`), 700],
    'a line that is none': [hurt(texts.lines!, 350, (one) => `hello\n${one}`), 700],
    'what is no UTF-8': [
      Buffer.from(
        hurt(texts.lines!, 350, (one) => one.replace('id-350', 'id-\u00ff')),
        'latin1',
      ),
      700,
    ],
    'a list without end': [texts.records!.slice(0, -2), 700],
    'another list behind it, and junk': [`${texts.records}\n${JSON.stringify({ Records: [ordinary({ eventID: 'z' })] })} junk`, 701],
    'a row with a broken quote': [table(rows.map((row, id) => (id === 350 ? row.replace('",', ',') : row))), 699],
    'a row with too few cells': [table(rows.map((row, id) => (id === 350 ? 'a,b' : row))), 699],
    'a head that is gone': [texts.records!.slice(200), -1],
    'gzip that is cut off': [packed.subarray(0, packed.length - 500), -1],
    'gzip with another bit in the middle': [flipped, -1],
    'junk between members': [Buffer.concat([packed, Buffer.from('junk'), gzipSync(`${JSON.stringify(ordinary({ eventID: 'z' }))}\n`)]), 701],
    'gzip in gzip that is cut off': [gzipSync(inner.subarray(0, inner.length - 500)), -1],
  };
  it.each(Object.entries(cases))('is told as of a short file, with its place: %s', async (_, [bytes, events]) => {
    const read = await both(bytes);
    same(read);
    expect(read[1].problems).not.toEqual([]);
    if (events >= 0) expect(read[1].events).toHaveLength(events);
    else expect(read[1].events.length).toBeGreaterThan(50);
  });

  const long = (bytes: number): string =>
    JSON.stringify({ eventVersion: '1.08', ...ordinary({ eventID: 'long', requestParameters: { text: 'x'.repeat(bytes) } }) });
  it.each(['records', 'lines'])('a record longer than a part is whole: %s', async (form) => {
    const read = await both(hurt(texts[form]!, 350, (one) => `${one}${form === 'lines' ? '\n' : ','}${long(120_000)}`));
    same(read);
    expect(read[1].events.filter(({ eventID }) => eventID === 'long')).toHaveLength(1);
  });
  it.each(['records', 'array', 'lines', 'objects in a row'])('a record longer than all that is held is told, and the others are there: %s', async (form) => {
    const between = { records: ',', array: ',', lines: '\n' }[form] ?? '';
    const text = hurt(texts[form]!, 350, (one) => `${one}${between}${long(500_000)}`);
    const { events, told } = await load(text, LITTLE);
    expect(events.map(({ eventID }) => eventID)).toEqual(records.map(({ eventID }) => eventID));
    expect(told.problems.filter(({ lost }) => lost)).toEqual([
      {
        file: 'file',
        offset: Buffer.byteLength(text.slice(0, text.lastIndexOf('{"eventVersion"', text.indexOf('"eventID":"long"')))),
        why: expect.stringMatching(/no end within \d+ bytes/),
        lost: true,
      },
    ]);
  });
  it('a row longer than all that is held is told', async () => {
    const { events, told } = await load(table(rows.map((row, id) => (id === 350 ? `"${'x'.repeat(500_000)},${row}` : row))), LITTLE);
    expect(events.length).toBeGreaterThanOrEqual(699);
    expect(told.problems.some(({ lost }) => lost)).toBe(true);
  });

  it('a bomb gives nothing, whatever it begins with', async () => {
    const bomb = gzipSync(`${texts.lines}${' '.repeat(300 << 20)}`);
    const { events, told } = await load(bomb, LITTLE);
    expect(events).toEqual([]);
    expect(told.problems).toEqual([{ file: 'file', offset: 0, why: `unpacks to more than ${bomb.length * LITTLE.ratio} bytes`, lost: true }]);
  });
  it('what is packed three times gives nothing', async () => {
    const { events, told } = await load(gzipSync(gzipSync(gzipSync(texts.lines!, { level: 0 }), { level: 0 })), LITTLE);
    expect(events).toEqual([]);
    expect(told.problems).toMatchObject([{ why: 'packed more than twice', lost: true }]);
  });
  it('beyond the most that is read of a file is told', async () => {
    const { events, told } = await load(texts.lines!, { ...LITTLE, most: 300_000 });
    expect(events.length).toBeGreaterThan(100);
    expect(events.length).toBeLessThan(700);
    expect(told.problems.filter(({ lost }) => lost)).toEqual([{ file: 'file', offset: null, why: expect.stringContaining('longer than 300000'), lost: true }]);
  });
  it('a file of something else, or of nothing, is told', async () => {
    for (const bytes of [Buffer.alloc(400_000, 'hello, '), Buffer.alloc(400_000, 0), Buffer.alloc(400_000, '\n')]) same(await both(bytes));
  });
});

it('is not read twice, and what was lost of it is told again', async () => {
  const dir = join(root, 'again');
  const path = join(root, 'again.json');
  writeFileSync(path, texts.records!.slice(0, -2000));
  const options = { threads: 1, limits: LITTLE };
  const first = await ingest(dir, [{ path, file: 'a' }], options);
  const second = await ingest(dir, [{ path, file: 'b' }], options);
  expect(second).toMatchObject({ known: 1, records: 0, unique: first.unique, duplicates: 0 });
  expect(second.problems).toMatchObject(first.problems.filter(({ lost }) => lost).map(({ why, offset }) => ({ file: 'b', why, offset })));
  rmSync(dir, { recursive: true });
});

it('is in the store whole or not at all, whenever the load is broken off', async () => {
  const path = join(root, 'stopped.json');
  writeFileSync(path, texts.lines!);
  const small = join(root, 'small.json');
  writeFileSync(small, JSON.stringify({ Records: [ordinary({ eventID: 'small' })] }));
  const sources = [
    { path: small, file: 'small' },
    { path, file: 'long' },
  ];
  const whole = await load(texts.lines!, LIMITS);
  const [dir, batches] = [join(root, 'stopped'), join(root, 'stopped', BATCHES)];
  mkdirSync(dir);
  // A signal that comes at the so-manyth time somebody asks.
  for (const times of [7, 14, 25]) {
    let left = times;
    let parts = 0;
    const signal = {
      addEventListener() {},
      throwIfAborted() {
        parts = Math.max(parts, ...readdirSync(batches).map((name) => readdirSync(join(batches, name)).filter((file) => file.startsWith('events')).length));
        if (--left === 0) throw new Error('stop');
      },
    } as unknown as AbortSignal;
    await expect(ingest(dir, sources, { threads: 1, limits: { ...LITTLE, whole: 50_000, part: 20_000 }, signal })).rejects.toThrow('stop');
    expect(parts, 'parts had been written').toBeGreaterThan(0);
    expect((await held(dir)).events).toEqual([]);
  }
  // One that was killed leaves its parts.
  mkdirSync(join(batches, '.00000007'));
  writeFileSync(join(batches, '.00000007', 'events.parquet'), 'half');
  const told = await ingest(dir, sources, { threads: 1, limits: LITTLE });
  expect(told).toMatchObject({ known: 0, unique: 701, duplicates: 0 });
  expect(existsSync(join(batches, '.00000007'))).toBe(false);
  const now = await held(dir);
  const named = ({ n: _n, source: _source, ...event }: Row): Row => event;
  expect(now.events.filter(({ source }) => source === 2).map(named)).toEqual(whole.events.map(named));
  expect(now.sources.map(({ file }) => file)).toEqual(['small', 'long']);
});
