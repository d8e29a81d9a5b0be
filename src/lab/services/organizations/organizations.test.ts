import { describe, expect, it } from 'vitest';
import { behavioursOf } from '../../behaviour.ts';
import type { Account, Caller, World } from '../../contract.ts';
import {
  addAccessKey,
  addOrganization,
  addUser,
  authorize,
  consoleSession,
  createAccount,
  infoOf,
  issueSession,
  makeContext,
  newWorld,
  organizationOf,
  resolveCaller,
  worldNow,
} from '../../world/index.ts';

const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const DENY_TRAIL = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'cloudtrail:*', Resource: '*' }] });
const TASK = (name: string) => ({ arn: `arn:aws:iam::aws:policy/root-task/${name}` });
const code = (name: string) => expect.objectContaining({ code: name });

function setUp() {
  const world = newWorld({ seed: 'organization' });
  const head = createAccount(world, { id: '111111111111', name: 'head' });
  const member = createAccount(world, { id: '222222222222', name: 'shop' });
  const callerOf = (account: Account): Caller => {
    addUser(world, account, { name: 'admin', attached: [ADMIN] });
    const key = addAccessKey(world, account, 'admin');
    const found = resolveCaller(world, { accessKeyId: key.id, now: worldNow(world) });
    if ('refused' in found) throw new Error(found.refused);
    return found.caller;
  };
  const [boss, shopkeeper] = [callerOf(head), callerOf(member)];
  const call = async (caller: Caller, operation: string, input: object = {}): Promise<any> => {
    const [service = '', name = ''] = operation.split(':');
    const ctx = makeContext(world, {
      account: caller.account,
      caller,
      region: 'us-east-1',
      requestId: 'r',
      request: { ip: '', userAgent: '' },
      read: false,
      service,
    });
    return (await behavioursOf(service)).get(name)!.run(input, ctx);
  };
  return { world, head, member, boss, shopkeeper, call };
}
const may = (world: World, caller: Caller, action: string): boolean => authorize(world, caller, { action, resources: ['*'], now: worldNow(world) }).allowed;
const session = (world: World, credentials: { AccessKeyId: string; SessionToken: string }): Caller => {
  const found = resolveCaller(world, { accessKeyId: credentials.AccessKeyId, sessionToken: credentials.SessionToken, now: worldNow(world) });
  if ('refused' in found) throw new Error(found.refused);
  return found.caller;
};

describe('service control policies', () => {
  it('bind member accounts, their root user too, and not the management account', async () => {
    const { world, head, member, boss, shopkeeper, call } = setUp();
    const { root } = addOrganization(world, head, { members: [member], scp: true });
    const { Policy } = await call(boss, 'organizations:CreatePolicy', { Name: 'fence', Description: '', Type: 'SERVICE_CONTROL_POLICY', Content: DENY_TRAIL });
    const PolicyId = Policy.PolicySummary.Id;
    expect(may(world, shopkeeper, 'cloudtrail:StopLogging')).toBe(true);
    await call(boss, 'organizations:AttachPolicy', { PolicyId, TargetId: root });
    await expect(call(boss, 'organizations:AttachPolicy', { PolicyId, TargetId: root })).rejects.toEqual(code('DuplicatePolicyAttachmentException'));
    const rootUser: Caller = { account: member.id, type: 'Root', arn: `arn:aws:iam::${member.id}:root`, userId: member.id, accessKeyId: 'AKIA' };
    expect([shopkeeper, rootUser, boss].map((caller) => may(world, caller, 'cloudtrail:StopLogging'))).toEqual([false, false, true]);
    expect(may(world, shopkeeper, 'ec2:DescribeInstances')).toBe(true);
    await expect(call(boss, 'organizations:DeletePolicy', { PolicyId })).rejects.toEqual(code('PolicyInUseException'));
    await call(boss, 'organizations:DetachPolicy', { PolicyId, TargetId: root });
    await call(boss, 'organizations:DeletePolicy', { PolicyId });
    expect(may(world, shopkeeper, 'cloudtrail:StopLogging')).toBe(true);
  });
  it('must allow at every level', async () => {
    const { world, head, member, boss, shopkeeper, call } = setUp();
    addOrganization(world, head, { members: [member], scp: true });
    await expect(call(boss, 'organizations:DetachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: member.id })).rejects.toEqual(
      code('ConstraintViolationException'),
    );
    const Content = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] });
    const { Policy } = await call(boss, 'organizations:CreatePolicy', { Name: 'only s3', Description: '', Type: 'SERVICE_CONTROL_POLICY', Content });
    await call(boss, 'organizations:AttachPolicy', { PolicyId: Policy.PolicySummary.Id, TargetId: member.id });
    await call(boss, 'organizations:DetachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: member.id });
    expect([may(world, shopkeeper, 's3:ListAllMyBuckets'), may(world, shopkeeper, 'ec2:DescribeInstances')]).toEqual([true, false]);
    const rootId = organizationOf(world, head)!.root;
    await call(boss, 'organizations:DisablePolicyType', { RootId: rootId, PolicyType: 'SERVICE_CONTROL_POLICY' });
    expect(may(world, shopkeeper, 'ec2:DescribeInstances')).toBe(true);
  });
});

