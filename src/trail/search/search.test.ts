import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ordinary } from '../testing/ordinary.ts';
import { type MemoryStore, storeOf } from '../testing/store.ts';
import { conditionOf, type Search, search } from './search.ts';

const at = (eventID: string, more: Parameters<typeof ordinary>[0]) => ordinary({ eventID, ...more });
const POLICY = '{"Statement":[{"Effect":"Allow","Action":"iam:*"}]}';
const RECORDS = [
  at('run', {
    eventName: 'RunInstances',
    eventSource: 'ec2.amazonaws.com',
    requestParameters: { instancesSet: { items: [{ imageId: 'ami-1' }, { imageId: 'ami-2' }] }, instanceType: 'p4d.24xlarge' },
  }),
  at('policy', { eventName: 'PutUserPolicy', requestParameters: { userName: 'eve', policyDocument: POLICY }, errorCode: 'AccessDenied' }),
  at('encoded', { eventName: 'CreateRole', requestParameters: { assumeRolePolicyDocument: encodeURIComponent('{"AWS":"arn:evil role"}') } }),
  at('role', {
    userIdentity: { type: 'AssumedRole' },
    eventName: 'RunTask',
    readOnly: true,
    eventTime: '2026-03-05T00:00:00Z',
    requestParameters: { odd: 'a"b', note: '50%_off' },
  }),
  at('unicode', { eventName: 'CreateUser', requestParameters: { userName: 'naïve ☃' } }),
];

