import { expect, test } from 'vitest';
import type { TrailRecord } from '../event.ts';
import { attackRecords } from '../testing/shared.ts';
import { storeOf } from '../testing/store.ts';
import { closure, sessionsOf } from './index.ts';

const HOME = '111122223333';
const AWAY = '444455556666';
let count = 0;
const at = (minute: number, second = 0): string => new Date(Date.UTC(2026, 2, 4, 9, minute, second)).toISOString().replace('.000Z', 'Z');
const call = (minute: number, eventName: string, userIdentity: object, more: object = {}): TrailRecord =>
  ({
    eventID: `e${count++}`,
    eventTime: at(minute),
    eventSource: 'ec2.amazonaws.com',
    eventName,
    awsRegion: 'eu-west-1',
    sourceIPAddress: '198.51.100.7',
    userAgent: 'aws-cli/2.15 os/linux',
    recipientAccountId: HOME,
    eventType: 'AwsApiCall',
    userIdentity,
    ...more,
  }) as TrailRecord;
const user = (name: string, key?: string) => ({ type: 'IAMUser', arn: `arn:aws:iam::${HOME}:user/${name}`, accountId: HOME, accessKeyId: key, userName: name });
const role = (
  name: string,
  session: string,
  key: string,
  { account = HOME, created = at(0), delivery }: { account?: string; created?: string; delivery?: string } = {},
) => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::${account}:assumed-role/${name}/${session}`,
  accountId: account,
  accessKeyId: key,
  sessionContext: {
    sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${account}:role/${name}`, accountId: account, userName: name },
    attributes: { creationDate: created, mfaAuthenticated: 'false' },
    ...(delivery ? { ec2RoleDelivery: delivery } : {}),
  },
});
const issue = (minute: number, by: object, key: string, roleArn: string, more: object = {}) =>
  call(minute, 'AssumeRole', by, {
    eventSource: 'sts.amazonaws.com',
    requestParameters: { roleArn, roleSessionName: 's' },
    responseElements: { credentials: { accessKeyId: key } },
    ...more,
  });

test('one edge for a call that two accounts recorded, with the caller’s key, both records and the use', async () => {
  const roleArn = `arn:aws:iam::${AWAY}:role/ops`;
  const store = await storeOf([
    issue(1, { type: 'AWSAccount', principalId: 'AIDAX', accountId: HOME }, 'ASIAOPS', roleArn, { recipientAccountId: AWAY, sharedEventID: 'shared' }),
    issue(1, user('ann', 'AKIAANN'), 'ASIAOPS', roleArn, { sharedEventID: 'shared', responseElements: { credentials: { accessKeyId: 'ASIAOPS' } } }),
    call(2, 'DescribeInstances', role('ops', 's', 'ASIAOPS', { account: AWAY }), { recipientAccountId: AWAY }),
    call(9, 'RunInstances', role('ops', 's', 'ASIAOPS', { account: AWAY }), { recipientAccountId: AWAY, sourceIPAddress: '203.0.113.9' }),
  ]);
  const { edges, stolen } = await sessionsOf(store);
  expect(edges).toHaveLength(1);
  expect(edges[0]).toMatchObject({
    issued: 'ASIAOPS',
    issuedBy: 'AKIAANN',
    principal: `arn:aws:iam::${HOME}:user/ann`,
    via: 'AssumeRole',
    role: roleArn,
    session: 's',
    account: AWAY,
    fromAccount: HOME,
    n: 1,
    also: [0],
    uses: 2,
    firstUse: '2026-03-04T09:02:00.000Z',
    lastUse: '2026-03-04T09:09:00.000Z',
    firstUseEvent: 2,
    ips: 2,
    proof: 'named',
  });
  expect([...edges[0]!.fromIps].sort()).toEqual(['198.51.100.7', '203.0.113.9']);
  expect(stolen).toEqual([]);
});

test('the caller is found by the shared event when his own record keeps the answer to itself', async () => {
  const roleArn = `arn:aws:iam::${AWAY}:role/ops`;
  const store = await storeOf([
    issue(1, { type: 'AWSAccount', accountId: HOME }, 'ASIAOPS', roleArn, { recipientAccountId: AWAY, sharedEventID: 'shared' }),
    issue(1, user('ann', 'AKIAANN'), '', roleArn, { sharedEventID: 'shared', responseElements: null }),
    issue(1, user('bob', 'AKIABOB'), '', roleArn, { sharedEventID: 'other', responseElements: null }),
  ]);
  const { edges } = await sessionsOf(store);
  expect(edges.map(({ issued, issuedBy, role: to, uses }) => [issued, issuedBy, to, uses])).toEqual([['ASIAOPS', 'AKIAANN', roleArn, 0]]);
});

