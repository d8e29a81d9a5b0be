import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { TrailRecord } from '../../src/trail/event.ts';
import { ingest } from '../../src/trail/ingest/ingest.ts';
import { Doubt, openLong, readLong } from '../../src/trail/readers/long.ts';
import { type Read, readSource } from '../../src/trail/readers/read.ts';
import { LIMITS, type Limits } from '../../src/trail/readers/unpack.ts';
import { openStore } from '../../src/trail/store/open.ts';
import { ordinary } from '../../src/trail/testing/ordinary.ts';

/**
 * Laws of reading, whatever the bytes: it never throws and never hangs, every record is in the store or has a line that says why not, and damage costs what
 * is damaged.
 */
const root = mkdtempSync(join(tmpdir(), 'aplomb-fuzz-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The words "a hang" of these tests: far more than the slowest needs on a busy machine, far less than anything not linear would take. */
const PATIENCE = 8000;
function read(bytes: Buffer, careful = false): Read & { readonly lines: string[] } {
  const parts: Buffer[] = [];
  const began = performance.now();
  // The reader may write over what it was given.
  const found = readSource(Buffer.from(bytes), 3, { write: (some) => void parts.push(Buffer.from(some)) }, { careful });
  expect(performance.now() - began, 'milliseconds').toBeLessThan(PATIENCE);
  const lines = Buffer.concat(parts)
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  expect(lines.length, 'lines are as many as it says').toBe(found.written);
  expect(found.written).toBeLessThanOrEqual(found.records);
  for (const { offset, why } of found.problems) {
    expect(why).not.toBe('');
    if (offset !== null) expect(offset).toBeGreaterThanOrEqual(0);
  }
  return { ...found, lines };
}
/** As the store does it: a file with a line that it cannot parse is read again with care. */
function readAsStored(bytes: Buffer): ReturnType<typeof read> {
  const found = read(bytes);
  const sound = found.lines.every((line) => {
    try {
      JSON.parse(line);
      return true;
    } catch {
      return false;
    }
  });
  return sound ? found : read(bytes, true);
}
/** As `read`, with little at hand at once. */
async function readByParts(bytes: Buffer, limits: Limits): Promise<ReturnType<typeof read> & { readonly careful: boolean }> {
  const path = join(root, 'long');
  writeFileSync(path, bytes);
  const file = openLong(path);
  try {
    for (const careful of [false, true]) {
      const parts: Buffer[] = [];
      try {
        const found = await readLong(file, 3, { write: (some) => void parts.push(Buffer.from(some)) }, { careful, limits, after: async () => true });
        const lines = Buffer.concat(parts)
          .toString('utf8')
          .split('\n')
          .filter((line) => line.trim() !== '');
        return { ...found, lines, careful };
      } catch (error) {
        if (!(error instanceof Doubt)) throw error;
      }
    }
    throw new Error('doubt without end');
  } finally {
    file.close();
  }
}
const idsIn = (lines: readonly string[]): string[] => lines.flatMap((line) => /"eventID":\s*"(id-\d+)"/.exec(line)?.[1] ?? []);

/** Text with all that is awkward inside of JSON: quotes, brackets, what looks like the seam of two records. */
const awkward = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    ',{"eventVersion":"1.08",',
    '{"Records":[',
    ']}',
    '}]}',
    '\\',
    '"',
    '\\"',
    '\r\n',
    '\0',
    '\ufeff',
    '{type=IAMUser, arn=null}',
    "{'a': 'b'}",
    '=cmd|x',
    '__proto__',
    'null',
    '1e400',
  ),
);
const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    awkward,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom('n', 'eventVersion', 'constructor', 'toString', 'Records', 'eventID'), awkward), tie('value'), { maxKeys: 4 }),
  ),
})).value;
const odd = fc.record(
  {
    requestParameters: json,
    responseElements: json,
    additionalEventData: json,
    userAgent: awkward,
    sourceIPAddress: fc.constantFrom('06.237.252.245', 'ec2.amazonaws.com', 'AWS Internal', '', '::ffff:1.2.3.4', '999.1.1.1'),
    eventTime: fc.constantFrom('2026-03-02T10:00:00Z', 'yesterday', '', '2026-13-45T99:99:99Z', '0000-00-00T00:00:00Z', '2026-03-02T10:00:00.123+02:00'),
    readOnly: fc.constantFrom(true, false, 'true', 'FALSE', 'maybe', null, 0),
    errorCode: awkward,
    recipientAccountId: fc.constantFrom('111122223333', '', null, 111122223333),
    newMember: json,
  },
  { requiredKeys: [] },
);
const identity = fc.oneof(
  fc.constantFrom(null, 'root', 7, [], [[]], {}, { type: null }, { type: 'IAMUser' }, { sessionContext: null }, { sessionContext: [] }, { sessionContext: {} }),
  fc.record({ type: awkward, arn: json, accountId: json, sessionContext: fc.record({ sessionIssuer: json, attributes: json, webIdFederationData: json }) }),
);
/** A whole record of the given number, odd in many ways. */
const recordOf = (number: number, more: object, who?: unknown): TrailRecord => ({
  ...ordinary({}),
  ...more,
  ...(who === undefined ? {} : { userIdentity: who as never }),
  eventID: `id-${number}`,
});
const records = fc
  .array(fc.tuple(odd, fc.option(identity, { nil: undefined })), { minLength: 1, maxLength: 6 })
  .map((all) => all.map(([more, who], number) => recordOf(number, more, who)));
