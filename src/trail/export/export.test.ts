import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Json } from '../../kernel/index.ts';
import type { TrailRecord } from '../event.ts';
import { ACCOUNT, ordinary } from '../testing/ordinary.ts';
import { type MemoryStore, storeOf } from '../testing/store.ts';
import { type Selection, select } from '../timeline/index.ts';
import { COLUMNS, exported, WRITERS } from './index.ts';

const stores: MemoryStore[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});
const written = async (kind: keyof typeof WRITERS, records: readonly TrailRecord[], selection: Selection = {}) => {
  const store = await storeOf(records, { sources: [{ file: 'a.json', records: 2 }, { file: 'b, "second".json' }] });
  stores.push(store);
  let text = '';
  for await (const chunk of WRITERS[kind].write(exported(store, select(selection)))) text += chunk;
  return text;
};
const objects = async (...given: Parameters<typeof written>) =>
  (await written(...given))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

/** RFC 4180 read back, strictly. */
function parsed(text: string): string[][] {
  const rows: string[][] = [];
  let [row, at] = [[] as string[], 0];
  while (at < text.length) {
    let value = '';
    if (text[at] === '"') {
      for (at += 1; ; at++) {
        if (text[at] === undefined) throw new Error('no end of quotation');
        if (text[at] === '"' && text[at + 1] !== '"') break;
        if (text[at] === '"') at += 1;
        value += text[at];
      }
      at += 1;
    } else while (at < text.length && !/[,\r\n"]/.test(text[at]!)) value += text[at++];
    row.push(value);
    if (text[at] === ',') at += 1;
    else if (text.startsWith('\r\n', at)) {
      rows.push(row);
      [row, at] = [[], at + 2];
    } else throw new Error(`unexpected ${JSON.stringify(text[at])}`);
  }
  return rows;
}
const table = (text: string) => {
  const [header = [], ...rows] = parsed(text);
  return rows.map((row) => {
    expect(row.length).toBe(header.length);
    return Object.fromEntries(row.map((value, at) => [header[at], value]));
  });
};

const RECORDS = [
  ordinary({ eventTime: '2026-03-02T10:00:00Z', eventName: 'CreateUser', requestParameters: { userName: '=HYPERLINK("http://x","y")', note: 'a,b\r\n"c"' } }),
  ordinary({
    eventTime: '2026-03-02T10:00:01Z',
    userAgent: '@SUM(1)',
    errorCode: 'AccessDenied',
    errorMessage: '\t-1',
    sourceIPAddress: '-1+1',
    userIdentity: { type: 'AssumedRole' },
  }),
  ordinary({ eventTime: '2026-03-02T09:00:00Z', eventName: 'ListUsers', userAgent: ' +cmd', errorMessage: '＝1' }),
];

describe('exported', () => {
  it('gives everything in order of time with file, hash and index', async () => {
    const rows = await objects('jsonl', RECORDS);
    expect(rows.map(({ source, event }) => [source.file, source.sha256, source.record, event.eventName])).toEqual([
      ['b, "second".json', '1'.padStart(64, '0'), 0, 'ListUsers'],
      ['a.json', '0'.repeat(64), 0, 'CreateUser'],
      ['a.json', '0'.repeat(64), 1, 'GetUser'],
    ]);
  });
  it('pages through more than a page: bursts of one second, gaps of weeks and events without a date, each once', async () => {
    const times = (i: number) =>
      i < 5_000
        ? '2026-03-02T10:00:00Z'
        : i < 5_100
          ? `2026-0${1 + (i % 6)}-11T00:00:00Z`
          : i < 7_300
            ? 'no date'
            : new Date(Date.UTC(2026, 4, 1) + i * 7_000).toISOString();
    const records = Array.from({ length: 8_000 }, (_, i) => ordinary({ eventTime: times(i), eventName: i % 2 ? 'GetUser' : 'ListUsers' }));
    const rows = await objects('jsonl', records, { api: 'ListUsers' });
    expect(new Set(rows.map(({ n }) => n)).size).toBe(4_000);
    expect(rows.length).toBe(4_000);
    const dated = rows.map(({ time }) => time).filter((time) => time !== null);
    expect(dated).toEqual([...dated].sort());
    expect(rows.slice(dated.length).every(({ time }) => time === null)).toBe(true);
  });
  it('writes no line for no event', async () => {
    expect(await written('jsonl', RECORDS, { region: 'nowhere-1' })).toBe('');
    expect(parsed(await written('csv', RECORDS, { region: 'nowhere-1' }))).toEqual([COLUMNS.map(([name]) => name)]);
  });
});

describe('csv', () => {
  it('reads back as it was, with an apostrophe before what a spreadsheet would run', async () => {
    const [list, create, denied] = table(await written('csv', RECORDS));
    expect(list).toMatchObject({ user_agent: "' +cmd", error_message: "'＝1", source_file: 'b, "second".json', source_record: '0' });
    expect(create).toMatchObject({
      time: '2026-03-02T10:00:00.000Z',
      event_name: 'CreateUser',
      outcome: 'done',
      request: JSON.stringify(RECORDS[0]!.requestParameters),
    });
    expect(denied).toMatchObject({
      user_agent: "'@SUM(1)",
      error_message: "'\t-1",
      address: "'-1+1",
      outcome: 'denied',
      marks: 'denied new-principal',
      session: 'session-1',
    });
  });
  it('has no cell that begins a formula, and reads back, whatever stands in the record', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.constantFrom('', '=', '+', '-', '@', '\t', '\r', ' =', '\0'), async (text, head) => {
        const evil = `${head}${text}`;
        const [row] = table(await written('csv', [ordinary({ userAgent: evil, eventName: evil, errorCode: evil })]));
        for (const value of Object.values(row!)) expect(value).not.toMatch(/^\s*[=+\-@]/);
        if (!/^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]|\0/.test(evil)) expect(row!.user_agent).toBe(evil);
      }),
      { numRuns: 40 },
    );
  });
});

