import { describe, expect, it } from 'vitest';
import { canonical, type JsonObject } from '../../kernel/index.ts';
import { QUARANTINE_HOLES } from '../shared/quarantine.ts';
import { type Canned, failure, fakeContext } from '../testing/fake-context.ts';
import { fakeIam } from '../testing/fake-iam.ts';
import { planOf } from '../testing/plan-of.ts';
import { action as deactivate } from './deactivate-key.ts';
import { action as deny } from './deny-user.ts';
import { action as identify } from './identify-key.ts';
import { action as revoke } from './revoke-issuer-sessions.ts';

const ACCOUNT = '111122223333';
const KEY = 'AKIAQ2LEAKEDKEY23456';
const SECOND = 'AKIAQ2SECQNDKEY23456';
const SESSION = 'ASIAQ2SESSIQN2345672';
const SINCE = '2026-11-20T00:00:00.000Z';
let number = 0;
const record = (time: string, identity: JsonObject, more: JsonObject = {}): JsonObject => ({
  eventID: `e-${++number}`,
  eventName: 'ListBuckets',
  eventSource: 's3.amazonaws.com',
  awsRegion: 'eu-west-1',
  eventTime: time,
  readOnly: true,
  userIdentity: identity,
  sourceIPAddress: '198.51.100.1',
  userAgent: 'Boto3/1.40',
  ...more,
});
const deploy = { type: 'IAMUser', userName: 'deploy', accessKeyId: KEY, arn: `arn:aws:iam::${ACCOUNT}:user/deploy` };
const ana = { type: 'IAMUser', userName: 'ana', accessKeyId: 'AKIAQ2ANASKEYQ234567', arn: `arn:aws:iam::${ACCOUNT}:user/ana` };
/** LookupEvents over these records, with its one attribute and its time range. */
const trail =
  (records: readonly JsonObject[], region = 'eu-west-1'): Canned =>
  (call) => {
    const input = call.input as any;
    const [{ AttributeKey, AttributeValue }] = input.LookupAttributes;
    const matches = (one: any): boolean =>
      (AttributeKey === 'AccessKeyId' && one.userIdentity.accessKeyId === AttributeValue) ||
      (AttributeKey === 'ReadOnly' && String(one.readOnly) === AttributeValue) ||
      (AttributeKey === 'ResourceName' && JSON.stringify(one.responseElements ?? {}).includes(AttributeValue));
    const seen = records.filter((one: any) => matches(one) && (!input.EndTime || one.eventTime <= input.EndTime) && one.eventTime >= input.StartTime);
    return { Events: call.region === region ? seen.map((one) => ({ CloudTrailEvent: JSON.stringify(one) })) : [] };
  };
const regions = { 'ec2:DescribeRegions': { Regions: [{ RegionName: 'us-east-1' }, { RegionName: 'eu-west-1' }, { RegionName: 'sa-east-1' }] } };
const world = () => fakeIam({ deploy: { [KEY]: 'Active', [SECOND]: 'Inactive' }, ana: {} }, ['Admin']);
const context = (
  records: readonly JsonObject[],
  more: { target?: JsonObject; answers?: Record<string, Canned>; observed?: JsonObject; alarm?: JsonObject; options?: JsonObject } = {},
) =>
  fakeContext({
    answers: { ...world().answers, ...regions, 'cloudtrail:LookupEvents': trail(records), ...more.answers },
    target: more.target ?? { accessKeyId: KEY },
    facts: { alarm: more.alarm ?? { since: SINCE }, observed: more.observed ?? {} },
    options: more.options ?? {},
  });