const all = (some: readonly TrailRecord[]): string[] => some.map((_, number) => `id-${number}`);

/** Forms in which whole records come. */
const forms: Record<string, (some: readonly TrailRecord[]) => Buffer> = {
  records: (some) => Buffer.from(JSON.stringify({ Records: some })),
  pretty: (some) => Buffer.from(JSON.stringify({ Records: some }, null, 2)),
  flat: (some) => Buffer.from(JSON.stringify({ Records: some }, null, 1).replaceAll(/^ +/gm, '')),
  array: (some) => Buffer.from(JSON.stringify(some)),
  lines: (some) => Buffer.from(some.map((one) => JSON.stringify(one)).join('\n')),
  crlf: (some) => Buffer.from(`${some.map((one) => JSON.stringify(one)).join('\r\n\r\n')}\r\n`),
  'pretty objects': (some) => Buffer.from(some.map((one) => JSON.stringify(one, null, '\t')).join('\n')),
  'objects in a row': (some) => Buffer.from(some.map((one) => JSON.stringify(one)).join('')),
  'file after file': (some) => Buffer.from(some.map((one) => JSON.stringify({ Records: [one] })).join('')),
  'file by line': (some) => Buffer.from(some.map((one) => JSON.stringify({ Records: [one] })).join('\n')),
  'list after list': (some) => Buffer.from(some.map((one) => JSON.stringify([one])).join('\n')),
  lookup: (some) =>
    Buffer.from(JSON.stringify({ NextToken: 'a[b', Events: some.map((one) => ({ EventId: one.eventID, CloudTrailEvent: JSON.stringify(one) })) })),
  answers: (some) => Buffer.from(some.map((one) => JSON.stringify({ EventId: one.eventID, CloudTrailEvent: JSON.stringify(one) })).join('\n')),
  bridge: (some) => Buffer.from(some.map((one) => JSON.stringify({ 'detail-type': 'AWS API Call via CloudTrail', detail: one })).join('\n')),
};
const packings: Record<string, (bytes: Buffer) => Buffer> = {
  plain: (bytes) => bytes,
  bom: (bytes) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
  gzip: (bytes) => gzipSync(bytes),
  twice: (bytes) => gzipSync(gzipSync(bytes)),
  members: (bytes) => Buffer.concat([0, 1, 2].map((part) => gzipSync(bytes.subarray((bytes.length * part) / 3, (bytes.length * (part + 1)) / 3)))),
  padded: (bytes) => Buffer.concat([gzipSync(bytes), Buffer.alloc(512)]),
  'utf-16': (bytes) => Buffer.from(`\ufeff${bytes.toString('utf8')}`, 'utf16le'),
};
const form = fc.constantFrom(...Object.keys(forms));
const packing = fc.constantFrom(...Object.keys(packings));

