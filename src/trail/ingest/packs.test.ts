import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Lines, openLines } from './lines.ts';
import { openPacks, type Packs } from './packs.ts';

let dir: string;
let whole: Lines;
let packs: Packs;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'aplomb-packs-'));
  whole = openLines(join(dir, 'batch'));
  packs = openPacks(join(dir, 'batch'), whole);
});
afterEach(() => {
  packs.remove();
  whole.remove();
  rmSync(dir, { recursive: true });
});

const FIRST = 7 * 2 ** 20;
const LONGEST = 256 << 10;
const record = (n: number, identity: object, middle: object, end: object = { readOnly: true, eventType: 'AwsApiCall' }) => ({
  eventVersion: n % 3 === 0 ? '1.11' : '1.08',
  userIdentity: identity,
  eventTime: '2026-03-02T10:00:00Z',
  n,
  ...middle,
  ...end,
});
const file = (records: readonly object[]): Buffer => Buffer.from(JSON.stringify({ Records: records }));
const rows = (path: string): any[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** What the store makes of the lines: records by their number. */
function unpacked(): Map<number, object> {
  packs.finish();
  whole.finish();
  const [identities, ends] = ['identities', 'ends'].map((name) => new Map(rows(join(dir, `batch.${name}`)).map(({ id, ...rest }) => [id, rest])));
  const version = (n: number) => ({ eventVersion: `1.${String(n % 100).padStart(2, '0')}` });
  // Each line names its number first: the record's own `n` comes later and would hide it.
  const lines = (path: string) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ number: Number(/^\{"n":(\d+)/.exec(line)![1]), record: JSON.parse(line.replace(/^\{"n":\d+,/, '{')) }));
  return new Map([
    ...lines(join(dir, 'batch.lines')).map(({ number, record: { i, e, ...middle } }) => {
      expect([identities!.has(i), ends!.has(e)]).toEqual([true, true]);
      return [Math.floor(number / 100), { ...version(number), ...identities!.get(i), ...middle, ...ends!.get(e) }] as const;
    }),
    ...lines(join(dir, 'batch')).map(({ number, record }) => [Math.floor(number / 100), { ...version(number), ...record }] as const),
  ]);
}
const expected = (records: readonly object[], first = FIRST) => new Map(records.map((one, index) => [first + index, one]));