test('every way to get a credential gives an edge, refused calls none', async () => {
  const roleArn = `arn:aws:iam::${HOME}:role/app`;
  const by = user('ann', 'AKIAANN');
  const names = ['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', 'AssumeRoot', 'GetSessionToken', 'GetFederationToken'];
  const store = await storeOf([
    ...names.map((name, i) => issue(i, by, `ASIA${name}`, roleArn, { eventName: name })),
    call(7, 'CreateAccessKey', by, { eventSource: 'iam.amazonaws.com', responseElements: { accessKey: { accessKeyId: 'AKIANEW', userName: 'eve' } } }),
    issue(8, { type: 'AWSService', invokedBy: 'lambda.amazonaws.com' }, 'ASIALAMBDA', roleArn),
    issue(9, by, '', roleArn, { errorCode: 'AccessDenied', responseElements: null }),
  ]);
  const { edges } = await sessionsOf(store);
  expect(edges.map(({ via, issuedBy }) => [via, issuedBy])).toEqual([
    ...names.map((name) => [name, 'AKIAANN']),
    ['CreateAccessKey', 'AKIAANN'],
    ['AssumeRole', 'lambda.amazonaws.com'],
  ]);
  expect(edges.find(({ via }) => via === 'CreateAccessKey')).toMatchObject({ to: `arn:aws:iam::${HOME}:user/eve`, account: HOME });
  const { edges: few, unusedLeftOut } = await sessionsOf(store, { unused: 2 });
  expect([few.length, unusedLeftOut]).toEqual([2, 5]);
});

const signIn = (minute: number, eventName: string, identity: object, more: object = {}) =>
  call(
    minute,
    eventName,
    { ...identity, accessKeyId: undefined },
    { eventSource: 'signin.amazonaws.com', responseElements: { [eventName]: 'Success' }, ...more },
  );
const console_ = (name: string, key: string, created: string) => ({
  ...user(name, key),
  sessionContext: { attributes: { creationDate: created, mfaAuthenticated: 'true' } },
});

test('a console session is the one that began at the sign-in; a role that it switched to hangs below it', async () => {
  const ops = role('ops', 'ann', 'ASIASWITCH', { account: AWAY, created: at(20) });
  const store = await storeOf([
    call(1, 'CreateLoginProfile', user('eve', 'AKIAEVE'), { eventSource: 'iam.amazonaws.com', requestParameters: { userName: 'ann' } }),
    signIn(10, 'ConsoleLogin', user('ann')),
    signIn(12, 'ConsoleLogin', user('ann'), { errorMessage: 'Failed authentication', responseElements: { ConsoleLogin: 'Failure' } }),
    call(11, 'DescribeInstances', console_('ann', 'ASIAPAGE1', at(10))),
    call(13, 'DescribeVpcs', console_('ann', 'ASIAPAGE2', at(10))),
    call(13, 'DescribeVpcs', console_('ann', 'ASIAOTHER', at(5))),
    signIn(20, 'SwitchRole', ops, { recipientAccountId: AWAY, additionalEventData: { SwitchFrom: `arn:aws:iam::${HOME}:user/ann` } }),
    call(21, 'StopInstances', ops, { recipientAccountId: AWAY }),
  ]);
  const { edges } = await sessionsOf(store);
  const login = `sign-in arn:aws:iam::${HOME}:user/ann 2026-03-04T09:10:00.000Z`;
  expect(edges.map(({ via, issuedBy, issued, keys, uses }) => ({ via, issuedBy, issued, keys, uses }))).toEqual([
    { via: 'CreateLoginProfile', issuedBy: 'AKIAEVE', issued: `password of arn:aws:iam::${HOME}:user/ann`, keys: [], uses: 1 },
    { via: 'ConsoleLogin', issuedBy: `password of arn:aws:iam::${HOME}:user/ann`, issued: login, keys: ['ASIAPAGE1', 'ASIAPAGE2'], uses: 2 },
    { via: 'SwitchRole', issuedBy: login, issued: `sign-in arn:aws:sts::${AWAY}:assumed-role/ops/ann 2026-03-04T09:20:00.000Z`, keys: ['ASIASWITCH'], uses: 1 },
  ]);
  const tree = await closure(store, { key: 'AKIAEVE' });
  expect(tree.keys).toEqual(['AKIAEVE', 'ASIAPAGE1', 'ASIAPAGE2', 'ASIASWITCH']);
  expect(tree.branches[0]!.branches[0]!.branches[0]!.branches[0]!.principal).toBe(`arn:aws:iam::${AWAY}:role/ops`);
  expect((await closure(store, { key: 'ASIASWITCH' })).origins.map(({ via }) => via)).toEqual(['SwitchRole', 'ConsoleLogin', 'CreateLoginProfile']);
});