describe('whole records, however odd', () => {
  it('are all read, in every form and packing, and nothing is called lost', () => {
    fc.assert(
      fc.property(records, form, packing, fc.boolean(), (some, how, packed, careful) => {
        const bytes = packings[packed]!(forms[how]!(some));
        const found = careful ? read(bytes, true) : readAsStored(bytes);
        // JSON keeps half surrogates only as escapes, UTF-16 and UTF-8 do not: what was replaced is told, never dropped.
        expect(idsIn(found.lines).length + found.problems.filter(({ lost }) => lost).length, `${how} ${packed}`).toBeGreaterThanOrEqual(some.length);
        expect(new Set(idsIn(found.lines)), `${how} ${packed}`).toEqual(new Set(all(some)));
        expect(found.problems.filter(({ lost }) => lost)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('come out of the store as they went in', async () => {
    let made = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(records, form, packing), { minLength: 4, maxLength: 12 }), async (files) => {
        const dir = join(root, `store-${++made}`);
        mkdirSync(dir);
        const sources = files.map(([some, how, packed], index) => {
          writeFileSync(
            join(dir, String(index)),
            packings[packed]!(forms[how]!(some.map((one) => ({ ...one, eventID: `${index}-${one.eventID as string}` })))),
          );
          return { path: join(dir, String(index)), file: `${index} ${how} ${packed}` };
        });
        const told = await ingest(join(dir, 'store'), sources, { threads: 1 });
        const store = await openStore(join(dir, 'store'));
        try {
          expect(told.problems.filter(({ lost }) => lost)).toEqual([]);
          const rows = await store.query('SELECT eventID, source, record, eventName FROM all_events ORDER BY n');
          expect(rows.map(({ eventID }) => eventID).sort()).toEqual(
            files.flatMap(([some], index) => some.map((one) => `${index}-${one.eventID as string}`)).sort(),
          );
          expect(new Set(rows.map(({ source, record }) => `${source} ${record}`)).size, 'each has a place of its own').toBe(rows.length);
          let parsed = 0;
          for await (const { record } of store.events('true')) {
            expect(typeof record.eventID).toBe('string');
            parsed++;
          }
          expect(parsed).toBe(rows.length);
        } finally {
          store.close();
          rmSync(dir, { recursive: true, force: true });
        }
      }),
      { numRuns: 12 },
    );
  });
});

describe('damage', () => {
  const plain = (count: number): TrailRecord[] =>
    Array.from({ length: count }, (_, number) => recordOf(number, { requestParameters: { list: [{ a: '}{][' }], text: ',{"eventVersion":' } }));
  const hurt = fc.array(
    fc.oneof(
      fc.record({ what: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.integer({ min: 1, max: 3000 }) }),
      fc.record({
        what: fc.constant('put' as const),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        text: fc.oneof(awkward, fc.constantFrom('"', '{', '}', '[', ']', ',', '\n', '\xff', '\0')),
      }),
      fc.record({ what: fc.constant('flip' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), bit: fc.integer({ min: 0, max: 7 }) }),
    ),
    { minLength: 1, maxLength: 3 },
  );
  type Hurt = typeof hurt extends fc.Arbitrary<infer T> ? T : never;
  const harmed = (bytes: Buffer, how: Hurt): Buffer =>
    how.reduce((now, one) => {
      const at = Math.min(now.length - 1, Math.floor(one.at * now.length));
      if (now.length === 0) return now;
      if (one.what === 'cut') return Buffer.concat([now.subarray(0, at), now.subarray(at + one.length)]);
      if (one.what === 'put') return Buffer.concat([now.subarray(0, at), Buffer.from(one.text, 'latin1'), now.subarray(at)]);
      const flipped = Buffer.from(now);
      flipped[at]! ^= 1 << one.bit;
      return flipped;
    }, bytes);
  const texts = ['records', 'array', 'lines', 'crlf', 'file after file', 'file by line', 'lookup', 'answers'];

  it('anywhere in the text: nothing is lost in silence, and never more than what is damaged and its neighbours', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), hurt, fc.boolean(), (how, hurts, careful) => {
        const some = plain(12);
        const bytes = harmed(forms[how]!(some), hurts);
        const second = careful ? read(bytes, true) : readAsStored(bytes);
        const lost = second.problems.filter((one) => one.lost).length;
        const gone = hurts.reduce((sum, one) => sum + (one.what === 'cut' ? 1 + Math.ceil(one.length / 900) : 2), 0);
        // The file's first bytes say what it is; without them it is told as not recognised.
        if (['unknown', 'csv', 'digest', 'empty'].includes(second.kind)) return void expect(second.problems.length).toBeGreaterThan(0);
        expect(second.written + lost + gone, 'in the store, told, or cut out').toBeGreaterThanOrEqual(some.length);
        expect(second.written, 'whole ones survive').toBeGreaterThanOrEqual(some.length - 2 * gone);
      }),
      { numRuns: 400 },
    );
  });

  it('anywhere in a file that is read part by part: all is told as when it is read at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts, 'pretty', 'flat', 'pretty objects', 'objects in a row', 'list after list'),
        packing,
        fc.oneof(fc.constant<Hurt>([]), hurt),
        fc.oneof(fc.constant<Hurt>([]), hurt),
        fc.integer({ min: 1500, max: 9000 }),
        async (how, packed, hurts, packedHurts, part) => {
          const bytes = harmed(packings[packed]!(harmed(forms[how]!(plain(12)), hurts)), packedHurts);
          fc.pre(bytes.length > 0);
          const long = await readByParts(bytes, { ...LIMITS, part, record: 8 << 20 });
          const { lines, ...rest } = read(bytes, long.careful);
          expect({ ...long, careful: false }, `${how} ${packed}`).toEqual({ ...rest, lines, careful: false });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('anywhere in the packed bytes: what lies before it is read, and members after it too', () => {
    fc.assert(
      fc.property(hurt, fc.boolean(), (hurts, several) => {
        const some = plain(60);
        const text = forms.lines!(some);
        const packed = several ? Buffer.concat(some.map((one) => gzipSync(`${JSON.stringify(one)}\n`))) : gzipSync(text);
        const bytes = harmed(packed, hurts);
        const found = read(bytes);
        expect(found.written === some.length || found.problems.length > 0, 'told').toBe(true);
        if (several && bytes[0] === 0x1f && found.kind === 'lines')
          expect(found.written).toBeGreaterThanOrEqual(
            some.length - hurts.reduce((sum, one) => sum + (one.what === 'cut' ? 2 + Math.ceil(one.length / 350) : 2), 0) - 12,
          );
      }),
      { numRuns: 150 },
    );
  });

  it('a file cut off at any byte gives all records before', () => {
    const some = plain(20);
    const text = forms.records!(some);
    const ends = [...text.toString('latin1').matchAll(/"\}\}(?=[,\]])/g)].length;
    expect(ends).toBe(0);
    fc.assert(
      fc.property(fc.integer({ min: 60, max: text.length - 1 }), (length) => {
        const found = read(text.subarray(0, length), true);
        const before = some.filter((_, number) => text.indexOf(`"eventID":"id-${number}"`) + 400 < length).length;
        expect(found.written).toBeGreaterThanOrEqual(before - 1);
        expect(found.problems.some(({ lost }) => lost) || length >= text.length - 2).toBe(true);
      }),
      { numRuns: 120 },
    );
  });

  it('any bytes at all are read without an exception', () => {
    const start = fc.constantFrom(
      '',
      '{"Records":[',
      '[',
      '{',
      '{"Events":[{"CloudTrailEvent":"',
      'eventName,eventTime\n',
      '\x1f\x8b\x08\0\0\0\0\0\0\x03',
      '\xff\xfe',
      '\xfe\xff',
      '\xef\xbb\xbf',
    );
    const junk = fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
      fc
        .array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '\n', '"eventVersion":', '"eventName":"x"', 'null', '1e400', "'", '=', ' ', '\0'), {
          maxLength: 80,
        })
        .map((some) => Buffer.from(some.join(''))),
    );
    fc.assert(
      fc.property(start, junk, fc.boolean(), fc.boolean(), (head, tail, packed, careful) => {
        const bytes = Buffer.concat([Buffer.from(head, 'latin1'), tail]);
        read(packed ? gzipSync(bytes) : bytes, careful);
      }),
      { numRuns: 1500 },
    );
  });
});

