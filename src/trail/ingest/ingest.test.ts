import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issuedKeyOf, principalOf, type TrailRecord } from '../event.ts';
import { openStore, type TrailStore } from '../store/open.ts';
import { type Ingested, ingest } from './ingest.ts';

const root = mkdtempSync(join(tmpdir(), 'aplomb-ingest-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const record = (id: string, more: TrailRecord = {}): TrailRecord => ({
  eventVersion: '1.08',
  userIdentity: {
    type: 'IAMUser',
    principalId: 'AIDA1',
    arn: 'arn:aws:iam::111122223333:user/eve',
    accountId: '111122223333',
    accessKeyId: 'AKIAEXAMPLE000000001',
    userName: 'eve',
  },
  eventTime: '2026-03-02T10:00:00Z',
  eventSource: 'iam.amazonaws.com',
  eventName: 'ListUsers',
  awsRegion: 'us-east-1',
  sourceIPAddress: '198.51.100.7',
  userAgent: '[aws-cli/2.1]',
  requestParameters: null,
  responseElements: null,
  requestID: 'r-1',
  eventID: id,
  readOnly: true,
  eventType: 'AwsApiCall',
  recipientAccountId: '111122223333',
  ...more,
});
let made = 0;
async function load(files: Readonly<Record<string, string | Buffer>>, into?: string): Promise<{ read: Ingested; store: TrailStore; dir: string }> {
  const at = join(root, `in-${++made}`);
  const dir = into ?? join(root, `store-${made}`);
  mkdirSync(at);
  const sources = Object.entries(files).map(([file, bytes]) => {
    writeFileSync(join(at, file), bytes);
    return { path: join(at, file), file };
  });
  const read = await ingest(dir, sources, { threads: 1 });
  return { read, store: await openStore(dir), dir };
}
const whole = (...records: TrailRecord[]): string => JSON.stringify({ Records: records });
const ids = async (store: TrailStore): Promise<unknown[]> => (await store.query('SELECT eventID FROM all_events ORDER BY eventID')).map((row) => row.eventID);