test('a sign-in token ties the console session to the key it was made with', async () => {
  const guest = role('ops', 'guest', 'ASIAGUEST');
  const store = await storeOf([
    call(1, 'GetSigninToken', guest, { eventSource: 'signin.amazonaws.com', responseElements: { GetSigninToken: 'Success' } }),
    signIn(2, 'ConsoleLogin', guest),
    call(3, 'CreateUser', role('ops', 'guest', 'ASIACONSOLE', { created: at(2) })),
  ]);
  const tree = await closure(store, { key: 'ASIAGUEST' });
  expect(tree.branches[0]!.branches.map(({ keys, edge }) => [keys, edge!.via, edge!.also])).toEqual([[['ASIACONSOLE'], 'ConsoleLogin', [0]]]);
});

test('Identity Center: the person is named when only one fits; Roles Anywhere: the certificate', async () => {
  const arn = (name: string) => `arn:aws:iam::${AWAY}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_${name}_0123456789abcdef`;
  const asks = (minute: number, person: string, name: string) =>
    call(
      minute,
      'GetRoleCredentials',
      { type: 'IdentityCenterUser', onBehalfOf: { userId: person } },
      { eventSource: 'sso.amazonaws.com', serviceEventDetails: { role_name: name, account_id: AWAY } },
    );
  const saml = { eventName: 'AssumeRoleWithSAML', recipientAccountId: AWAY };
  const store = await storeOf([
    asks(1, 'u-ann', 'Admin'),
    issue(1, { type: 'SAMLUser', principalId: 'x:ann' }, 'ASIASSO1', arn('Admin'), saml),
    asks(2, 'u-ann', 'Read'),
    asks(2, 'u-bob', 'Read'),
    issue(2, { type: 'SAMLUser', principalId: 'x:bob' }, 'ASIASSO2', arn('Read'), saml),
    call(
      3,
      'CreateSession',
      { type: 'Unknown', principalId: 'cert' },
      {
        eventSource: 'rolesanywhere.amazonaws.com',
        responseElements: {
          credentialSet: [{ credentials: { accessKeyId: 'ASIACERT' }, roleArn: `arn:aws:iam::${HOME}:role/edge`, sourceIdentity: 'CN=box' }, null, 7],
        },
      },
    ),
    call(4, 'ListBuckets', role('edge', 'serial', 'ASIACERT')),
  ]);
  const { edges } = await sessionsOf(store);
  expect(edges.map(({ issued, issuedBy, person, also, uses }) => ({ issued, issuedBy, person, also, uses }))).toEqual([
    { issued: 'ASIASSO1', issuedBy: 'x:ann', person: 'u-ann', also: [0], uses: 0 },
    { issued: 'ASIASSO2', issuedBy: 'x:bob', person: undefined, also: [], uses: 0 },
    { issued: 'ASIACERT', issuedBy: 'cert', person: 'CN=box', also: [], uses: 1 },
  ]);
  expect((await closure(store, { key: 'ASIACERT' })).origins.map(({ via }) => via)).toEqual(['CreateSession']);
});

test('what a service did in a user’s name belongs to the key that called just before', async () => {
  const forwarded = { ...console_('ann', 'ASIAFORWARD', at(1)), invokedBy: 'secretsmanager.amazonaws.com' };
  const own = { ...forwarded, sessionContext: { attributes: { creationDate: at(1), mfaAuthenticated: 'false' } } };
  const store = await storeOf([
    call(1, 'CreateSecret', user('ann', 'AKIAANN'), { eventSource: 'secretsmanager.amazonaws.com' }),
    call(1, 'Decrypt', own, { sourceIPAddress: 'secretsmanager.amazonaws.com' }),
    call(5, 'Decrypt', { ...own, accessKeyId: 'ASIALATER', sessionContext: { attributes: { creationDate: at(5) } } }),
  ]);
  const { edges } = await sessionsOf(store);
  expect(edges.map(({ issuedBy, keys, via, n, proof }) => [issuedBy, keys, via, n, proof])).toEqual([
    ['AKIAANN', ['ASIAFORWARD'], 'ForwardAccess', 0, 'inferred'],
  ]);
});

