import { describe, expect, it } from 'vitest';
import type { ListedObject, ObjectSource } from '../../kernel/index.ts';
import { placeOf } from './layout.ts';
import { type ListingOptions, listTrail, type TrailObject } from './list.ts';

const A = '111122223333';
const B = '444455556666';
const O = 'o-abcdefghij';
const UNIQUE = 'Mu0KsOhtH1ar15ZZ';
const at = (text: string): number => Date.parse(text);
const log = (base: string, account: string, region: string, stamp: string, kind = 'CloudTrail'): string =>
  `${base}${account}/${kind}/${region}/${stamp.slice(0, 4)}/${stamp.slice(4, 6)}/${stamp.slice(6, 8)}/${account}_${kind}_${region}_${stamp}_${UNIQUE}.json.gz`;
const digest = (base: string, region: string, stamp: string): string =>
  `${base}${A}/CloudTrail-Digest/${region}/${stamp.slice(0, 4)}/${stamp.slice(4, 6)}/${stamp.slice(6, 8)}/${A}_CloudTrail-Digest_${region}_my_trail_us-east-1_${stamp}.json.gz`;

/** Keys in memory; counts listings and refuses what it is told to. */
function memory(keys: readonly string[], refuse: (prefix: string) => boolean = () => false) {
  const sorted = [...keys].sort();
  const asked: string[] = [];
  const told = (key: string): ListedObject => ({ key, bytes: key.endsWith('/') ? 0 : 10, etag: 'e', modified: '2024-01-01T00:00:00.000Z', version: 'v1' });
  const check = (prefix: string): void => {
    asked.push(prefix);
    if (refuse(prefix)) throw Object.assign(new Error(`no ${prefix}`), { code: 'AccessDenied' });
  };
  const source = {
    name: 'memory',
    async *list(prefix, { after = '' } = {}) {
      check(prefix);
      for (const key of sorted) if (key.startsWith(prefix) && key > after) yield told(key);
    },
    async *folders(prefix) {
      check(`${prefix}|`);
      let last = '';
      for (const key of sorted.filter((one) => one.startsWith(prefix) && one !== prefix)) {
        const end = key.indexOf('/', prefix.length);
        const folder = end < 0 ? undefined : key.slice(0, end + 1);
        if (folder === undefined) yield told(key);
        else if (folder !== last) yield { folder: (last = folder) };
      }
    },
  } as Partial<ObjectSource> as ObjectSource;
  return { source, asked };
}
async function keysOf(source: ObjectSource, prefix = '', options: ListingOptions = {}): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of await listTrail(source, prefix, options)) keys.push(key);
  return keys.sort();
}

describe('placeOf', () => {
  it('reads names and folders, the name first', () => {
    expect(placeOf(log('all/AWSLogs/', A, 'eu-west-1', '20240301T2355Z'))).toEqual({
      kind: 'log',
      account: A,
      region: 'eu-west-1',
      day: '2024/03/01',
      time: at('2024-03-01T23:55:00Z'),
    });
    expect(placeOf(digest(`AWSLogs/${O}/`, 'us-gov-west-1', '20240301T140131Z'))).toEqual({
      kind: 'digest',
      organization: O,
      account: A,
      region: 'us-gov-west-1',
      day: '2024/03/01',
      time: at('2024-03-01T14:01:31Z'),
    });
    expect(placeOf(`AWSLogs/${A}/CloudTrail-Insight/eu-west-1/2024/03/01/x.json.gz`)).toMatchObject({ kind: 'insight', region: 'eu-west-1' });
    expect(placeOf(`AWSLogs/${A}/CloudTrail-NetworkActivity/eu-west-1/2024/03/01/x.json.gz`)).toMatchObject({ kind: 'network' });
    expect(placeOf(`flat/${A}_CloudTrail_us-east-1_20240301T0000Z_${UNIQUE}.json.gz`)).toMatchObject({ kind: 'log', account: A, region: 'us-east-1' });
    expect(placeOf('eu-west-1/2024/03/01/any.json')).toEqual({ kind: 'other', region: 'eu-west-1', day: '2024/03/01' });
    expect(placeOf('notes/2024/readme.txt')).toEqual({ kind: 'other' });
    expect(placeOf(`${A}_CloudTrail_us-east-1_20249999T9999Z_x`)).toEqual({ kind: 'log', account: A, region: 'us-east-1' });
  });
});