describe('every form in which trails come', () => {
  const forms: Record<string, string | Buffer> = {
    'delivered.json.gz': gzipSync(whole(record('a1'), record('a2'))),
    'plain.json': whole(record('b1')),
    'twice.gz': gzipSync(gzipSync(whole(record('c1')))),
    'bom.json': Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(whole(record('d1')))]),
    'array.json': JSON.stringify([record('e1'), record('e2')]),
    'pretty.json': JSON.stringify({ Records: [record('f1'), record('f2')] }, null, 2),
    'one.json': JSON.stringify(record('g1')),
    'one-pretty.json': JSON.stringify(record('g2'), null, 4),
    'lines.jsonl': `${JSON.stringify(record('h1'))}\n${JSON.stringify(record('h2'))}\r\n\n${JSON.stringify(record('h3'))}`,
    'lookup.json': JSON.stringify({ Events: [{ EventId: 'i1', CloudTrailEvent: JSON.stringify(record('i1')) }], NextToken: 'x' }),
    'lookup-lines.jsonl': `${JSON.stringify({ EventId: 'j1', EventName: 'ListUsers', CloudTrailEvent: JSON.stringify(record('j1')) })}\n`,
    'logstash.jsonl': JSON.stringify({ ...record('k1'), eventTime: undefined, '@timestamp': '2026-03-02T10:00:01.000Z', '@version': '1' }),
    'elastic.jsonl': JSON.stringify({ _index: 'x', _source: record('l1') }),
    'bridge.json': JSON.stringify({ version: '0', 'detail-type': 'AWS API Call via CloudTrail', detail: record('m1') }),
    'athena.csv': `eventversion,useridentity,eventtime,eventsource,eventname,awsregion,requestparameters,eventid,readonly\n1.08,"{type=IAMUser, principalid=AIDA1, arn=arn:aws:iam::111122223333:user/eve, accountid=111122223333, invokedby=null, accesskeyid=AKIAEXAMPLE000000001, username=eve, sessioncontext={attributes={mfaauthenticated=false, creationdate=2026-03-02T09:00:00Z}, sessionissuer=null}}",2026-03-02 10:00:02.000,iam.amazonaws.com,GetUser,us-east-1,"{""userName"":""a, b""}",n1,true\n`,
    'python.csv': `eventTime,eventName,eventSource,userIdentity,eventID\n2026-03-02T10:00:03Z,GetUser,iam.amazonaws.com,"{'type': 'IAMUser', 'arn': 'arn:aws:iam::111122223333:user/o\\'neil', 'accountId': '111122223333', 'sessionContext': {'attributes': {'mfaAuthenticated': True}}}",o1\n`,
    'empty-list.json': whole(),
    'empty-array.json': '[]',
    'digest.json.gz': gzipSync(JSON.stringify({ awsAccountId: '111122223333', digestStartTime: '2026-03-02T09:00:00Z', logFiles: [] })),
  };
  let all: Awaited<ReturnType<typeof load>>;
  beforeAll(async () => {
    all = await load(forms);
  });
  it('gives every event, once', async () => {
    expect(await ids(all.store)).toEqual(
      [...'abcdefghijklmno'].flatMap(
        (letter) => ({ a: ['a1', 'a2'], e: ['e1', 'e2'], f: ['f1', 'f2'], g: ['g1', 'g2'], h: ['h1', 'h2', 'h3'] })[letter] ?? [`${letter}1`],
      ),
    );
    expect(all.read.problems.filter(({ lost }) => lost)).toEqual([]);
    expect(all.read).toMatchObject({ files: Object.keys(forms).length, unique: 21, duplicates: 0, conflicts: 0 });
    expect(all.read.kinds).toMatchObject({ digest: 1, csv: 2, lookup: 1, answers: 1 });
  });
  it('gives the same fields whatever it came in', async () => {
    const rows = await all.store.query(
      'SELECT eventID, identityType, arn, accessKeyId, eventName, awsRegion, readOnly, time, mfaAuthenticated FROM events ORDER BY eventID',
    );
    const of = (id: string) => rows.find((row) => row.eventID === id);
    expect(of('a1')).toEqual({
      eventID: 'a1',
      identityType: 'IAMUser',
      arn: 'arn:aws:iam::111122223333:user/eve',
      accessKeyId: 'AKIAEXAMPLE000000001',
      eventName: 'ListUsers',
      awsRegion: 'us-east-1',
      readOnly: true,
      time: '2026-03-02T10:00:00.000Z',
      mfaAuthenticated: null,
    });
    for (const id of ['c1', 'd1', 'e1', 'f1', 'g1', 'g2', 'h2', 'i1', 'j1', 'l1', 'm1']) expect({ ...of(id), eventID: 'a1' }).toEqual(of('a1'));
    expect(of('k1')).toMatchObject({ time: '2026-03-02T10:00:01.000Z', eventName: 'ListUsers' });
    expect(of('n1')).toMatchObject({
      time: '2026-03-02T10:00:02.000Z',
      arn: 'arn:aws:iam::111122223333:user/eve',
      accessKeyId: 'AKIAEXAMPLE000000001',
      readOnly: true,
      mfaAuthenticated: 'false',
    });
    expect(of('o1')).toMatchObject({ arn: "arn:aws:iam::111122223333:user/o'neil", mfaAuthenticated: 'true' });
    const [request] = await all.store.query("SELECT raw->>'$.requestParameters.userName' AS name FROM events WHERE eventID = 'n1'");
    expect(request!.name).toBe('a, b');
  });
  it('says of each event which file it is from, by its hash, and where in it', async () => {
    const rows = await all.store.query(
      "SELECT file, length(sha256) AS hash, record FROM events JOIN sources USING (source) WHERE eventID IN ('h3', 'a2') ORDER BY eventID",
    );
    expect(rows).toEqual([
      { file: 'delivered.json.gz', hash: 64, record: 1 },
      { file: 'lines.jsonl', hash: 64, record: 2 },
    ]);
  });
  it('is not read twice', async () => {
    const again = await load({ ...forms, 'new.json': whole(record('z9')) }, all.dir);
    expect(again.read).toMatchObject({ files: 20, known: 19, records: 1, unique: 22 });
  });
});

describe('copies', () => {
  it('count once, with all their sources; one with another body is a conflict', async () => {
    const { read, store } = await load({
      'a.json': whole(record('x1'), record('x2')),
      'b.json': whole(record('x1'), record('x2', { eventName: 'DeleteUser' }), record('x1', { recipientAccountId: '222233334444' })),
    });
    expect(read).toMatchObject({ records: 5, unique: 3, duplicates: 2, conflicts: 1 });
    expect(await store.query('SELECT eventID, eventName, recipientAccountId FROM events ORDER BY n')).toEqual([
      { eventID: 'x1', eventName: 'ListUsers', recipientAccountId: '111122223333' },
      { eventID: 'x2', eventName: 'ListUsers', recipientAccountId: '111122223333' },
      { eventID: 'x1', eventName: 'ListUsers', recipientAccountId: '222233334444' },
    ]);
    const sources = await store.query("SELECT DISTINCT file FROM all_events JOIN sources USING (source) WHERE eventID = 'x1' ORDER BY file");
    expect(sources.map((row) => row.file)).toEqual(['a.json', 'b.json']);
    expect(await store.query('SELECT conflict FROM duplicates ORDER BY n')).toEqual([{ conflict: false }, { conflict: true }]);
  });
  it('keeps Insights and network activity apart', async () => {
    const { store } = await load({
      'a.json': whole(record('1'), record('2', { eventCategory: 'Insight' }), record('3', { eventCategory: 'NetworkActivity' })),
    });
    expect(
      await store.query('SELECT (SELECT count(*) FROM events) AS e, (SELECT count(*) FROM insights) AS i, (SELECT count(*) FROM network_activity) AS a'),
    ).toEqual([{ e: 1, i: 1, a: 1 }]);
  });
});