test('a circle of credentials ends, and each is opened once', async () => {
  const arn = `arn:aws:iam::${HOME}:role/a`;
  const store = await storeOf([
    issue(1, role('a', 's', 'ASIAKEY00001'), 'ASIAKEY00002', arn),
    issue(2, role('a', 's', 'ASIAKEY00002'), 'ASIAKEY00003', arn),
    issue(3, role('a', 's', 'ASIAKEY00003'), 'ASIAKEY00001', arn),
  ]);
  const { branches, keys, truncated, origins } = await closure(store, { key: 'ASIAKEY00002' });
  expect(keys).toEqual(['ASIAKEY00001', 'ASIAKEY00002', 'ASIAKEY00003']);
  const path: [string, boolean][] = [];
  for (let at_ = branches[0]; at_; at_ = at_.branches[0]) path.push([at_.id, at_.again === true]);
  expect(path).toEqual([
    ['ASIAKEY00002', false],
    ['ASIAKEY00003', false],
    ['ASIAKEY00001', false],
    ['ASIAKEY00002', true],
  ]);
  expect(origins).toHaveLength(3);
  expect(truncated).toBe(false);
});

test('a chain longer than the limit is cut off and says so', async () => {
  const key = (i: number) => `ASIACHAIN${String(i).padStart(7, '0')}`;
  const store = await storeOf(Array.from({ length: 50 }, (_, i) => issue(0, role('a', 's', key(i)), key(i + 1), `arn:aws:iam::${HOME}:role/a`)));
  const long = await closure(store, { key: key(0) });
  expect([long.keys.length, long.truncated]).toEqual([33, true]);
  const short = await closure(store, { key: key(30) });
  expect([short.keys.length, short.truncated]).toEqual([21, false]);
});

test('a closure begins with a principal, an address or a session, and with nothing else', async () => {
  const arn = `arn:aws:iam::${HOME}:role/app`;
  const store = await storeOf([
    issue(1, user('ann', 'AKIAANN000001'), 'ASIAAPP000001', arn, { sourceIPAddress: '203.0.113.5' }),
    call(2, 'ListUsers', role('app', 'deep', 'ASIAAPP000001')),
    issue(3, user('bob', 'AKIABOB000001'), 'ASIABOB000001', arn),
  ]);
  expect((await closure(store, { principal: `arn:aws:iam::${HOME}:user/ann` })).keys).toEqual(['AKIAANN000001', 'ASIAAPP000001']);
  expect((await closure(store, { address: '203.0.113.5' })).keys).toEqual(['AKIAANN000001', 'ASIAAPP000001']);
  expect((await closure(store, { session: 'deep' })).keys).toEqual(['ASIAAPP000001']);
  expect((await closure(store, { session: `arn:aws:sts::${HOME}:assumed-role/app/deep` })).origins.map(({ issuedBy }) => issuedBy)).toEqual(['AKIAANN000001']);
  await expect(closure(store, {})).rejects.toMatchObject({ code: 'ClosureStart' });
  await expect(closure(store, { key: 'a', address: 'b' })).rejects.toMatchObject({ code: 'ClosureStart' });
});

const agent = { userAgent: 'aws-sdk-go/1.4 (linux) amazon-ssm-agent/', eventSource: 'ssm.amazonaws.com', sourceIPAddress: '3.3.3.3' };
const web = (key: string, delivery?: string) => role('web', 'i-0123456789abcdef0', key, { delivery });