describe('search', () => {
  let store: MemoryStore;
  beforeAll(async () => {
    store = await storeOf(RECORDS);
    // What writes non-ASCII as escapes.
    await store.query(`UPDATE every SET raw = replace(raw, '☃', '\\u2603') WHERE eventID = 'unicode'`);
  });
  afterAll(() => store.close());
  const found = async (asked: Search) => (await search(store, asked)).events.map(({ record }) => record.eventID);

  it.each<[Search, string[]]>([
    [{ fields: ['eventName=Run*'] }, ['run', 'role']],
    [{ fields: ['eventname = runinstances'] }, ['run']],
    [{ fields: ['eventName!=Run*'] }, ['policy', 'encoded', 'unicode']],
    [{ fields: ['eventName=Run*', 'userIdentity.arn~assumed-role/work'] }, ['role']],
    [{ fields: ['arn!~assumed-role'] }, ['run', 'policy', 'encoded', 'unicode']],
    [{ fields: ['errorCode=*'] }, ['policy']],
    [{ fields: ['errorCode='] }, ['run', 'encoded', 'unicode', 'role']],
    [{ fields: ['readOnly=true'] }, ['role']],
    [{ fields: ['readOnly!=true'] }, ['run', 'policy', 'encoded', 'unicode']],
    [{ fields: ['time>=2026-03-05'] }, ['role']],
    [{ fields: ['record<=1'] }, ['run', 'policy']],
    [{ fields: ['accessKeyId=ASIAEXAMPLEWORKER001'] }, ['role']],
    [{ fields: ['accessKeyId=asiaexampleworker001'] }, []],
    [{ fields: ['requestParameters.userName=EVE'] }, ['policy']],
    [{ fields: ['requestParameters.instancesSet.items.imageId=ami-2'] }, ['run']],
    [{ fields: ['requestParameters.instancesSet.items[].imageId~^ami-[12]$'] }, ['run']],
    [{ fields: ['requestParameters.userName!=eve'] }, ['run', 'encoded', 'unicode', 'role']],
    [{ fields: ['requestParameters.userName='] }, ['run', 'encoded', 'role']],
    [{ fields: ['requestParameters.note=50%_*'] }, ['role']],
    [{ fields: ['requestParameters.note=50__off'] }, []],
    [{ fields: ["eventName=x' OR '1'='1"] }, []],
    [{ regex: 'ami-\\d' }, ['run']],
    [{ text: '"Action":"iam:*"' }, ['policy']],
    [{ text: 'IAM:*' }, ['policy']],
    [{ text: 'a"b' }, ['role']],
    [{ text: '50%_' }, ['role']],
    [{ text: 'evil role' }, ['encoded']],
    [{ text: 'NAÏVE ☃' }, ['unicode']],
    [{ text: 'ami-*' }, []],
    [{ fields: ['eventName=Run*'], text: 'ami-2', regex: 'p4d' }, ['run']],
  ])('%j', async (asked, expected) => expect(await found(asked)).toEqual(expected));

  it('says when there is more than the limit', async () => {
    const two = await search(store, { fields: ['eventName=*'], limit: 2 });
    expect([two.events.length, two.more]).toEqual([2, true]);
    const five = await search(store, { fields: ['eventName=*'], limit: 5 });
    expect([five.events.length, five.more]).toEqual([5, false]);
  });
  it.each<[Search, string, RegExp]>([
    [{ fields: ['evntName=Run*'] }, 'TrailField', /Did you mean eventName/],
    [{ fields: ['requestParamters.bucketName=x'] }, 'TrailField', /requestParameters/],
    [{ fields: ['useragnet=x'] }, 'TrailField', /userAgent/],
    [{ fields: ['zzzzzz=x'] }, 'TrailField', /DESCRIBE events/],
    [{ fields: ["event'Name=x"] }, 'TrailField', /./],
    [{ fields: ['requestParameters."a"=x'] }, 'TrailField', /./],
    [{ fields: ['RunInstances'] }, 'TrailSearch', /field=value/],
    [{ fields: ['readOnly=maybe'] }, 'TrailSearch', /readOnly=true/],
    [{ fields: ['n=abc'] }, 'TrailSearch', /n=12/],
    [{ fields: ['eventName>5'] }, 'TrailSearch', /./],
    [{ fields: ['time>=noon'] }, 'TrailTime', /2026/],
    [{ fields: ['eventName~('] }, 'TrailSearch', /RE2/],
    [{ regex: '(?<=a)b' }, 'TrailSearch', /RE2/],
    [{ regex: '(a{1000}){1000}' }, 'TrailSearch', /RE2/],
    [{ text: '' }, 'TrailSearch', /1 to/],
    [{ text: 'x'.repeat(1_001) }, 'TrailSearch', /1 to/],
    [{}, 'TrailSearch', /field/],
    [{ text: 'x', limit: 0 }, 'TrailSearch', /1 to/],
  ])('refuses %j and says what to do', async (asked, code, fix) => {
    await expect(search(store, asked)).rejects.toMatchObject({ code, fix: expect.stringMatching(fix), exit: 2 });
  });
  it('gives its condition for the timeline and the exports, data bound and never in the SQL', async () => {
    const { sql, values } = await conditionOf(store, { fields: ["eventName=O'Brien", 'requestParameters.userName=x"y'], regex: 'z', text: 'w;--' });
    expect(sql).not.toMatch(/O'Brien|x"y|w;--/);
    expect(sql.split('?').length - 1).toBe(values.length);
  });
});

describe('search over columns', () => {
  /** The real store has the parts of a record as columns and puts `raw` together only when it is asked for. */
  it('finds the same where the store has request and answer as columns of their own', async () => {
    const store = await storeOf(RECORDS);
    await store.query('ALTER TABLE every RENAME TO flat');
    await store.query(
      `CREATE VIEW every AS SELECT * REPLACE (CASE WHEN eventID = 'unicode' THEN replace(raw, '☃', '\\u2603') ELSE raw END AS raw), (raw->'$.requestParameters') AS requestParameters FROM flat`,
    );
    await store.query('CREATE OR REPLACE VIEW events AS SELECT * FROM every');
    try {
      const found = async (asked: Search) => (await search(store, asked)).events.map(({ record }) => record.eventID);
      expect(await found({ text: '"action":"IAM:*"' })).toEqual(['policy']);
      expect(await found({ text: 'a"b' })).toEqual(['role']);
      expect(await found({ text: 'evil role' })).toEqual(['encoded']);
      expect(await found({ text: 'assumed-role/worker' })).toEqual(['role']);
      expect(await found({ regex: '^run[a-z]+$' })).toEqual(['run', 'role']);
      expect(await found({ regex: 'ami-\\d"' })).toEqual(['run']);
      expect(await found({ fields: ['raw~"eventName":"Run[^"]*","awsRegion"'] })).toEqual(['run', 'role']);
      expect(await found({ fields: ['requestParameters.userName=eve'] })).toEqual(['policy']);
      expect(await found({ fields: ['requestParameters~ami-2'] })).toEqual(['run']);
    } finally {
      store.close();
    }
  });
});