describe('what is broken', () => {
  it('is listed with file, place and reason, and the rest is read', async () => {
    const gz = gzipSync(whole(...Array.from({ length: 200 }, (_, i) => record(`cut-${String(i).padStart(3, '0')}`))));
    const { read, store } = await load({
      'cut.json.gz': gz.subarray(0, gz.length - 200),
      'half.json': whole(record('ok-1'), record('ok-2')).slice(0, -150),
      'broken.json': `{"Records":[${JSON.stringify(record('ok-3'))},{"eventVersion":"1.08","eventName":nonsense},${JSON.stringify(record('ok-4'))}]}`,
      'lines.jsonl': `${JSON.stringify(record('ok-5'))}\nnot json\n{"eventVersion":"1.08","eventName":\n${JSON.stringify(record('ok-6'))}\n`,
      'other.txt': 'hello',
      'empty.json': '',
      'other.json': '{"a":1}',
      'strange.json': '{"Records":[1,"two",null,[3],{"x":1}]}',
    });
    const found = (await ids(store)) as string[];
    expect(found.filter((id) => id.startsWith('ok-'))).toEqual(['ok-1', 'ok-3', 'ok-4', 'ok-5', 'ok-6']);
    expect(found.filter((id) => id.startsWith('cut-')).length).toBeGreaterThan(100);
    const lost = (file: string) => read.problems.filter((one) => one.file === file && one.lost).map(({ why, offset }) => [why, offset !== null]);
    expect(lost('cut.json.gz')).toEqual([
      ['gzip ends in the middle', true],
      ['a record ends in the middle', true],
    ]);
    expect(lost('half.json')).toEqual([['a record ends in the middle', true]]);
    expect(lost('broken.json')).toEqual([[expect.stringContaining('a record cannot be read'), true]]);
    expect(lost('lines.jsonl')).toHaveLength(2);
    expect(lost('other.txt')).toEqual([[expect.stringContaining('not recognised'), true]]);
    expect(lost('other.json')).toEqual([[expect.stringContaining('no CloudTrail record'), true]]);
    expect(lost('strange.json')).toHaveLength(5);
    expect(await store.query("SELECT count(*) AS lost FROM problems WHERE lost AND file = 'strange.json'")).toEqual([{ lost: 5 }]);
  });
  it('is told for odd records, which are kept', async () => {
    const odd = (id: string, text: string): string => JSON.stringify(record(id)).replace('"eventName":"ListUsers"', text);
    const { read, store } = await load({
      'a.json': `{"Records":[${[
        odd('1', '"eventName":"ListUsers","eventName":"DeleteUser"'),
        JSON.stringify(record('2', { userIdentity: 'root' })),
        JSON.stringify(record('3', { userIdentity: null })),
        JSON.stringify(record('4', { eventTime: 'yesterday', sourceIPAddress: '06.237.252.245' })),
        odd('5', '"eventName":"ListUsers","requestParameters":{"big":123456789012345678901234567890,"f":0.0}').replace('"requestParameters":null,', ''),
        odd('6', '"eventName":"List\\ud800Users"'),
        odd('7', `"eventName":"ListUsers","additionalEventData":${'['.repeat(400)}${']'.repeat(400)}`),
        JSON.stringify(record('8', { sourceIPAddress: 'ec2.amazonaws.com', newMember: 1 })),
      ].join(',')}]}`,
      'b.json':
        Buffer.concat([Buffer.from(whole(record('9')).replace('ListUsers"', 'List')), Buffer.from([0xff, 0xfe])]).length > 0
          ? invalidUtf8(whole(record('9')))
          : '',
    });
    expect(await ids(store)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
    const rows = await store.query('SELECT eventID, eventName, eventTime, time, principal, raw FROM events ORDER BY eventID');
    expect(rows[0]!.eventName).toBe('DeleteUser');
    expect(rows[3]).toMatchObject({ eventTime: 'yesterday', time: null });
    expect(rows[4]!.raw).toContain('123456789012345678901234567890');
    expect(rows[5]!.eventName).toBe('List\uFFFDUsers');
    expect(rows[8]!.eventName).toBe('List\uFFFDUsers');
    const why = read.problems.filter(({ lost }) => !lost).map((one) => one.why);
    for (const part of ['there twice', 'userIdentity is no object', 'eventTime is no date', 'half a surrogate', 'nested more than', 'newMember', 'not UTF-8'])
      expect(
        why.some((one) => one.includes(part)),
        part,
      ).toBe(true);
    expect(read.problems.filter(({ lost }) => lost)).toEqual([]);
  });
  it('does not take text inside a record for the beginning of another', async () => {
    const inner = `{"list":[{"a":1},{"eventVersion":"1.08","eventID":"fake","eventName":"Fake"}],"text":",{\\"eventVersion\\":\\"1.08\\","}`;
    const text = whole(record('1'), record('2')).replace('"requestParameters":null', `"requestParameters":${inner}`);
    const { read, store } = await load({ 'a.json': text });
    expect(await ids(store)).toEqual(['1', '2']);
    expect(read.problems).toEqual([]);
  });
  it('does not unpack a bomb', async () => {
    const { read } = await load({ 'bomb.gz': gzipSync(Buffer.alloc(64 << 20, 0x20)), 'a.json': whole(record('1')) });
    expect(read.unique).toBe(1);
    expect(read.problems.filter(({ lost }) => lost)).toEqual([
      { file: 'bomb.gz', offset: 0, why: expect.stringContaining('unpacks to more than'), lost: true },
    ]);
  });
  it('cuts a record of a hundred megabytes in the store, and says so', async () => {
    const { read, store } = await load({ 'long.json': whole(record('1'), record('2', { requestParameters: { text: 'x'.repeat(100 << 20) } }), record('3')) });
    expect(await ids(store)).toEqual(['1', '2', '3']);
    expect(read.problems).toEqual([
      { file: 'long.json', offset: expect.any(Number), why: expect.stringContaining('the store keeps its beginning'), lost: false },
    ]);
  });
});
const invalidUtf8 = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  const at = bytes.indexOf('ListUsers') + 4;
  return Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at)]);
};

