import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TrailRecord } from '../event.ts';
import { attackRecords } from '../testing/shared.ts';
import { storeOf } from '../testing/store.ts';
import { type Identity, identitiesOf } from './index.ts';

const HOME = '111122223333';
const START = Date.UTC(2026, 2, 2, 8);
let count = 0;
const call = (minute: number, api: string, userIdentity: object, more: object = {}): TrailRecord => {
  const [service, eventName] = api.split(':') as [string, string];
  return {
    eventID: `e${count++}`,
    eventTime: new Date(START + minute * 60_000).toISOString().replace('.000Z', 'Z'),
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: 'eu-west-1',
    sourceIPAddress: '198.51.100.7',
    userAgent: 'aws-cli/2.15 os/linux',
    recipientAccountId: HOME,
    eventType: 'AwsApiCall',
    userIdentity,
    ...more,
  } as TrailRecord;
};
const user = (name: string) => ({
  type: 'IAMUser',
  arn: `arn:aws:iam::${HOME}:user/${name}`,
  accountId: HOME,
  accessKeyId: `AKIA${name.toUpperCase()}`,
  userName: name,
});
const root = { type: 'Root', arn: `arn:aws:iam::${HOME}:root`, accountId: HOME, accessKeyId: 'ASIAROOT' };
const role = (name: string, session: string) => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::${HOME}:assumed-role/${name}/${session}`,
  accountId: HOME,
  accessKeyId: `ASIA${session.toUpperCase()}`,
  sessionContext: {
    sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${HOME}:role/${name}`, accountId: HOME, userName: name },
    attributes: { creationDate: '2026-03-02T08:00:00Z' },
  },
});
const HOUR = 60;
const DAY = 24 * HOUR;
const denied = { errorCode: 'AccessDenied', errorMessage: 'no' };
const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });

/** The owner works as root in the console, three weeks long; a pipeline builds and tears down, every day. */
const owner = Array.from({ length: 1500 }, (_, i) =>
  call(
    i * 20,
    [
      'ec2:DescribeInstances',
      'ec2:DescribeVolumes',
      's3:ListBuckets',
      'iam:ListUsers',
      'ec2:RunInstances',
      'ec2:TerminateInstances',
      'cloudtrail:DescribeTrails',
    ][i % 7]!,
    root,
    {
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
      sourceIPAddress: '203.0.113.20',
    },
  ),
);
const pipeline = Array.from({ length: 1200 }, (_, i) =>
  call(
    i * 25,
    [
      'iam:CreateRole',
      'iam:PutRolePolicy',
      'iam:CreateUser',
      'iam:CreateAccessKey',
      's3:PutBucketPolicy',
      'ec2:RunInstances',
      'iam:GetRole',
      'logs:DeleteLogGroup',
    ][i % 8]!,
    role('ci', `run${Math.floor(i / 40)}`),
    {
      userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.5',
      sourceIPAddress: `20.${Math.floor(i / 40) % 200}.0.4`,
      ...(i % 60 === 0 ? denied : {}),
    },
  ),
);
const habits = Array.from({ length: 200 }, (_, i) => call(i * 90, 's3:GetObject', user('dana'), { sourceIPAddress: '192.0.2.4', userAgent: 'Boto3/1.34' }));
const T = 20 * DAY;
const bad = (minute: number, api: string, more: object = {}) =>
  call(T + minute, api, user('dana'), { sourceIPAddress: '45.9.9.9', userAgent: 'aws-cli/2.1 distrib/kali', awsRegion: 'us-east-1', ...more });