describe('layouts', () => {
  const plain = [log('AWSLogs/', A, 'eu-west-1', '20240301T0005Z'), log('AWSLogs/', A, 'us-east-1', '20240301T0005Z')];
  const organised = [log(`AWSLogs/${O}/`, A, 'us-east-1', '20240301T0005Z'), log(`AWSLogs/${O}/`, B, 'us-east-1', '20240301T0005Z')];
  const siblings = [
    digest('AWSLogs/', 'us-east-1', '20240301T010000Z'),
    log('AWSLogs/', A, 'us-east-1', '20240301T0005Z', 'CloudTrail-Insight'),
    log('AWSLogs/', A, 'us-east-1', '20240301T0005Z', 'CloudTrail-NetworkActivity'),
  ];
  const everything = [...plain, ...organised, ...siblings];

  it('finds plain, organisation and siblings, leaves other services and says so', async () => {
    const others = [`AWSLogs/${A}/Config/eu-west-1/2024/3/1/x.json.gz`, `AWSLogs/${A}/vpcflowlogs/eu-west-1/2024/03/01/x.log.gz`, `AWSLogs/${A}/CloudTrail/`];
    const { source, asked } = memory([...everything, ...others]);
    const listing = await listTrail(source, '');
    const found: TrailObject[] = [];
    for await (const one of listing) found.push(one);
    expect(found.map((one) => one.key).sort()).toEqual([...everything].sort());
    expect(found[0]).toMatchObject({ etag: 'e', version: 'v1', bytes: 10 });
    expect(listing.recognised).toBe(true);
    expect(listing.left).toEqual([
      { prefix: `AWSLogs/${A}/Config/`, why: 'other-service' },
      { prefix: `AWSLogs/${A}/vpcflowlogs/`, why: 'other-service' },
    ]);
    expect(asked).not.toContain('');
    expect(listing.cursor().segments).toEqual([]);
  });
  it('custom prefixes, copies that begin with the region, and the folder itself at any depth', async () => {
    const keys = [...everything.map((key) => `team/audit/${key}`), 'copy/eu-west-1/2024/03/01/a.json.gz', 'copy/eu-west-1/2024/03/02/b.json.gz'];
    const { source, asked } = memory(keys);
    expect(await keysOf(source)).toEqual([...keys].sort());
    expect(asked).toContain('copy/eu-west-1/');
    expect(await keysOf(source, 'copy/', { since: at('2024-03-02T12:00:00Z') })).toEqual(['copy/eu-west-1/2024/03/02/b.json.gz']);
    for (const prefix of [
      `team/audit/AWSLogs/${A}/CloudTrail/eu-west-1/`,
      `team/audit/AWSLogs/${A}/CloudTrail/eu-west-1/2024/03/01/`,
      `team/audit/AWSLogs/${A}/CloudTrail/eu`,
    ])
      expect(await keysOf(source, prefix), prefix).toEqual([`team/audit/${plain[0]}`]);
    const days = { since: at('2024-03-05T00:00:00Z') };
    expect(await keysOf(source, `team/audit/AWSLogs/${A}/CloudTrail/eu-west-1/2024/`, days)).toEqual([]);
  });
  it('what does not look like it is listed whole; loose objects beside the layout too', async () => {
    const odd = ['export/2023/part-0.csv', 'export/2023/part-1.csv', 'x.json'];
    const first = memory(odd);
    const listing = await listTrail(first.source, '');
    expect(listing.recognised).toBe(false);
    expect(await keysOf(first.source)).toEqual(odd);
    expect(first.asked).toContain('');
    const both = memory([...odd, ...plain, `AWSLogs/${A}/loose.json`]);
    expect(await keysOf(both.source)).toEqual([...odd, ...plain, `AWSLogs/${A}/loose.json`].sort());
    expect(await keysOf(memory([]).source)).toEqual([]);
  });
  it('takes accounts, regions and kinds, and asks for no others', async () => {
    const { source, asked } = memory(everything);
    expect(await keysOf(source, '', { accounts: [B] })).toEqual([organised[1]]);
    expect(asked.some((prefix) => prefix.includes(`${A}/`))).toBe(false);
    expect(await keysOf(source, '', { regions: ['eu-west-1'] })).toEqual([plain[0]]);
    expect(await keysOf(source, '', { kinds: ['digest', 'insight'] })).toEqual([siblings[1]!, siblings[0]!].sort());
  });
  it('takes what can hold events of the window: not before, some time after', async () => {
    const stamps = ['20240301T2340Z', '20240301T2350Z', '20240302T0000Z', '20240302T0200Z', '20240302T0205Z', '20240303T0000Z'];
    const keys = [...stamps.map((stamp) => log('AWSLogs/', A, 'eu-west-1', stamp)), digest('AWSLogs/', 'eu-west-1', '20240302T034500Z')];
    const found = await keysOf(memory(keys).source, '', { since: at('2024-03-02T00:00:00Z'), until: at('2024-03-02T00:00:00Z') });
    expect(found).toEqual([keys[6], keys[1], keys[2], keys[3]].sort());
    const later = await keysOf(memory(keys).source, '', { since: at('2024-03-02T00:00:00Z'), until: at('2024-03-02T00:00:00Z'), late: 86_400_000 });
    expect(later).toHaveLength(6);
  });
});