describe('identify-key', () => {
  const records = [
    record('2026-10-01T08:00:00Z', deploy),
    record('2026-11-21T08:00:00Z', deploy, { sourceIPAddress: '203.0.113.66', userAgent: 'evil/1.0', eventSource: 'iam.amazonaws.com' }),
    record('2026-11-21T09:00:00Z', deploy, { sourceIPAddress: '192.0.2.10' }),
    record('2026-11-10T09:00:00Z', ana, { sourceIPAddress: '192.0.2.10', readOnly: false }),
    // After the alarm anybody may be the attacker: this says nothing for the address.
    record('2026-11-21T10:00:00Z', ana, { sourceIPAddress: '203.0.113.66', readOnly: false }),
  ];
  it('says whose it is and tells the own addresses from the unknown, with reasons', async () => {
    const ctx = context(records);
    const seen = await identify.observe(ctx);
    expect(seen).toMatchObject({
      userName: 'deploy',
      account: ACCOUNT,
      accountFrom: 'sts:GetAccessKeyInfo',
      status: 'Active',
      otherKeys: [{ id: SECOND, status: 'Inactive' }],
      unread: [],
    });
    expect(seen.usage).toMatchObject({ calls: 3, services: ['s3', 'iam'], regions: ['eu-west-1'], last: '2026-11-21T09:00:00.000Z' });
    expect(Object.fromEntries(seen.usage!.addresses.map((one) => [one.what, [one.own, one.why.en]]))).toEqual({
      '203.0.113.66': [false, expect.stringMatching(/^not known whether yours: not seen before 2026-11-19T00:00:00.000Z/)],
      '198.51.100.1': [true, 'used with this key since 2026-10-01T08:00:00.000Z'],
      '192.0.2.10': [true, `used by arn:aws:iam::${ACCOUNT}:user/ana on 2026-11-10T09:00:00.000Z`],
    });
    expect(() => canonical(seen)).not.toThrow();
    expect(await identify.check(context(records))).toMatchObject([
      { verdict: 'holds', why: { en: expect.stringMatching(/IAM user deploy, account 111122223333.*AKIAQ2SECQNDKEY23456 Inactive/) } },
    ]);
  });
  it('puts it beside the plan, where it does not change the hash of what is approved', async () => {
    const seen = await identify.observe(context(records));
    const [change] = (await planOf(deactivate, context(records, { observed: { 'identify-key': seen as never } }))).changes;
    expect(change!.danger.map((one) => one.en).join('\n')).toMatch(
      /loses access: whatever calls s3, iam in eu-west-1[\s\S]*Unknown: 203\.0\.113\.66[\s\S]*"yours" rests on what CloudTrail shows before 2026-11-19T00:00:00.000Z \(a day before/,
    );
    const other = { 'identify-key': { ...seen, accessKeyId: SECOND } as never };
    expect((await planOf(deactivate, context(records, { observed: other }))).changes[0]!.danger).toHaveLength(1);
  });
  it('fails softly: what could not be read is said, and the owner is known all the same', async () => {
    const denied = { 'cloudtrail:LookupEvents': failure('AccessDenied', 403), 'ec2:DescribeRegions': failure('UnauthorizedOperation', 403) };
    const seen = await identify.observe(context([], { answers: denied }));
    expect(seen).toMatchObject({
      userName: 'deploy',
      unread: [expect.stringContaining('ec2:DescribeRegions'), expect.stringContaining('LookupEvents in us-east-1: AccessDenied')],
    });
    const [change] = (await planOf(deactivate, context([], { observed: { 'identify-key': seen as never } }))).changes;
    expect(change!.danger.map((one) => one.en).join()).toContain('could not be read in full, because: ec2:DescribeRegions');
  });
  it('does not wait for a CloudTrail that does not answer', async () => {
    const ctx = context([]);
    const slow = {
      ...ctx,
      pages: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) }),
      settle: async () => undefined,
    };
    expect(await identify.observe(slow)).toMatchObject({ userName: 'deploy', usage: null, unread: ['CloudTrail did not answer within 6 s'] });
  });
  it('recognises the root key with what the account summary says', async () => {
    const seen = await identify.observe(
      context([], { answers: { 'iam:GetAccessKeyLastUsed': {}, 'iam:GetAccountSummary': { SummaryMap: { AccountAccessKeysPresent: 1 } } } }),
    );
    expect(seen).toMatchObject({ owner: { type: 'root' }, rootKeys: 1 });
  });
});