describe('packed records', () => {
  it('are whole again when they are put together, over many windows, in files one after another', () => {
    const of = (from: number) =>
      Array.from({ length: 4000 }, (_, at) =>
        record(
          from + at,
          { type: 'IAMUser', userName: `u${(from + at) % 9}` },
          { requestParameters: { text: 'x'.repeat(((from + at) * 37) % 1500), more: [{ readOnly: false, eventTime: 'é' }] } },
        ),
      );
    const [one, two] = [of(0), of(4000)];
    expect(packs.pack(file(one), FIRST, LONGEST)).toEqual({ packed: 4000, whole: 0 });
    expect(packs.pack(file(two), FIRST + 4000, LONGEST)).toEqual({ packed: 4000, whole: 0 });
    expect(unpacked()).toEqual(expected([...one, ...two]));
    expect(packs.count()).toEqual({ identities: 9, ends: 1 });
  });
  it('keep what looks like structure inside of them', () => {
    const records = [
      record(
        1,
        { type: 'Root', note: '},"eventTime":"' },
        { requestParameters: { readOnly: true, inner: { text: ',"readOnly":', nested: { eventTime: 'x', userIdentity: { a: {} } } } } },
      ),
      record(2, { type: 'IAMUser', inside: { eventVersion: '1.08', deep: [] } }, { requestParameters: [{ eventVersion: '9' }] }),
      record(3, {}, {}),
      record(4, { type: 'O'.repeat(100) }, { OnlyOnly: 'OOOO', eventVersions: ['{"eventVersion":'] }),
    ];
    expect(packs.pack(file(records), FIRST, LONGEST)).toEqual({ packed: 4, whole: 0 });
    expect(unpacked()).toEqual(expected(records));
  });
  it('that are not like most are lines of their own', () => {
    const records = [
      { eventVersion: '1.08', eventTime: '2026-03-02T10:00:00Z', readOnly: true },
      { eventVersion: '1.09', userIdentity: null, eventTime: '2026-03-02T10:00:00Z', readOnly: true },
      { eventVersion: '1.10', userIdentity: { type: 'Root' }, eventName: 'NoEnd', eventTime: '2026-03-02T10:00:00Z' },
      record(5, { type: 'Root' }, {}),
    ];
    expect(packs.pack(file(records), FIRST, LONGEST)).toEqual({ packed: 1, whole: 3 });
    expect(unpacked()).toEqual(expected(records));
  });
  it('of many identities that are all different are whole too, also beyond what is remembered', () => {
    const records = Array.from({ length: 5200 }, (_, n) =>
      record(n, { type: 'AssumedRole', sessionName: `${n}-`.padEnd(12_000, 'abc') }, {}, { readOnly: false, n2: n }),
    );
    expect(packs.pack(file(records), FIRST, LONGEST)).toEqual({ packed: 5200, whole: 0 });
    expect(packs.count()).toEqual({ identities: 5200, ends: 5200 });
    expect(unpacked()).toEqual(expected(records));
  });
  it('are told apart although they begin and end alike', () => {
    const records = Array.from({ length: 300 }, (_, n) => record(n, { type: 'x'.repeat(40), middle: String(n).padStart(5, '0'), tail: 'y'.repeat(40) }, {}));
    packs.pack(file([...records, ...records]), FIRST, LONGEST);
    expect(packs.count()).toEqual({ identities: 300, ends: 1 });
    expect(unpacked()).toEqual(expected([...records, ...records]));
  });
  it('begin anew with each batch', () => {
    const records = [record(0, { type: 'Root' }, {})];
    packs.pack(file(records), 1, LONGEST);
    packs.finish();
    packs.again();
    whole.again();
    packs.pack(file(records), FIRST, LONGEST);
    expect(packs.count()).toEqual({ identities: 1, ends: 1 });
    expect(unpacked()).toEqual(expected(records));
  });
});

describe('a file that is not quite like CloudTrail’s', () => {
  const good = [record(0, { type: 'Root' }, {}), record(1, { type: 'Root' }, { requestParameters: { a: 1 } })];
  const text = file(good).toString();
  const cases: Record<string, string> = {
    'a line break between records': text.replace('},{"eventVersion"', '},\n{"eventVersion"'),
    'a line break inside of a text': text.replace('Root', 'Ro\not'),
    'a space after the bracket': text.replace('[{', '[ {'),
    'another version': text.replace('"1.08"', '"2.08"'),
    'something behind the list': `${text.slice(0, -1)},"more":1}`,
    'a record that does not end before the next': text.replace('},{"eventVersion"', ',{"eventVersion"'),
    'an end that is cut off': text.slice(0, -1),
    'no record': '{"Records":[]}',
    'a version and nothing else': '{"Records":[{"eventVersion":"1.08"}]}',
    'a record longer than allowed': JSON.stringify({ Records: [...good, record(2, {}, { text: 'x'.repeat(LONGEST) })] }),
    'a record longer than a window': JSON.stringify({ Records: [...good, record(2, {}, { text: 'x'.repeat(3 << 20) }), ...good] }),
  };
  it.each(Object.entries(cases))('%s: it is left to others, and no line of it stays', (_name, content) => {
    const before = [record(0, { type: 'IAMUser' }, {}), { eventVersion: '1.08', eventTime: '2026-03-02T10:00:00Z', readOnly: true }];
    expect(packs.pack(file(before), 1000, LONGEST)).toEqual({ packed: 1, whole: 1 });
    expect(packs.pack(Buffer.from(content), FIRST, LONGEST)).toBeUndefined();
    expect(unpacked()).toEqual(expected(before, 1000));
  });
});