describe('tables', () => {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  /** As Python prints it. */
  const repr = (value: unknown): string =>
    value === null
      ? 'None'
      : value === true
        ? 'True'
        : value === false
          ? 'False'
          : typeof value === 'string'
            ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`
            : Array.isArray(value)
              ? `[${value.map(repr).join(', ')}]`
              : typeof value === 'object'
                ? `{${Object.entries(value as object)
                    .map(([name, inner]) => `${repr(name)}: ${repr(inner)}`)
                    .join(', ')}}`
                : String(value);
  const row = (number: number, request: string) =>
    [
      `id-${number}`,
      'iam.amazonaws.com',
      'GetUser',
      '2026-03-02 10:00:00.000',
      quoted('{type=IAMUser, arn=arn:aws:iam::111122223333:user/é, sessioncontext={attributes={mfaauthenticated=false}}}'),
      quoted(request),
    ].join(',');
  const HEADER = 'eventid,eventsource,eventname,eventtime,useridentity,requestparameters';

  it('keep what JSON and Python wrote into their cells', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(json, fc.boolean()), { minLength: 1, maxLength: 5 }), (cells) => {
        const found = read(
          Buffer.from(
            `${HEADER}\r\n${cells.map(([value, python], number) => row(number, python ? repr({ v: value }) : JSON.stringify({ v: value }))).join('\r\n')}\r\n`,
          ),
        );
        expect(found.problems.filter(({ lost }) => lost)).toEqual([]);
        expect(found.written).toBe(cells.length);
        cells.forEach(([value, python], number) => {
          const line = JSON.parse(found.lines[number]!) as { requestParameters: { v: unknown }; userIdentity: { arn: string } };
          expect(line.userIdentity.arn).toBe('arn:aws:iam::111122223333:user/é');
          if (!python) expect(line.requestParameters.v).toEqual(JSON.parse(JSON.stringify(value).replaceAll(/\\ud[89a-f][0-9a-f]{2}/gi, '\ufffd')));
          else expect(line.requestParameters).not.toBeNull();
        });
      }),
      { numRuns: 150 },
    );
  });
  it('with a broken quote lose that row and no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), fc.constantFrom('"', '"""', 'x"', '",', ',,', '"\u0000'), (broken, damage) => {
        const rows = Array.from({ length: 10 }, (_, number) => row(number, '{"a":"b, c"}'));
        rows[broken] = rows[broken]!.replace('GetUser,', () => `${damage}GetUser,`);
        const found = read(Buffer.from(`${HEADER}\n${rows.join('\n')}\n`));
        const ids = new Set(idsIn(found.lines));
        expect(all(rows as never).filter((id) => id !== `id-${broken}` && !ids.has(id))).toEqual([]);
        expect(ids.has(`id-${broken}`) || found.problems.some(({ lost }) => lost)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('what is enormous', () => {
  const whole = (...texts: string[]): Buffer => Buffer.from(`{"Records":[${texts.join(',')}]}`);
  const before = JSON.stringify(recordOf(1, {}));
  const after = JSON.stringify(recordOf(2, {}));
  const within = (member: string, text: string): string => {
    const record = JSON.stringify(recordOf(0, {}));
    return record.startsWith('{')
      ? `{"eventVersion":"1.08",${JSON.stringify(member)}:${text},${record.slice(1).replace('"eventVersion":"1.11",', '').replace(`"${member}":`, `"was-${member}":`)}`
      : '';
  };
  const DEEP = 1_000_000;
  const nests: Record<string, () => string> = {
    lists: () => '['.repeat(DEEP) + ']'.repeat(DEEP),
    objects: () => `${'{"a":'.repeat(DEEP / 4)}1${'}'.repeat(DEEP / 4)}`,
    'lists that never close': () => '['.repeat(DEEP),
    'objects that never close': () => '{"a":'.repeat(DEEP / 4),
    'closers only': () => ']'.repeat(DEEP),
    backslashes: () => `"${'\\'.repeat(DEEP)}"`,
    quotes: () => '"'.repeat(DEEP + 1),
    beginnings: () => '{"eventVersion":'.repeat(DEEP / 8),
  };
  for (const [name, nest] of Object.entries(nests))
    it(`a million brackets (${name}), wherever they are, cost a line and no neighbour`, () => {
      for (const member of ['requestParameters', 'userIdentity', 'eventName', 'eventTime', 'unheardOf']) {
        const found = read(whole(before, within(member, nest()), after), true);
        expect(found.lines.length + found.problems.filter(({ lost }) => lost).length).toBeGreaterThanOrEqual(3);
        expect(idsIn(found.lines)).toEqual(expect.arrayContaining(['id-1', 'id-2']));
      }
      for (const text of [
        nest(),
        `{"Records":${nest()}`,
        `{"Records":[${nest()}`,
        `eventName,eventTime,userIdentity\n${nest()}`,
        `eventName,eventTime,userIdentity\na,b,"${nest().replaceAll('"', '""')}"\n`,
        `{"eventName":"x"}\n${nest()}`,
      ])
        read(Buffer.from(text));
    });

  it('a record of a hundred megabytes, sound or not, is bounded in time and memory', () => {
    const was = process.memoryUsage().rss;
    for (const long of [`"${'x'.repeat(100 << 20)}"`, `{"f":1.5,"t":"${'\\n'.repeat(20 << 20)}"}`, `[${'{},'.repeat(12 << 20)}{}]`]) {
      const found = read(whole(before, within('requestParameters', long), after));
      expect(idsIn(found.lines)).toEqual(expect.arrayContaining(['id-1', 'id-2']));
      expect(found.problems.length).toBeGreaterThan(0);
      expect(Math.max(...found.lines.map((line) => line.length))).toBeLessThan(8 << 20);
    }
    expect(process.memoryUsage().rss - was).toBeLessThan(1500 << 20);
  });
  it('millions of tiny things are told in few lines', () => {
    for (const text of [
      `[${'{},'.repeat(300_000)}{}]`,
      `[${'1,'.repeat(500_000)}1]`,
      '\n{'.repeat(200_000),
      `eventName,eventTime\n${'"\n'.repeat(100_000)}`,
      `eventName,eventTime${',x'.repeat(300_000)}\na,b${',y'.repeat(300_000)}\n`,
    ]) {
      const found = read(Buffer.from(text));
      expect(found.problems.length).toBeLessThanOrEqual(1001);
    }
  });
  it('bombs give a line, in every packing', () => {
    const zeros = gzipSync(Buffer.alloc(80 << 20, 0x20));
    for (const bomb of [
      zeros,
      gzipSync(zeros),
      gzipSync(gzipSync(zeros)),
      Buffer.concat([gzipSync(before), zeros]),
      Buffer.concat(Array.from({ length: 20 }, () => gzipSync(Buffer.alloc(4 << 20)))),
    ])
      expect(read(bomb).problems.filter(({ lost }) => lost)).toHaveLength(1);
  });
});