describe('jsonl', () => {
  it('embeds the record’s own text, every digit of it', async () => {
    const raw = '{\n "eventTime": "2026-03-02T10:00:00Z",\r\n "big": 12345678901234567890123, "eventName": "X", "frac": 0.10, "s": "a\\nb"}';
    const answers: readonly (readonly [string, Record<string, unknown>[]])[] = [
      ['FROM sources', [{ source: 0, file: 'f', sha256: 's' }]],
      ['marked', []],
      ['AS dated', [{ dated: 1, total: 1, first: 0, last: 0 }]],
      ['n, raw', [{ n: 0, raw, at: 0 }]],
    ];
    const query = async (sql: string) => answers.find(([part]) => sql.includes(part))![1];
    let row = '';
    for await (const chunk of WRITERS.jsonl.write(exported({ query, events: () => expect.unreachable() }))) row += chunk;
    expect(row.split('\n').length).toBe(2);
    expect(row).toContain('"big": 12345678901234567890123, "eventName": "X", "frac": 0.10, "s": "a\\nb"}');
    expect(JSON.parse(row)).toMatchObject({ source: { file: 'f', sha256: 's', record: 0 }, event: { eventName: 'X', s: 'a\nb' } });
  });
});

describe('timesketch', () => {
  it('has the mandatory fields, whole microseconds, flat text', async () => {
    const rows = await objects('timesketch', [...RECORDS, ordinary({ eventTime: 'nope', requestParameters: { message: 'x', deep: { a: 1 } } })]);
    for (const row of rows) {
      expect(row).toMatchObject({
        message: expect.stringMatching(/\S/),
        datetime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/),
        timestamp_desc: expect.any(String),
      });
      expect(Number.isSafeInteger(row.timestamp)).toBe(true);
      expect(Date.parse(row.datetime) * 1_000).toBe(row.timestamp);
      expect(Object.values(row).every((value) => typeof value !== 'object' || Array.isArray(value))).toBe(true);
    }
    expect(rows[1]).toMatchObject({
      timestamp: Date.UTC(2026, 2, 2, 10) * 1_000,
      timestamp_desc: 'Event Time',
      event_name: 'CreateUser',
      source_file: 'a.json',
      source_record: 0,
      tag: ['new-agent'],
    });
    expect(rows[2]).toMatchObject({ tag: ['denied', 'new-principal'], message: expect.stringContaining('[denied]') });
    expect(rows[3]).toMatchObject({ timestamp: 0, timestamp_desc: 'Not a time', event_time: 'nope' });
  });
});

