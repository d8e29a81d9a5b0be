import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { outcomeOf, type TrailRecord } from '../event.ts';
import { ACCOUNT, ordinary } from '../testing/ordinary.ts';
import { storeOf } from '../testing/store.ts';
import { BUILT_IN } from './built-in.ts';
import { type Query, savedQueries, savedQuery, saveQuery } from './saved.ts';
import { sql } from './sql.ts';

const connection = { interrupt: () => expect.unreachable() };

describe('saved queries', () => {
  let dir = '';
  beforeEach(() => {
    dir = join(mkdtempSync(join(tmpdir(), 'saved-')), 'derived');
  });
  const mine = () => savedQueries(dir).filter(({ builtIn }) => !builtIn);

  it('are kept by name, replaced by the same name, and stand beside those that come with the product', () => {
    expect(mine()).toEqual([]);
    saveQuery(dir, 'night-writes', { sql: 'SELECT 1' });
    saveQuery(dir, 'eve', { search: { fields: ['userName=eve'], limit: 5 } });
    saveQuery(dir, 'night-writes', { sql: 'SELECT 2' });
    expect(mine()).toEqual([
      { name: 'eve', query: { search: { fields: ['userName=eve'], limit: 5 } }, builtIn: false },
      { name: 'night-writes', query: { sql: 'SELECT 2' }, builtIn: false },
    ]);
    expect(savedQueries(dir).length).toBe(2 + Object.keys(BUILT_IN).length);
    expect(readdirSync(dir)).toEqual(['queries.json']);
  });
  it.each(['', '../x', 'a/b', 'Night', '-x', 'x-', 'constructor\n', '__proto__', 'a'.repeat(65), 'denied-bursts'])('refuses the name %j', (name) => {
    expect(() => saveQuery(dir, name, { sql: 'SELECT 1' })).toThrow(expect.objectContaining({ code: 'TrailSavedQuery', exit: 2 }));
    expect(mine()).toEqual([]);
  });
  it('takes a name that objects have of their own', () => {
    saveQuery(dir, 'constructor', { sql: 'SELECT 1' });
    expect(savedQuery(dir, 'constructor').query).toEqual({ sql: 'SELECT 1' });
  });
  it.each([
    {},
    { sql: '' },
    { sql: 1 },
    { sql: 'x', more: 1 },
    { search: { fields: 'x' } },
    { search: { other: 1 } },
    { search: { limit: 'x' } },
    null,
  ] as unknown as Query[])('refuses the query %j', (query) =>
    expect(() => saveQuery(dir, 'x', query)).toThrow(expect.objectContaining({ code: 'TrailSavedQuery' })),
  );
  it.each(['not json', '[]', '{"Bad Name":{"sql":"x"}}', '{"x":{"sql":5}}', '{"x":{}}'])(
    'tells that the file is broken and leaves it as it is: %s',
    (content) => {
      mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, 'queries.json'), content);
      expect(() => savedQueries(dir)).toThrow(expect.objectContaining({ code: 'TrailSavedQuery', message: expect.stringContaining('queries.json') }));
      expect(() => saveQuery(dir, 'x', { sql: 'SELECT 1' })).toThrow(expect.objectContaining({ code: 'TrailSavedQuery' }));
      expect(readFileSync(join(dir, 'queries.json'), 'utf8')).toBe(content);
    },
  );
  it('names the one that may have been meant', () => {
    expect(() => savedQuery(dir, 'denied-burst')).toThrow(expect.objectContaining({ fix: expect.stringContaining('denied-bursts') }));
    expect(savedQuery(dir, 'rare-apis')).toMatchObject({ builtIn: true });
  });
});