test('instance credentials: flagged off the instance with reasons, quiet on it', async () => {
  const quiet = await storeOf([
    call(1, 'UpdateInstanceInformation', web('ASIAWEB1'), agent),
    call(2, 'GetObject', web('ASIAWEB1'), { sourceIPAddress: '3.3.3.3', userAgent: 'Boto3/1.3' }),
    call(3, 'Decrypt', { ...web('ASIAWEB1'), invokedBy: 's3.amazonaws.com' }, { sourceIPAddress: 's3.amazonaws.com' }),
    // After a stop and start it has another address, with the same software.
    call(50, 'UpdateInstanceInformation', web('ASIAWEB2'), { ...agent, sourceIPAddress: '4.4.4.4' }),
    call(51, 'GetObject', web('ASIAWEB2'), { sourceIPAddress: '4.4.4.4', userAgent: 'Boto3/1.3' }),
  ]);
  expect((await sessionsOf(quiet)).stolen).toEqual([]);
  const store = await storeOf([
    call(1, 'UpdateInstanceInformation', web('ASIAWEB1', '2.0'), agent),
    call(9, 'GetCallerIdentity', web('ASIAWEB9', '1.0'), { sourceIPAddress: '198.51.100.7', userAgent: 'aws-cli/2.1 md/Botocore os/linux distrib/kali' }),
  ]);
  const { stolen } = await sessionsOf(store);
  expect(stolen).toHaveLength(1);
  expect(stolen[0]).toMatchObject({ kind: 'instance-credentials', key: 'ASIAWEB9', address: '198.51.100.7', session: 'i-0123456789abcdef0', events: [1] });
  expect(stolen[0]!.score).toBe(stolen[0]!.signs.reduce((sum, { weight }) => sum + weight, 0));
  for (const word of ['3.3.3.3', 'kali', 'at the same time', 'IMDSv1', 'GetCallerIdentity']) expect(stolen[0]!.why.en).toContain(word);
  expect(stolen[0]!.why.es).toContain('IMDSv1');
});

test('a shared way out, a new address alone, or a VPC endpoint of the account do not flag; another account’s endpoint does', async () => {
  const other = role('web', 'i-0fedcba9876543210', 'ASIAOTHER');
  const base = [call(1, 'UpdateInstanceInformation', web('ASIAWEB1'), agent)];
  const nat = await storeOf([
    ...base,
    call(2, 'UpdateInstanceInformation', other, { ...agent, sourceIPAddress: '5.5.5.5' }),
    call(3, 'GetObject', web('ASIAWEB1'), { sourceIPAddress: '5.5.5.5', userAgent: 'Boto3/1' }),
  ]);
  expect((await sessionsOf(nat)).stolen).toEqual([]);
  const alone = await storeOf([...base, call(900, 'GetObject', web('ASIAWEB1'), { sourceIPAddress: '5.5.5.5', userAgent: 'Boto3/1' })]);
  expect((await sessionsOf(alone)).stolen).toEqual([]);
  const endpoint = await storeOf([
    ...base,
    call(2, 'GetObject', web('ASIAWEB1'), { sourceIPAddress: '10.9.9.9', vpcEndpointId: 'vpce-9', vpcEndpointAccountId: AWAY, userAgent: 'x' }),
  ]);
  expect((await sessionsOf(endpoint)).stolen.map(({ signs }) => signs.some(({ what }) => what.en.includes(AWAY)))).toEqual([true]);
});

test('an instance that reaches some services through a VPC endpoint and others through a gateway is at home at both addresses', async () => {
  const store = await storeOf([
    call(1, 'UpdateInstanceInformation', web('ASIAWEB1'), { ...agent, sourceIPAddress: '10.0.0.9', vpcEndpointId: 'vpce-1', vpcEndpointAccountId: HOME }),
    call(2, 'PutObject', web('ASIAWEB1'), { sourceIPAddress: '3.3.3.3', userAgent: 'Boto3/1', eventSource: 's3.amazonaws.com' }),
    call(3, 'UpdateInstanceInformation', web('ASIAWEB1'), { ...agent, sourceIPAddress: '10.0.0.9', vpcEndpointId: 'vpce-1', vpcEndpointAccountId: HOME }),
  ]);
  expect((await sessionsOf(store)).stolen).toEqual([]);
});

test('one session at two addresses with two programs; a session from a network its role never had', async () => {
  const usual = Array.from({ length: 60 }, (_, i) =>
    call(i, 'GetObject', role('etl', `run${i}`, `ASIARUN${i % 10}`), { sourceIPAddress: '10.0.0.5', userAgent: 'Boto3/1' }),
  );
  const store = await storeOf([
    ...usual,
    call(61, 'GetCallerIdentity', role('etl', 'x', 'ASIASTRANGE'), { sourceIPAddress: '77.1.1.1', userAgent: 'Boto3/1' }),
    call(1, 'GetObject', role('dev', 'd', 'ASIADEV'), { sourceIPAddress: '88.1.1.1', userAgent: 'aws-cli/2' }),
    call(2, 'GetObject', role('dev', 'd', 'ASIADEV'), { sourceIPAddress: '99.1.1.1', userAgent: 'Boto3/1' }),
    call(3, 'GetObject', role('dev', 'd', 'ASIADEV'), { sourceIPAddress: '88.1.1.1', userAgent: 'aws-cli/2' }),
    call(3, 'GetObject', role('dev', 'd', 'ASIADEV'), { sourceIPAddress: '99.1.1.1', userAgent: 'Boto3/1' }),
  ]);
  expect((await sessionsOf(store)).stolen.map(({ kind, key, address }) => [kind, key, address]).sort()).toEqual([
    ['new-network', 'ASIASTRANGE', '77.1.1.1'],
    ['two-places', 'ASIADEV', '99.1.1.1'],
  ]);
});