describe('ocsf', () => {
  /** What the schema 1.5.0 requires; `|` where one of several will do. */
  const REQUIRED = {
    all: 'activity_id category_uid class_uid type_uid severity_id time metadata.version metadata.product metadata.product.name|metadata.product.uid cloud.provider'.split(
      ' ',
    ),
    6003: 'actor api.operation api.request.uid src_endpoint'.split(' '),
    3002: ['user', 'service.name|dst_endpoint'],
    3001: ['user'],
  };
  const has = (event: any, path: string) =>
    path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], event) !== undefined;
  const valid = (event: any) => {
    for (const paths of [...REQUIRED.all, ...(REQUIRED[event.class_uid as 6003] ?? ['no such class'])])
      expect(
        paths.split('|').some((path) => has(event, path)),
        paths,
      ).toBe(true);
    expect(event.type_uid).toBe(event.class_uid * 100 + event.activity_id);
    expect(Math.floor(event.class_uid / 1_000)).toBe(event.category_uid);
    const { user, actor, src_endpoint } = event as unknown as { user?: object; actor: { user: object }; src_endpoint: object };
    for (const person of [user, actor.user])
      if (person) expect(Object.keys(person)).toEqual(expect.arrayContaining([expect.stringMatching(/^(?:name|uid|account)$/)]));
    expect(Object.keys(src_endpoint)).toEqual(expect.arrayContaining([expect.stringMatching(/^(?:ip|uid|name|svc_name)$/)]));
    expect(JSON.stringify(event)).not.toContain('undefined');
  };
  it('tells sign-ins, account changes and API calls apart, with what each class requires', async () => {
    const events = await objects('ocsf', [
      ordinary({
        eventTime: '2026-03-02T01:00:00Z',
        eventName: 'CreateUser',
        requestParameters: { userName: 'eve' },
        responseElements: { user: { arn: `arn:aws:iam::${ACCOUNT}:user/eve`, userId: 'AIDAEVE', userName: 'eve' } },
      }),
      ordinary({
        eventTime: '2026-03-02T02:00:00Z',
        eventName: 'AttachUserPolicy',
        requestParameters: { userName: 'eve', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
        errorCode: 'AccessDenied',
        errorMessage: 'no',
      }),
      ordinary({
        eventTime: '2026-03-02T03:00:00Z',
        eventSource: 'signin.amazonaws.com',
        eventName: 'ConsoleLogin',
        responseElements: { ConsoleLogin: 'Failure' },
        additionalEventData: { MFAUsed: 'Yes', LoginTo: 'https://console.aws.amazon.com/x', MobileVersion: 'No' },
      }),
      ordinary({
        eventTime: '2026-03-02T04:00:00Z',
        eventSource: 'sts.amazonaws.com',
        eventName: 'AssumeRole',
        requestParameters: { roleArn: `arn:aws:iam::${ACCOUNT}:role/r`, roleSessionName: 's' },
        responseElements: { credentials: { accessKeyId: 'ASIAX' }, assumedRoleUser: { arn: 'arn:s', assumedRoleId: 'AROA:s' } },
      }),
      ordinary({
        eventTime: '2026-03-02T05:00:00Z',
        eventSource: 's3.amazonaws.com',
        eventName: 'GetObject',
        readOnly: true,
        resources: [{ ARN: 'arn:aws:s3:::b', accountId: ACCOUNT, type: 'AWS::S3::Bucket' }],
        tlsDetails: { tlsVersion: 'TLSv1.3' },
        sourceIPAddress: '2001:db8::1',
      }),
      ordinary({ eventTime: '2026-03-02T06:00:00Z', eventName: 'CreateAccessKey', requestParameters: null }),
    ]);
    for (const event of events) valid(event);
    expect(events.map(({ type_uid, type_name, status_id }) => [type_uid, type_name, status_id])).toEqual([
      [300101, 'Account Change: Create', 1],
      [300107, 'Account Change: Attach Policy', 2],
      [300201, 'Authentication: Logon', 2],
      [300201, 'Authentication: Logon', 1],
      [600302, 'API Activity: Read', 1],
      [300199, 'Account Change: Other', 1],
    ]);
    expect(events[0]).toMatchObject({
      user: { name: 'eve', uid: `arn:aws:iam::${ACCOUNT}:user/eve` },
      actor: { user: { name: 'alice', credential_uid: 'AKIAEXAMPLEALICE0001' } },
      metadata: { version: '1.5.0', log_name: 'a.json', labels: [`source_sha256:${'0'.repeat(64)}`, 'source_record:0', 'event_number:0'] },
    });
    expect(events[1]).toMatchObject({ policies: [{ uid: 'arn:aws:iam::aws:policy/AdministratorAccess' }], status_code: 'AccessDenied', status_detail: 'no' });
    expect(events[2]).toMatchObject({
      is_mfa: true,
      dst_endpoint: { hostname: 'console.aws.amazon.com' },
      unmapped: { additionalEventData: { MobileVersion: 'No' } },
    });
    expect(events[3]).toMatchObject({ user: { uid: `arn:aws:iam::${ACCOUNT}:role/r`, name: 's' }, session: { credential_uid: 'ASIAX', uid: 'arn:s' } });
    expect(events[4]).toMatchObject({
      resources: [{ uid: 'arn:aws:s3:::b', owner: { account: { uid: ACCOUNT } } }],
      src_endpoint: { ip: '2001:db8::1' },
      unmapped: { tlsDetails: { tlsVersion: 'TLSv1.3' } },
      time: Date.UTC(2026, 2, 2, 5),
    });
    expect(events[5]).toMatchObject({ user: { name: 'alice' }, activity_name: 'CreateAccessKey' });
    expect(events[4].observables).toContainEqual({ name: 'src_endpoint.ip', type: 'IP Address', type_id: 2, value: '2001:db8::1' });
  });
  it('keeps in unmapped whatever has no place, and the text as raw data', async () => {
    const record = ordinary({
      userIdentity: { type: 'AssumedRole', strange: { a: [1] }, sessionContext: { sessionIssuer: { userName: 'worker' }, odd: 1 } },
      sourceIPAddress: { not: 'text' },
      newMember: { x: null, y: 2 },
    });
    const [event] = await objects('ocsf', [record]);
    valid(event);
    expect(event.unmapped).toMatchObject({
      managementEvent: true,
      newMember: { y: 2 },
      sourceIPAddress: { not: 'text' },
      userIdentity: { strange: { a: [1] }, sessionContext: { odd: 1, sessionIssuer: { type: 'Role', userName: 'worker' } } },
    });
    expect(event.unmapped.userIdentity).not.toHaveProperty('arn');
    expect(JSON.parse(event.raw_data)).toEqual(record);
  });
  it('is valid for whatever is called a record', async () => {
    const member = fc.constantFrom(
      'userIdentity',
      'eventTime',
      'eventSource',
      'eventName',
      'requestParameters',
      'responseElements',
      'resources',
      'sourceIPAddress',
      '__proto__',
      'eventID',
      'userAgent',
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(member, fc.jsonValue()), async (record) => {
        const events = await objects('ocsf', [JSON.parse(JSON.stringify(record)) as Record<string, Json>]);
        expect(events.length).toBe(1);
        valid(events[0]);
      }),
      { numRuns: 60 },
    );
  });
});