describe('the queries that come with the product', () => {
  const at = (day: number, minute: number, more: Parameters<typeof ordinary>[0] = {}) =>
    ordinary({ eventTime: new Date(Date.UTC(2026, 2, day, 10, minute)).toISOString().replace('.000', ''), ...more });
  const KEY = 'AKIAEXAMPLEALICE0001';
  const NEW = 'AKIANEWKEY0000000001';
  const RECORDS = [
    ...Array.from({ length: 12 }, (_, i) => at(1, i, { eventName: 'ListUsers', readOnly: true })),
    ...Array.from({ length: 11 }, (_, i) => at(5, i % 10, { eventName: `Get${i}`, errorCode: 'AccessDenied', readOnly: true })),
    ...Array.from({ length: 12 }, (_, i) =>
      at(5, i % 10, { eventName: 'RunInstances', errorCode: 'Client.DryRunOperation', userIdentity: { type: 'Root' }, readOnly: true }),
    ),
    at(5, 30, { eventName: 'CreateAccessKey', sourceIPAddress: '203.0.113.9', awsRegion: 'sa-east-1', responseElements: { accessKey: { accessKeyId: NEW } } }),
    at(5, 40, { eventName: 'GetCallerIdentity', readOnly: true, sourceIPAddress: '203.0.113.9', userIdentity: { accessKeyId: NEW } }),
    at(5, 41, { eventName: 'PutThing', userIdentity: { type: 'AWSService' } }),
  ];
  const ask = async (name: string) => {
    const store = await storeOf(RECORDS);
    try {
      return (await sql({ query: store.query, connection }, BUILT_IN[name]!.sql)).rows;
    } finally {
      store.close();
    }
  };

  it('finds bursts of denied calls, and no DryRun', async () => {
    expect(await ask('denied-bursts')).toEqual([
      {
        window_start: '2026-03-05T10:00:00.000Z',
        principal: `arn:aws:iam::${ACCOUNT}:user/alice`,
        accessKeyId: KEY,
        sourceIPAddress: '198.51.100.10',
        denied: 11,
        apis: 11,
        first: '2026-03-05T10:00:00.000Z',
        last: '2026-03-05T10:09:00.000Z',
      },
    ]);
  });
  it('finds the APIs that came late to a principal', async () => {
    const rows = await ask('first-seen-apis');
    expect(rows.map(({ eventName }) => eventName)).toEqual([
      'GetCallerIdentity',
      'CreateAccessKey',
      ...['Get9', 'Get8', 'Get7', 'Get6', 'Get5', 'Get4', 'Get3', 'Get2', 'Get1', 'Get0', 'Get10'].sort(
        (a, b) => Number(b === 'Get10' ? 0 : b.slice(3)) - Number(a === 'Get10' ? 0 : a.slice(3)),
      ),
    ]);
    expect(rows[0]).toMatchObject({ service: 'iam', calls: 1, denied: 0, principal_since: '2026-03-01T10:00:00.000Z' });
  });
  it('finds new addresses of a key', async () => {
    expect(await ask('new-addresses')).toMatchObject([
      { accessKeyId: KEY, sourceIPAddress: '203.0.113.9', addresses_before: 1, calls: 1, key_since: '2026-03-01T10:00:00.000Z' },
    ]);
  });
  it('finds the keys given out and their use', async () => {
    expect(await ask('issued-keys')).toMatchObject([
      { issuedKey: NEW, via: 'CreateAccessKey', issued_with: KEY, from_address: '203.0.113.9', uses: 1, first_use: '2026-03-05T10:40:00.000Z', addresses: 1 },
    ]);
  });
  it('counts changes by region and day, without services', async () => {
    expect(await ask('writes-by-region-and-day')).toEqual([
      { recipientAccountId: ACCOUNT, awsRegion: 'sa-east-1', day: '2026-03-05', writes: 1, principals: 1, apis: 1 },
    ]);
  });
  it('finds rare APIs with who called them', async () => {
    const rows = await ask('rare-apis');
    expect(rows.length).toBe(13);
    expect(rows.find(({ eventName }) => eventName === 'CreateAccessKey')).toMatchObject({ calls: 1, principals: [`arn:aws:iam::${ACCOUNT}:user/alice`] });
  });
  it('call denied what the timeline calls denied', async () => {
    const answers = [undefined, { ConsoleLogin: 'Failure' }, { ConsoleLogin: 'Success' }];
    const errors = [
      {},
      { errorCode: 'AccessDenied' },
      { errorCode: 'client.unauthorizedoperation' },
      { errorCode: 'Client.DryRunOperation' },
      { errorCode: 'NoSuchKey' },
    ];
    const messages = [{}, { errorMessage: 'Failed authentication' }, { errorMessage: 'No username found in supplied account' }];
    const records = ['ConsoleLogin', 'CheckMfa'].flatMap((eventName) =>
      answers.flatMap((responseElements) => errors.flatMap((error) => messages.map((message) => ({ eventName, responseElements, ...error, ...message })))),
    );
    const store = await storeOf(records.map((more, i) => ordinary({ ...more, recipientAccountId: String(i).padStart(12, '0') })));
    const { rows } = await sql({ query: store.query, connection }, BUILT_IN['rare-apis']!.sql);
    store.close();
    const denied = rows.filter(({ denied }) => denied === 1).map(({ recipientAccountId }) => Number(recipientAccountId));
    expect(denied.sort((a, b) => a - b)).toEqual(records.flatMap((record, i) => (outcomeOf(record as TrailRecord) === 'denied' ? [i] : [])));
    expect(denied.length).toBeGreaterThan(20);
  });
  it('are explained in both languages', () => {
    for (const { title, description } of Object.values(BUILT_IN))
      for (const said of [title, description]) expect([said.en, said.es].every((words) => words.length > 5) && said.en !== said.es).toBe(true);
  });
});