describe('what is taken for the company’s own', () => {
  const THIEF = '203.0.113.66';
  const his = (time: string, identity: JsonObject, more: JsonObject = {}) =>
    record(time, identity, { sourceIPAddress: THIEF, userAgent: 'evil/1.0', readOnly: false, ...more });
  const helpdesk = { type: 'FederatedUser', arn: `arn:aws:sts::${ACCOUNT}:federated-user/helpdesk`, accessKeyId: 'ASIAQ2HELPDESK234567' };
  const made = { type: 'IAMUser', userName: 'health-monitor', accessKeyId: 'AKIAQ2MADEKEYQ234567', arn: `arn:aws:iam::${ACCOUNT}:user/health-monitor` };
  const office = record('2026-10-01T08:00:00Z', deploy, { sourceIPAddress: '198.51.100.1', userAgent: 'Boto3/1.40' });
  const own = async (records: JsonObject[], more: Parameters<typeof context>[1] = {}) => {
    const { usage } = await identify.observe(context(records, more));
    return Object.fromEntries([...usage!.addresses, ...usage!.agents].map((one) => [one.what, one.own]));
  };
  const strangers = { [THIEF]: false, 'evil/1.0': false, '198.51.100.1': true, 'Boto3/1.40': true };

  it('is never vouched for by what the attacker made, with a time of the alarm or without', async () => {
    const records = [
      office,
      his('2026-11-22T09:00:00Z', deploy, { eventName: 'GetFederationToken' }),
      his('2026-11-22T09:05:00Z', helpdesk),
      his('2026-11-22T09:06:00Z', made),
    ];
    const alarms: JsonObject[] = [{ since: '2026-11-22T08:00:00Z' }, { firstSeen: '2026-11-22T09:03:00Z' }, {}];
    for (const alarm of alarms) expect(await own(records, { alarm })).toEqual(strangers);
  });
  it('nor by a federated session, the key’s own user or what it handed out and made, however early', async () => {
    const session = { type: 'AssumedRole', accessKeyId: SESSION, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/x` };
    const issued = (operation: string, answer: JsonObject, request: JsonObject = {}) =>
      record('2026-11-02T09:00:00Z', deploy, {
        eventName: operation,
        eventSource: operation === 'AssumeRole' ? 'sts.amazonaws.com' : 'iam.amazonaws.com',
        readOnly: false,
        requestParameters: request,
        responseElements: answer,
      });
    const records = [
      office,
      issued('AssumeRole', { credentials: { accessKeyId: SESSION } }),
      issued('CreateUser', {}, { userName: 'health-monitor' }),
      his('2026-11-03T09:00:00Z', helpdesk),
      his('2026-11-03T09:01:00Z', made),
      his('2026-11-03T09:02:00Z', session),
      his('2026-11-03T09:03:00Z', { ...deploy, accessKeyId: SECOND }),
      his('2026-11-21T08:00:00Z', deploy),
    ];
    expect(await own(records)).toEqual(strangers);
    // The same acts by a colleague's session would vouch for the address, not for the program: everybody uses the same ones.
    const colleague = { ...session, accessKeyId: 'ASIAQ2CQLLEAGUE23456' };
    expect(await own([...records, his('2026-11-03T10:00:00Z', colleague)])).toEqual({ ...strangers, [THIEF]: true });
  });
  it('nor by what the hunt lays at his door', async () => {
    const records = [office, his('2026-11-03T09:01:00Z', made), his('2026-11-21T08:00:00Z', deploy)];
    expect(await own(records)).toMatchObject({ [THIEF]: true });
    const hunt = { accessKeyId: KEY, account: ACCOUNT, found: [], tree: [{ credential: made.accessKeyId }] };
    expect(await own(records, { observed: { hunt } })).toEqual(strangers);
  });
  it('where nobody said when it began, only what was seen a week before counts; a time given later counts instead', async () => {
    const records = [office, his('2026-11-17T09:00:00Z', deploy)];
    expect(await own(records, { alarm: {} })).toEqual(strangers);
    const told = { alarm: {}, options: { since: '2026-11-20T00:00:00.000Z' } };
    expect(await own(records, told)).toMatchObject({ [THIEF]: true });
    const seen = await identify.observe(context(records, { alarm: {} }));
    expect(seen.usage!.basis).toEqual({ from: 'opened', at: '2026-11-22T11:55:00.000Z', before: '2026-11-15T11:55:00.000Z' });
    const [change] = (await planOf(deactivate, context(records, { alarm: {}, observed: { 'identify-key': seen as never } }))).changes;
    expect(change!.danger.at(-1)!.en).toContain('7 days before the case was opened, since nobody said when it began');
  });
  it('a time that is yet to come, or further back than CloudTrail, vouches for nothing more', async () => {
    const records = [office, his('2026-11-22T09:00:00Z', deploy)];
    expect(await own(records, { alarm: { firstSeen: '2027-01-01T00:00:00Z' } })).toEqual(strangers);
    const all = Object.fromEntries(Object.keys(strangers).map((name) => [name, false]));
    expect(await own(records, { alarm: { firstSeen: '1999-01-01T00:00:00Z' } })).toEqual(all);
  });
});

describe('a temporary key', () => {
  const target = { accessKeyId: SESSION };
  const role = `arn:aws:iam::${ACCOUNT}:role/Admin`;
  const session = (issuer: JsonObject, type = 'AssumedRole'): JsonObject => ({
    type,
    accessKeyId: SESSION,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/x`,
    sessionContext: { sessionIssuer: issuer, attributes: { creationDate: '2026-11-21T09:00:00Z' } },
  });
  const use = record('2026-11-21T09:30:00Z', session({ type: 'Role', arn: role, userName: 'Admin' }));
  const issue = record('2026-11-21T09:00:00Z', deploy, {
    eventName: 'AssumeRole',
    eventSource: 'sts.amazonaws.com',
    requestParameters: { roleArn: role },
    responseElements: { credentials: { accessKeyId: SESSION } },
  });
  it.each([
    ['its uses', [use], 'use', null],
    ['the event that issued it', [issue], 'AssumeRole', KEY],
  ])('is traced to its role by %s, and the role is revoked', async (_how, records, via, issuedBy) => {
    const iam = world();
    const ctx = context(records, { target, answers: iam.answers });
    expect(await identify.observe(ctx)).toMatchObject({ issuer: { type: 'role', name: 'Admin', via, issuedBy } });
    const { changes } = await planOf(revoke, ctx);
    expect(iam.apply(changes)).toEqual(['revoke.role.Admin']);
    expect(await revoke.check(ctx)).toMatchObject([{ name: 'session-revoked', verdict: 'holds' }]);
    expect((await planOf(revoke, ctx)).steps).toEqual([]);
  });
  it('of GetSessionToken is traced to its user', async () => {
    const asUser = record('2026-11-21T09:30:00Z', { ...deploy, accessKeyId: SESSION });
    expect(await identify.observe(context([asUser], { target }))).toMatchObject({ issuer: { type: 'user', name: 'deploy' } });
  });
  it.each([
    ['service-linked', `arn:aws:iam::${ACCOUNT}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX`],
    ['Identity Center', `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_abc`],
    ['only that account', 'arn:aws:iam::999999999999:role/Theirs'],
  ])('that cannot be revoked here is named: %s', async (why, arn) => {
    const ctx = context([record('2026-11-21T09:30:00Z', session({ type: 'Role', arn }))], { target });
    expect((await planOf(revoke, ctx)).steps).toEqual([]);
    expect(await revoke.check(ctx)).toMatchObject([{ verdict: 'unknown', why: { en: expect.stringContaining(why) } }]);
  });
  it('that nobody saw is unknown, never contained; a lying AWS is caught', async () => {
    expect(await revoke.check(context([], { target }))).toMatchObject([{ verdict: 'unknown' }]);
    expect(await revoke.check(context([use], { target, answers: { ...world().answers, 'iam:GetUser': {} } }))).toMatchObject([{ verdict: 'fails' }]);
  });
});

describe("AWS's quarantine", () => {
  it.each(['', 'V2', 'V3'])('AWSCompromisedKeyQuarantine%s is named with its holes in plan and check, and left alone', async (version) => {
    const iam = world();
    iam.state.User.get('deploy')!.attached.add(`arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantine${version}`);
    const ctx = fakeContext({ answers: iam.answers, target: { accessKeyId: KEY } });
    const { changes } = await planOf(deny, ctx);
    expect(changes[0]!.danger.map((one) => one.en).join()).toContain(QUARANTINE_HOLES.join(', '));
    iam.apply(changes);
    expect(await deny.check(ctx)).toMatchObject([{ verdict: 'holds', why: { en: expect.stringContaining('sts:AssumeRole') } }]);
    expect(iam.state.User.get('deploy')!.attached.size).toBe(2);
    iam.undo(changes);
    expect([...iam.state.User.get('deploy')!.attached]).toEqual([`arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantine${version}`]);
  });
});