describe('membership', () => {
  it('is needed, belongs to the management account to change, and can be left', async () => {
    const { world, head, member, boss, shopkeeper, call } = setUp();
    await expect(call(boss, 'organizations:DescribeOrganization')).rejects.toEqual(code('AWSOrganizationsNotInUseException'));
    await call(boss, 'organizations:CreateOrganization', { FeatureSet: 'ALL' });
    const { Handshake } = await call(boss, 'organizations:InviteAccountToOrganization', { Target: { Id: member.id, Type: 'ACCOUNT' } });
    await expect(call(boss, 'organizations:AcceptHandshake', { HandshakeId: Handshake.Id })).rejects.toEqual(code('AccessDeniedException'));
    await call(shopkeeper, 'organizations:AcceptHandshake', { HandshakeId: Handshake.Id });
    expect((await call(boss, 'organizations:ListAccounts')).Accounts.map((one: any) => one.Id)).toEqual([head.id, member.id]);
    await expect(call(shopkeeper, 'organizations:ListAccounts')).rejects.toEqual(code('AccessDeniedException'));
    await expect(call(boss, 'organizations:LeaveOrganization')).rejects.toEqual(code('MasterCannotLeaveOrganizationException'));
    await call(shopkeeper, 'organizations:LeaveOrganization');
    expect([organizationOf(world, member), Object.keys(organizationOf(world, head)!.members)]).toEqual([undefined, [head.id]]);
  });
});