describe('names and numbers', () => {
  it('keep their digits: integers of any length in every form, fractions wherever a record is parsed here', () => {
    const digits = fc.stringMatching(/^-?[1-9][0-9]{0,60}$/);
    const fraction = fc.stringMatching(/^-?[1-9][0-9]{0,20}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?$/);
    fc.assert(
      fc.property(digits, fraction, fc.constantFrom('lookup', 'answers', 'records', 'lines'), (integer, part, how) => {
        const text = forms[how]!([recordOf(0, { requestParameters: { i: '#i', f: '#f' } })])
          .toString()
          .replace(/\\?"#i\\?"/, integer)
          .replace(/\\?"#f\\?"/, part);
        const line = read(Buffer.from(text), true).lines[0]!;
        expect(line).toMatch(new RegExp(`"i":"?${integer}"?,`));
        expect(line.replaceAll('"', '')).toContain(`f:${part}`);
      }),
      { numRuns: 200 },
    );
  });
  it('give the same event whichever way it was read: no copy is called another', async () => {
    const dir = join(root, 'copies');
    mkdirSync(dir);
    const numbers = '{"a":0.0,"b":1.50,"c":1E5,"d":12345678901234567890123,"e":3.141592653589793238462643,"f":443,"g":-0,"h":[true,null,"1.5"]}';
    const one = recordOf(0, { additionalEventData: '#' });
    const text = (how: string) =>
      forms[how]!([one])
        .toString()
        .replace(/\\?"#\\?"/, how === 'lookup' || how === 'answers' ? numbers.replaceAll('"', '\\"') : numbers);
    const names = ['records', 'array', 'lines', 'pretty', 'lookup', 'answers', 'bridge'];
    for (const name of names) writeFileSync(join(dir, name), text(name));
    writeFileSync(join(dir, 'damaged'), text('records').slice(0, -1));
    const files = [...names, 'damaged'];
    const told = await ingest(
      join(dir, 'store'),
      files.map((file) => ({ path: join(dir, file), file })),
      { threads: 1 },
    );
    expect(told).toMatchObject({ records: files.length, unique: 1, duplicates: files.length - 1, conflicts: 0 });
  });
  it('a member called n, or twice there, does not change where a record stands', async () => {
    const dir = join(root, 'numbers');
    mkdirSync(dir);
    const text = (number: number, more: string) => JSON.stringify(recordOf(number, {})).replace('"eventVersion":"1.11",', (version) => `${version}${more}`);
    writeFileSync(join(dir, 'a'), whole3(text(0, '"n":99,'), text(1, '"n":"x","N":1,"n":{},'), text(2, '"source":77,"record":5,"raw":"{}",')));
    writeFileSync(join(dir, 'b'), `[{"n":6710886400,${text(3, '').slice(1)},${text(4, '"__proto__":{"eventName":"Other"},"constructor":null,')}]`);
    const told = await ingest(
      join(dir, 'store'),
      ['a', 'b'].map((file) => ({ path: join(dir, file), file })),
      { threads: 1 },
    );
    const store = await openStore(join(dir, 'store'));
    expect(await store.query('SELECT eventID, source, record, eventName FROM events ORDER BY n')).toEqual(
      [0, 1, 2, 3, 4].map((number) => ({ eventID: `id-${number}`, source: number < 3 ? 1 : 2, record: number % 3, eventName: 'GetUser' })),
    );
    expect(told.problems.filter(({ lost }) => lost)).toEqual([]);
    expect(Object.hasOwn(Object.prototype, 'eventName')).toBe(false);
    store.close();
  });
});
const whole3 = (...texts: string[]): string => `{"Records":[${texts.join(',')}]}`;
