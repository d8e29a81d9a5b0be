import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrailRecord } from '../event.ts';
import { type MemoryStore, storeOf } from '../testing/store.ts';
import { every } from './condition.ts';
import { type Selection, select } from './select.ts';

const role = (session: string) => ({
  type: 'AssumedRole',
  principalId: `AROAX:${session}`,
  arn: `arn:aws:sts::111122223333:assumed-role/deploy/${session}`,
  accountId: '111122223333',
  accessKeyId: 'ASIADEPLOY',
  sessionContext: { sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/ci/deploy' } },
});
const user = {
  type: 'IAMUser',
  principalId: 'AIDAX',
  arn: 'arn:aws:iam::111122223333:user/anna',
  accountId: '111122223333',
  accessKeyId: 'AKIAANNA',
  userName: 'anna',
};
const event = (eventID: string, more: TrailRecord): TrailRecord => ({
  eventID,
  eventTime: '2026-03-02T10:00:00Z',
  eventSource: 'ec2.amazonaws.com',
  eventName: 'DescribeInstances',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '198.51.100.7',
  recipientAccountId: '111122223333',
  userIdentity: user,
  ...more,
});
const RECORDS = [
  event('issue', { eventSource: 'sts.amazonaws.com', eventName: 'AssumeRole', responseElements: { credentials: { accessKeyId: 'ASIADEPLOY' } } }),
  event('role', { userIdentity: role('run-1'), sourceIPAddress: '198.51.101.9', eventTime: '2026-03-02T11:00:00Z' }),
  event('role2', { userIdentity: role('run%2'), sourceIPAddress: '300.1.1.1', eventTime: '2026-03-03T00:00:00Z' }),
  event('code', { eventSource: 'lambda.amazonaws.com', eventName: 'UpdateFunctionCode20150331v2', awsRegion: 'sa-east-1', recipientAccountId: '444455556666' }),
  event('root', {
    userIdentity: { type: 'Root', arn: 'arn:aws:iam::111122223333:root', accountId: '111122223333' },
    sourceIPAddress: 'ec2.amazonaws.com',
    eventTime: 'no date',
  }),
];

describe('select', () => {
  let store: MemoryStore;
  beforeAll(async () => {
    store = await storeOf(RECORDS);
  });
  afterAll(() => store.close());
  const found = async (selection: Selection) => {
    const { sql, values } = select(selection);
    return (await store.query(`SELECT eventID FROM events WHERE ${sql} ORDER BY n`, values)).map(({ eventID }) => eventID);
  };

  it.each<[Selection, string[]]>([
    [{}, ['issue', 'role', 'role2', 'code', 'root']],
    [{ key: 'ASIADEPLOY' }, ['issue', 'role', 'role2']],
    [{ key: ['AKIAANNA', 'ASIADEPLOY'] }, ['issue', 'role', 'role2', 'code']],
    [{ principal: 'arn:aws:iam::111122223333:role/ci/deploy' }, ['role', 'role2']],
    [{ principal: 'deploy' }, ['role', 'role2']],
    [{ principal: 'user/*' }, ['issue', 'code']],
    [{ principal: 'root' }, ['root']],
    [{ session: 'run-1' }, ['role']],
    [{ session: 'run%2' }, ['role2']],
    [{ session: 'run*' }, ['role', 'role2']],
    [{ session: 'arn:aws:sts::111122223333:assumed-role/deploy/run-1' }, ['role']],
    [{ address: '198.51.100.7' }, ['issue', 'code']],
    [{ address: '198.51.100.0/23' }, ['issue', 'role', 'code']],
    [{ address: '0.0.0.0/0' }, ['issue', 'role', 'code']],
    [{ address: '*.amazonaws.com' }, ['root']],
    [{ api: 'lambda:updatefunctioncode' }, ['code']],
    [{ api: 'UpdateFunction*' }, ['code']],
    [{ api: ['sts:*', 'lambda:*'] }, ['issue', 'code']],
    [{ api: 'Update' }, []],
    [{ account: '444455556666' }, ['code']],
    [{ region: 'SA-EAST-1' }, ['code']],
    [{ since: '2026-03-02T11:00:00Z', until: '2026-03-02' }, ['role']],
    [{ until: '2026-03-03' }, ['issue', 'role', 'role2', 'code']],
    [{ key: 'ASIADEPLOY', api: 'sts:AssumeRole' }, ['issue']],
    [{ where: "eventName LIKE 'Upd%' -- a comment", region: 'sa-*' }, ['code']],
    [{ where: { sql: 'eventName = ?', values: ['AssumeRole'] } }, ['issue']],
    [{ principal: "x' OR '1'='1" }, []],
  ])('%j', async (selection, expected) => expect(await found(selection)).toEqual(expected));

  it.each<Selection>([
    { key: 'ASIADEPLOY' },
    { key: ['AKIAANNA', 'ASIADEPLOY'] },
    { key: 'AKIAANNA', api: ['sts:*', 'lambda:*'] },
    { key: 'ASIADEPLOY', since: '2026-03-02T11:00:00Z' },
    { key: 'NOBODY' },
  ])('has of the keys in %j ways that hold its events, each once', async (selection) => {
    for (const condition of [select(selection), every([select(selection), { sql: 'n >= ?', values: [0] }])]) {
      const parts = await Promise.all(condition.ways!.map(({ sql, values }) => store.query(`SELECT eventID FROM events WHERE ${sql} ORDER BY n`, values)));
      expect(
        parts
          .flat()
          .map(({ eventID }) => eventID)
          .sort(),
      ).toEqual([...(await found(selection))].sort());
    }
  });
  it('has no ways where there is nothing to skip by', () => {
    for (const selection of [{}, { key: 'AKIA*' }, { principal: 'anna' }, { key: ['AKIAANNA', 'ASIA*'] }]) expect(select(selection).ways).toBeUndefined();
  });

  it.each<Selection>([
    { key: "AKIA' OR 1" },
    { api: 'iam:Create User' },
    { address: '10.0.0.0/33' },
    { address: '10.0.0.300/8' },
    { address: 'a/b' },
    { key: [' '] },
  ])('refuses %j and says how it is written', (selection) => {
    expect(() => select(selection)).toThrow(expect.objectContaining({ code: 'TrailSelection', fix: expect.any(String), exit: 2 }));
  });
});