describe('AssumeRoot', () => {
  it('needs centralised root access, and its session does its task and nothing else', async () => {
    const { world, head, member, boss, shopkeeper, call } = setUp();
    addOrganization(world, head, { members: [member] });
    const ask = { TargetPrincipal: member.id, TaskPolicyArn: TASK('IAMDeleteRootUserCredentials') };
    await expect(call(boss, 'sts:AssumeRoot', ask)).rejects.toEqual(code('AccessDenied'));
    await expect(call(boss, 'iam:EnableOrganizationsRootSessions')).rejects.toEqual(code('ServiceAccessNotEnabled'));
    await call(boss, 'organizations:EnableAWSServiceAccess', { ServicePrincipal: 'iam.amazonaws.com' });
    await call(boss, 'iam:EnableOrganizationsRootCredentialsManagement');
    expect((await call(boss, 'iam:EnableOrganizationsRootSessions')).EnabledFeatures).toEqual(['RootCredentialsManagement', 'RootSessions']);
    await expect(call(shopkeeper, 'sts:AssumeRoot', ask)).rejects.toEqual(code('AccessDenied'));
    await expect(call(boss, 'sts:AssumeRoot', { ...ask, TargetPrincipal: head.id })).rejects.toEqual(code('AccessDenied'));
    await expect(call(boss, 'sts:AssumeRoot', { ...ask, TaskPolicyArn: { arn: ADMIN } })).rejects.toEqual(code('ValidationError'));
    const rootKey = addAccessKey(world, member, null);
    const root = session(world, (await call(boss, 'sts:AssumeRoot', ask)).Credentials);
    expect(root).toMatchObject({ account: member.id, type: 'Root' });
    expect([may(world, root, 'iam:DeleteAccessKey'), may(world, root, 'iam:CreateUser'), may(world, root, 's3:ListAllMyBuckets')]).toEqual([
      true,
      false,
      false,
    ]);
    expect((await call(root, 'iam:ListAccessKeys')).AccessKeyMetadata).toMatchObject([{ AccessKeyId: rootKey.id }]);
    await call(root, 'iam:DeleteAccessKey', { AccessKeyId: rootKey.id });
    await call(root, 'iam:DeleteLoginProfile');
    await call(root, 'iam:DeactivateMFADevice', { SerialNumber: `arn:aws:iam::${member.id}:mfa/root-account-mfa-device` });
    expect([member.tables.accessKeys![rootKey.id], infoOf(member).rootPassword, infoOf(member).rootMfa]).toEqual([undefined, false, false]);
    await expect(call(root, 'iam:GetLoginProfile')).rejects.toEqual(code('NoSuchEntity'));
  });
});

describe('signing in to the console', () => {
  it('opens IAM to a federation session that the API keeps out, and CloudTrail tells of it', () => {
    const { world, head, boss } = setUp();
    const federated = issueSession(world, head, {
      type: 'FederatedUser',
      arn: `arn:aws:sts::${head.id}:federated-user/support`,
      userId: `${head.id}:support`,
      issuer: { type: 'user', name: 'admin' },
      sessionName: 'support',
      seconds: 3600,
      policies: { inline: [], arns: [ADMIN] },
    });
    const as = (row: { id: string; token: string }) => session(world, { AccessKeyId: row.id, SessionToken: row.token });
    expect(may(world, as(federated), 'iam:ListUsers')).toBe(false);
    const console = consoleSession(world, head, { session: federated.id }, { ip: '203.0.113.9' });
    expect(may(world, as(console), 'iam:ListUsers')).toBe(true);
    const told = head.trail.map(({ record }) => record);
    expect(told.map((record) => [record.eventSource, record.eventName, record.userIdentity.type])).toEqual([
      ['signin.amazonaws.com', 'GetSigninToken', 'FederatedUser'],
      ['signin.amazonaws.com', 'ConsoleLogin', 'FederatedUser'],
    ]);
    expect(told[0]).toMatchObject({ userIdentity: { accessKeyId: federated.id }, responseElements: { credentials: { accessKeyId: console.id } } });
    // Deny on the user who issued it ends the console session as well.
    head.tables.users!.admin.attached.push('arn:aws:iam::aws:policy/AWSDenyAll');
    expect([may(world, as(console), 'iam:ListUsers'), may(world, boss, 'iam:ListUsers')]).toEqual([false, false]);
  });
  it('needs a password', () => {
    const { world, head } = setUp();
    expect(() => consoleSession(world, head, { user: 'admin' }, { ip: '203.0.113.9' })).toThrow('no password');
    head.tables.users!.admin.login = { created: 0, resetRequired: false, password: 'correct-horse' };
    const row = consoleSession(world, head, { user: 'admin' }, { ip: '203.0.113.9', mfa: false });
    expect(head.trail.at(-1)!.record).toMatchObject({ eventName: 'ConsoleLogin', userIdentity: { userName: 'admin' }, additionalEventData: { MFAUsed: 'No' } });
    expect(row).toMatchObject({ type: 'SessionUser', console: true });
  });
});