it('gives records back as event.ts understands them', async () => {
  const session: TrailRecord = {
    userIdentity: {
      type: 'AssumedRole',
      arn: 'arn:aws:sts::111122223333:assumed-role/path/deploy/s-1',
      accountId: '111122223333',
      accessKeyId: 'ASIA1',
      sessionContext: { attributes: { creationDate: '2026-03-02T09:00:00Z', mfaAuthenticated: 'false' } },
    },
  };
  const records = [
    record('1'),
    record('2', session),
    record('3', { userIdentity: { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' }, sourceIPAddress: 'ec2.amazonaws.com' }),
    record('4', {
      userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::1:assumed-role/r/s', sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::1:role/r' } } },
    }),
    record('5', { eventName: 'CreateAccessKey', responseElements: { accessKey: { accessKeyId: 'AKIANEW' } } }),
    record('6', { userIdentity: null }),
  ];
  const { store } = await load({ 'a.json': whole(...records) });
  const events = [];
  for await (const event of store.events('true')) events.push(event);
  expect(events.map(({ record: one }) => one.eventID)).toEqual(['1', '2', '3', '4', '5', '6']);
  const rows = await store.query('SELECT principal, issuedKey FROM events ORDER BY n');
  expect(rows).toEqual(records.map((one) => ({ principal: principalOf(one), issuedKey: issuedKeyOf(one) ?? null })));
  expect(events.map(({ record: one }) => principalOf(one))).toEqual(records.map(principalOf));
});

it('goes on after a load that was broken off, with nothing lost and nothing twice', async () => {
  const dir = join(root, 'broken-off');
  const files = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`${i}.json`, whole(record(`p${i}`))]));
  const stop = new AbortController();
  stop.abort(new Error('stop'));
  const at = join(root, 'broken-in');
  mkdirSync(at);
  const sources = Object.entries(files).map(([file, text]) => {
    writeFileSync(join(at, file), text);
    return { path: join(at, file), file };
  });
  await expect(ingest(dir, sources, { threads: 1, signal: stop.signal })).rejects.toThrow('stop');
  const read = await ingest(dir, sources, { threads: 1 });
  expect(read).toMatchObject({ unique: 6, duplicates: 0, known: 0 });
});