test('broken and hostile records give no crash', async () => {
  const store = await storeOf([
    { eventName: 'AssumeRole', userIdentity: null, responseElements: { credentials: { accessKeyId: '__proto__' } } },
    {
      eventName: 'AssumeRole',
      eventTime: 'never',
      userIdentity: { arn: "x' OR 1=1 --", accessKeyId: '__proto__' },
      responseElements: { credentials: { accessKeyId: "'); DROP" } },
    },
    { eventName: 'ConsoleLogin', eventSource: 'signin.amazonaws.com', eventTime: at(1), userIdentity: { arn: '__proto__' } },
    { eventName: 'SwitchRole', eventSource: 'signin.amazonaws.com', eventTime: at(1), userIdentity: { arn: 7 }, additionalEventData: [] },
  ] as TrailRecord[]);
  const { edges } = await sessionsOf(store);
  expect(edges.map(({ issued }) => issued).sort()).toEqual([
    "'); DROP",
    '__proto__',
    'sign-in 7 2026-03-04T09:01:00.000Z',
    'sign-in __proto__ 2026-03-04T09:01:00.000Z',
  ]);
  expect((await closure(store, { key: '__proto__' })).branches).toHaveLength(1);
});

test('thousands of sign-ins of one user, and of passwords set, are paired in a moment', async () => {
  const many = Array.from({ length: 3000 }, (_, i) => [
    call(i, 'UpdateLoginProfile', user('eve', 'AKIAEVE'), { eventSource: 'iam.amazonaws.com', requestParameters: { userName: 'ann' } }),
    signIn(i, 'ConsoleLogin', user('ann')),
    call(i, 'ListUsers', console_('ann', `ASIAPAGE${i}`, at(i))),
  ]).flat();
  const store = await storeOf(many);
  const began = performance.now();
  const { edges } = await sessionsOf(store);
  expect(performance.now() - began).toBeLessThan(5_000);
  const logins = edges.filter(({ via }) => via === 'ConsoleLogin');
  expect(logins).toHaveLength(3000);
  expect(logins.every(({ keys, issuedBy }) => keys.length === 1 && issuedBy.startsWith('password of '))).toBe(true);
  expect(new Set(logins.flatMap(({ keys }) => keys)).size).toBe(3000);
});

test('a real attack: eight issued keys are used, the stolen instance key is found and the instance’s own is not', async ({ skip }) => {
  const records = attackRecords();
  if (!records) return skip();
  const store = await storeOf(
    records.map((record) => JSON.parse(JSON.stringify(record).replace(/stratus-red-team_[0-9a-f-]{36}/g, 'aws-sdk-go-v2/1.17.0')) as TrailRecord),
  );
  const { edges, stolen, unusedLeftOut } = await sessionsOf(store);
  const used = edges.filter(({ proof, uses, via }) => proof === 'named' && uses > 0 && !via.endsWith('LoginProfile'));
  expect(used).toHaveLength(8);
  expect(unusedLeftOut).toBe(0);
  expect(stolen.filter(({ kind }) => kind === 'instance-credentials').map(({ key, address }) => [key, address])).toEqual([
    ['ASIATFQR7NSC36DZQP7P', '192.168.10.20'],
  ]);
  expect(stolen.map(({ key }) => key)).not.toContain('ASIATFQR7NSCSHSEVYP5');
  const login = edges.find(({ via, to, time }) => via === 'ConsoleLogin' && to?.endsWith('/bert-jan') && time === '2023-07-10T12:27:45.000Z')!;
  expect(login.keys).toContain('ASIATFQR7NSCS5BLNV76');
  const { keys } = await closure(store, { key: 'AKIATFQR7NSC8Q4X20BJ' });
  for (const key of ['ASIATFQR7NSCWLLE7IWW', 'ASIATFQR7NSC2632JLFK', 'AKIATFQR7NSC3ZO6PKAZ']) expect(keys).toContain(key);
  expect(keys).not.toContain('ASIATFQR7NSC36DZQP7P');
  expect((await closure(store, { address: '192.168.10.20' })).keys).toContain('ASIATFQR7NSC36DZQP7P');
});