const attack = [
  ...[
    'sts:GetCallerIdentity',
    'iam:ListUsers',
    'iam:ListRoles',
    'iam:GetAccountSummary',
    's3:ListBuckets',
    'ec2:DescribeInstances',
    'secretsmanager:ListSecrets',
    'iam:ListAccessKeys',
    'cloudtrail:DescribeTrails',
  ].map((api) => bad(0, api)),
  bad(1, 'iam:CreateUser', denied),
  bad(2, 'iam:PutUserPolicy', { requestParameters: { userName: 'dana', policyName: 'x', policyDocument: policy } }),
  bad(3, 'iam:CreateUser', { requestParameters: { userName: 'eve' } }),
  bad(4, 'iam:CreateAccessKey', { requestParameters: { userName: 'eve' }, responseElements: { accessKey: { userName: 'eve', accessKeyId: 'AKIAEVE' } } }),
  bad(5, 'cloudtrail:StopLogging', { requestParameters: { name: 'main' } }),
  bad(6, 'ec2:ModifySnapshotAttribute', { requestParameters: { snapshotId: 'snap-1' } }),
  bad(7, 'kms:ScheduleKeyDeletion', denied),
];
const services = Array.from({ length: 300 }, (_, i) =>
  call(i, 'sts:AssumeRole', { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' }, { sourceIPAddress: 'ec2.amazonaws.com', userAgent: 'ec2.amazonaws.com' }),
);
const linked = [
  call(1, 'cloudtrail:StopLogging', {
    ...role('AWSServiceRoleForX', 's'),
    sessionContext: { sessionIssuer: { arn: `arn:aws:iam::${HOME}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX` } },
  }),
];
const all = [...owner, ...pipeline, ...habits, ...attack, ...services, ...linked];
const of = (identities: readonly Identity[], name: string) => identities.find(({ arn }) => arn.endsWith(name))!;
const kinds = ({ reasons }: Identity) => reasons.map(({ kind }) => kind);

test('twenty events of an attacker weigh more than thousands of an owner who is root and of a pipeline; services are not ranked', async () => {
  const identities = await identitiesOf(await storeOf(all));
  expect(identities.map(({ arn }) => arn.replace(/^.*:/, ''))).toEqual(['user/dana', 'role/ci', 'root']);
  const [first, ci, boss] = identities as [Identity, Identity, Identity];
  expect(first.score).toBeGreaterThan(20);
  expect(ci.score).toBeLessThan(first.score / 4);
  expect(boss.score).toBeLessThan(2);
  for (const identity of identities)
    expect(identity.score).toBeCloseTo(
      identity.reasons.reduce((sum, { weight }) => sum + weight, 0),
      5,
    );
  expect(new Set(kinds(first))).toEqual(
    new Set([
      'escalation',
      'credentials',
      'blinding',
      'exfiltration',
      'impact',
      'enumeration',
      'denied-then-allowed',
      'new-address',
      'new-agent',
      'new-region',
      'new-api',
    ]),
  );
  expect(first).toMatchObject({
    kind: 'user',
    account: HOME,
    keys: ['AKIADANA'],
    keyCount: 1,
    events: 216,
    denied: 2,
    regions: ['eu-west-1', 'us-east-1'],
    addresses: ['192.0.2.4', '45.9.9.9'],
    addressCount: 2,
    agents: ['boto3', 'aws-cli'],
    apiCount: 16,
  });
});

test('each reason names what happened, with events that show it', async () => {
  const store = await storeOf(all);
  const dana = of(await identitiesOf(store), 'user/dana');
  const reason = (kind: string) => dana.reasons.find((one) => one.kind === kind)!;
  expect(reason('escalation').what.en).toContain('iam:PutUserPolicy gave to itself (user/dana)');
  expect(reason('escalation').what.es).toContain('a sí mismo');
  expect(reason('impact').what.en).toContain('kms:ScheduleKeyDeletion, without success');
  expect(reason('denied-then-allowed').what.en).toContain('iam:CreateUser');
  expect(reason('new-address').what.en).toContain('«45.9.»');
  for (const { events, count: rests } of dana.reasons) {
    expect(rests).toBeGreaterThan(0);
    expect(events.length).toBeGreaterThan(0);
    const rows = await store.query(`SELECT count(*) AS found FROM events WHERE n IN (${events.join(', ')}) AND principal = ?`, [dana.arn]);
    expect(rows[0]!.found).toBe(new Set(events).size);
  }
  const names = await store.query(`SELECT eventName FROM events WHERE n = ${reason('blinding').events[0]}`);
  expect(names).toEqual([{ eventName: 'StopLogging' }]);
});

test('sign-ins that failed are refusals, whatever they say, but a password mistyped is no rights gained', async () => {
  const signIn = (minute: number, ConsoleLogin: string, more: object = {}) => ({
    eventID: `sign-in-${minute}`,
    eventTime: `2026-03-01T10:${String(minute).padStart(2, '0')}:00Z`,
    eventSource: 'signin.amazonaws.com',
    eventName: 'ConsoleLogin',
    sourceIPAddress: '198.51.100.7',
    userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${HOME}:user/eve` },
    recipientAccountId: HOME,
    responseElements: { ConsoleLogin },
    ...more,
  });
  const store = await storeOf([
    signIn(1, 'Failure', { errorMessage: 'No username found in supplied account' }),
    signIn(2, 'Failure', { errorMessage: 'Failed authentication' }),
    signIn(3, 'Failure'),
    signIn(4, 'Success'),
  ]);
  const [eve] = await identitiesOf(store);
  expect(eve).toMatchObject({ events: 4, denied: 3, reasons: [] });
});

test('what is new is new to the role, not to its session', async () => {
  const daily = (session: (i: number) => string) =>
    Array.from({ length: 120 }, (_, i) => call(i * HOUR, 's3:GetObject', role('etl', session(i)), { sourceIPAddress: '10.1.2.3' }));
  const quiet = await identitiesOf(await storeOf(daily((i) => `run${i}`)));
  expect(quiet[0]!.reasons).toEqual([]);
  const moved = await identitiesOf(
    await storeOf([...daily(() => 'same'), call(121 * HOUR, 's3:GetObject', role('etl', 'same'), { sourceIPAddress: '77.8.9.1' })]),
  );
  expect(kinds(moved[0]!)).toEqual(['new-address']);
});

test('with little history, a first time counts less and says so', async () => {
  const after = (hours: number) => [
    ...Array.from({ length: 60 }, (_, i) => call((i * hours * HOUR) / 60, 's3:GetObject', user('dana'))),
    call(hours * HOUR + 1, 's3:GetObject', user('dana'), { sourceIPAddress: '77.8.9.1' }),
  ];
  const [short] = await identitiesOf(await storeOf(after(24)));
  const [long] = await identitiesOf(await storeOf(after(240)));
  expect(long!.reasons[0]!.weight).toBe(3);
  expect(short!.reasons[0]!.weight).toBe(1);
  expect(short!.reasons[0]!.what.en).toContain('little history');
  expect(long!.reasons[0]!.what.en).not.toContain('little history');
});

test('console pages are no enumeration, a script is; many refusals and many secrets in a short time are told', async () => {
  const questions = [
    'iam:ListUsers',
    'iam:ListRoles',
    'iam:ListGroups',
    's3:ListBuckets',
    'ec2:DescribeInstances',
    'ec2:DescribeVpcs',
    'rds:DescribeDBInstances',
    'kms:ListKeys',
  ];
  const browser = await identitiesOf(await storeOf(questions.map((api) => call(0, api, user('ann'), { userAgent: '[Mozilla/5.0 (Windows)]' }))));
  expect(browser[0]!.reasons).toEqual([]);
  const script = await identitiesOf(await storeOf(questions.map((api) => call(0, api, user('ann')))));
  expect(kinds(script[0]!)).toEqual(['enumeration']);
  const refused = await identitiesOf(await storeOf(questions.slice(0, 4).map((api) => call(0, api, user('ann'), denied))));
  expect(kinds(refused[0]!)).toEqual(['denials']);
  const secrets = await identitiesOf(await storeOf(Array.from({ length: 12 }, () => call(3, 'secretsmanager:GetSecretValue', user('ann')))));
  expect(kinds(secrets[0]!)).toEqual(['secrets']);
});

test('a key made for oneself and a role opened to an outsider are said for what they are, and not when refused', async () => {
  const own = { requestParameters: null, responseElements: { accessKey: { userName: 'ann', accessKeyId: 'AKIATWO' } } };
  const trust = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999988887777:root' }, Action: 'sts:AssumeRole' }] });
  const opened = { requestParameters: { roleName: 'ops', policyDocument: trust } };
  const [ann] = await identitiesOf(
    await storeOf([call(0, 'iam:CreateAccessKey', user('ann'), own), call(1, 'iam:UpdateAssumeRolePolicy', user('ann'), opened)]),
  );
  const said = ann!.reasons.map(({ what }) => what.en).join('\n');
  expect(said).toContain('iam:CreateAccessKey gave to itself (user/ann)');
  expect(said).toMatch(/iam:UpdateAssumeRolePolicy gave \(role\/ops\).*999988887777/);
  const [refused] = await identitiesOf(await storeOf([call(1, 'iam:UpdateAssumeRolePolicy', user('ann'), { ...opened, ...denied })]));
  expect(refused!.reasons.map(({ what, weight }) => [what.en, weight])).toEqual([['changed permissions: iam:UpdateAssumeRolePolicy, without success', 1]]);
});

test('instance credentials used off the instance are held against its role', async () => {
  const web = (key: string) => ({ ...role('web', 'i-0123456789abcdef0'), accessKeyId: key });
  const identities = await identitiesOf(
    await storeOf([
      call(1, 'ssm:UpdateInstanceInformation', web('ASIAONE'), { userAgent: 'aws-sdk-go/1.4 (linux) amazon-ssm-agent/', sourceIPAddress: '3.3.3.3' }),
      call(2, 'sts:GetCallerIdentity', web('ASIATWO'), { userAgent: 'aws-cli/2 os/windows', sourceIPAddress: '45.9.9.9' }),
    ]),
  );
  expect(identities.map(({ arn, reasons }) => [arn, reasons.map(({ kind }) => kind)])).toEqual([[`arn:aws:iam::${HOME}:role/web`, ['stolen']]]);
});

test('reasons are of the time that was asked for; habits are learnt from all of it', async () => {
  const store = await storeOf(all);
  const before = await identitiesOf(store, { until: new Date(START + 19 * DAY * 60_000).toISOString() });
  expect(of(before, 'user/dana')).toMatchObject({ score: 0, events: 200 });
  const after = await identitiesOf(store, { since: new Date(START + 19 * DAY * 60_000).toISOString() });
  expect(kinds(of(after, 'user/dana'))).toContain('new-address');
  await expect(identitiesOf(store, { until: '+012345-01-01T00:00:00Z' })).rejects.toMatchObject({ code: 'TrailTime' });
  await expect(identitiesOf(store, { since: 'yesterday' })).rejects.toMatchObject({ code: 'TrailTime', exit: 2 });
});

test('the order and the reasons do not depend on the order of the records', async () => {
  const some = [...owner.slice(0, 80), ...pipeline.slice(0, 120), ...habits.slice(-60), ...attack, ...services.slice(0, 5)];
  const shown = (identities: readonly Identity[]) =>
    identities.map(({ arn, score, reasons }) => ({
      arn,
      score,
      reasons: reasons.map(({ kind, what, weight, count: rests }) => ({ kind, what, weight, rests })),
    }));
  const first = shown(await identitiesOf(await storeOf(some)));
  expect(first[0]!.arn).toMatch(/dana$/);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(some, { minLength: some.length }), async (records) => {
      const store = await storeOf(records);
      expect(shown(await identitiesOf(store))).toEqual(first);
      store.close();
    }),
    { numRuns: 6 },
  );
});

test('broken and hostile records give no crash and no rank', async () => {
  const identities = await identitiesOf(
    await storeOf([
      { eventName: 'StopLogging', userIdentity: null },
      { eventName: 7, eventTime: [], userIdentity: { arn: '__proto__', type: 'constructor' } },
      call(0, 'iam:PutUserPolicy', user("x' OR '1'='1"), { requestParameters: { userName: {}, policyDocument: '{"Statement":' } }),
      call(0, 'iam:AttachUserPolicy', user('y'), { requestParameters: 'none' }),
    ] as TrailRecord[]),
  );
  expect(identities.find(({ arn }) => arn === '__proto__')).toMatchObject({ kind: 'other', score: 0 });
  expect(of(identities, "user/x' OR '1'='1").reasons.length).toBeGreaterThan(0);
});

test('a real attack: the attacker is first', async ({ skip }) => {
  const records = attackRecords();
  if (!records) return skip();
  const store = await storeOf(
    records.map((record) => JSON.parse(JSON.stringify(record).replace(/stratus-red-team_[0-9a-f-]{36}/g, 'aws-sdk-go-v2/1.17.0')) as TrailRecord),
  );
  const identities = await identitiesOf(store);
  expect(identities[0]!.arn).toBe('arn:aws:iam::123837392027:user/bert-jan');
  expect(identities[0]!.score).toBeGreaterThan(2 * identities[1]!.score);
  expect(identities[0]!.keys[0]).toBe('AKIATFQR7NSC8Q4X20BJ');
  expect(identities.some(({ arn }) => /AWSServiceRole|amazonaws\.com$/.test(arn))).toBe(false);
  expect(kinds(of(identities, 'stratus-red-team-ec2-steal-credentials-role'))).toContain('stolen');
});