describe('going on', () => {
  const days = Array.from({ length: 40 }, (_, index) =>
    new Date(at('2024-03-01T00:00:00Z') + index * 86_400_000).toISOString().slice(0, 10).replaceAll('-', ''),
  );
  const keys = [A, B].flatMap((account) =>
    ['eu-west-1', 'us-east-1'].flatMap((region) =>
      days.flatMap((day) =>
        Array.from({ length: 60 }, (_, n) => log('AWSLogs/', account, region, `${day}T${String(n % 24).padStart(2, '0')}${String(n % 60).padStart(2, '0')}Z`)),
      ),
    ),
  );
  const unique = [...new Set(keys)].sort();

  it('divides long stretches by days and gives every key once', async () => {
    const { source, asked } = memory(unique);
    const found: string[] = [];
    for await (const { key } of await listTrail(source, `AWSLogs/${A}/CloudTrail/eu-west-1/`, { now: at('2024-04-12T00:00:00Z') })) found.push(key);
    expect(found.sort()).toEqual(unique.filter((key) => key.startsWith(`AWSLogs/${A}/CloudTrail/eu-west-1/`)));
    expect(asked.filter((prefix) => !prefix.endsWith('|')).length).toBeGreaterThan(1);
  });
  it('goes on from a cursor that went through JSON, wherever it was left', async () => {
    const { source } = memory(unique);
    for (const stop of [0, 1, 999, 3_333, unique.length - 1]) {
      const got: string[] = [];
      let cursor = '';
      const listing = await listTrail(source, '', { atOnce: 3 });
      for await (const { key } of listing) {
        if (got.length === stop) {
          cursor = JSON.stringify(listing.cursor());
          break;
        }
        got.push(key);
      }
      const rest = await keysOf(source, '', { atOnce: 5, cursor: JSON.parse(cursor) });
      const all = [...got, ...rest];
      expect(new Set(all).size).toBe(unique.length);
      // What was under way when it was left is given again, nothing else.
      expect(all.length - unique.length).toBeLessThanOrEqual(1);
    }
  });
  it('refuses a cursor of something else', async () => {
    const { source } = memory(unique);
    const cursor = (await listTrail(source, '')).cursor();
    await expect(listTrail(source, '', { cursor, accounts: [A] })).rejects.toMatchObject({ code: 'OtherListing' });
  });
  it('what cannot be listed is named and left in the cursor; the rest is given', async () => {
    const denied = `AWSLogs/${B}/CloudTrail/us-east-1/`;
    const { source } = memory(unique, (prefix) => prefix === denied);
    const listing = await listTrail(source, '');
    let count = 0;
    for await (const _ of listing) count += 1;
    expect(count).toBe(unique.filter((key) => !key.startsWith(denied)).length);
    expect(listing.problems).toEqual([{ prefix: denied, code: 'AccessDenied', why: `no ${denied}` }]);
    const rest = await keysOf(memory(unique).source, '', { cursor: listing.cursor() });
    expect(rest).toEqual(unique.filter((key) => key.startsWith(denied)));
  });
  it('ends when it is told to', async () => {
    const ending = new AbortController();
    const listing = await listTrail(memory(unique).source, '', { signal: ending.signal });
    await expect(
      (async () => {
        for await (const _ of listing) ending.abort(new Error('enough'));
      })(),
    ).rejects.toThrow('enough');
  });
});

it('a million keys take no memory to speak of', async () => {
  const region = `AWSLogs/${A}/CloudTrail/eu-west-1/`;
  const PER_DAY = 4_000;
  const first = at('2024-01-01T00:00:00Z');
  const times = Array.from({ length: PER_DAY }, (_, n) => new Date(n * 21_600).toISOString().slice(11, 16).replace(':', ''));
  const days = Array.from({ length: 250 }, (_, day) => new Date(first + day * 86_400_000).toISOString().slice(0, 10));
  const keyOf = (day: number, n: number): string =>
    `${region}${days[day]!.replaceAll('-', '/')}/${A}_CloudTrail_eu-west-1_${days[day]!.replaceAll('-', '')}T${times[n]}Z_${String(n).padStart(16, '0')}.json.gz`;
  const source = {
    name: 'huge',
    async *list(_prefix, { after = '' } = {}) {
      const [, year, month, date] = /eu-west-1\/(\d{4})\/(\d\d)\/(\d\d)/.exec(after) ?? [];
      const from = year ? Math.floor((at(`${year}-${month}-${date}T00:00:00Z`) - first) / 86_400_000) : 0;
      for (let day = from; day < 250; day++)
        for (let n = 0; n < PER_DAY; n++) {
          const key = keyOf(day, n);
          if (key > after) yield { key, bytes: 1, etag: 'e', modified: '' };
        }
    },
    async *folders(prefix) {
      yield { folder: `${prefix}${region.slice(prefix.length).split('/')[0]}/` };
    },
  } as Partial<ObjectSource> as ObjectSource;
  let count = 0;
  let most = 0;
  const before = process.memoryUsage().heapUsed;
  for await (const _ of await listTrail(source, '', { now: at('2024-09-07T00:00:00Z') })) {
    count += 1;
    if (count % 50_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed - before);
  }
  expect(count).toBe(1_000_000);
  expect(most).toBeLessThan(128 * 2 ** 20);
}, 60_000);
