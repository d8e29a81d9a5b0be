import { describe, expect, it } from 'vitest';
import type { Caller, LabOperations } from '../../contract.ts';
import { addAccessKey, addUser, createAccount, iamTables, issueSession, makeContext, newWorld, worldNow } from '../../world/index.ts';
import { operations as attachments } from './attachments.ts';
import { operations as certificates } from './certificates.ts';
import { operations as details } from './details.ts';
import { operations as groups } from './groups.ts';
import { operations as profiles } from './instance-profiles.ts';
import { operations as keys } from './keys.ts';
import { operations as login } from './login.ts';
import { operations as mfa } from './mfa.ts';
import { operations as policies } from './policies.ts';
import { operations as report } from './report.ts';
import { operations as roles } from './roles.ts';
import { operations as service } from './service-credentials.ts';
import { operations as linked } from './service-linked-roles.ts';
import { operations as ssh } from './ssh-keys.ts';
import { operations as users } from './users.ts';

const all: LabOperations = {
  ...attachments,
  ...certificates,
  ...linked,
  ...login,
  ...mfa,
  ...service,
  ...ssh,
  ...details,
  ...groups,
  ...profiles,
  ...keys,
  ...policies,
  ...report,
  ...roles,
  ...users,
};
const ACCOUNT = '111122223333';
const ALLOW = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}';
const TRUST = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"${ACCOUNT}"},"Action":"sts:AssumeRole"}]}`;
const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';

function setUp() {
  const world = newWorld({ seed: 'iam' });
  const account = createAccount(world, { id: ACCOUNT, name: 'shop' });
  const user = addUser(world, account, { name: 'ann' });
  const key = addAccessKey(world, account, 'ann');
  const self: Caller = { account: ACCOUNT, type: 'IAMUser', arn: user.arn, userId: user.id, accessKeyId: key.id, userName: 'ann' };
  const call = async (operation: string, input: object = {}, caller = self) =>
    all[operation]!.run(
      input,
      makeContext(world, { account, caller, region: 'us-east-1', requestId: 'r', request: { ip: '::1', userAgent: '' }, read: false, service: 'iam' }),
    );
  return { world, account, user, key, self, call, tables: iamTables(account) };
}
const code = (name: string) => expect.objectContaining({ code: name });

describe('access keys', () => {
  it('belong to their user, two at most, and the secret is told once', async () => {
    const { call, key, tables } = setUp();
    const { AccessKey } = await call('CreateAccessKey');
    expect(AccessKey.SecretAccessKey).toHaveLength(40);
    await expect(call('CreateAccessKey', { UserName: 'ann' })).rejects.toEqual(code('LimitExceeded'));
    expect(JSON.stringify(await call('ListAccessKeys'))).not.toContain('SecretAccessKey');
    expect((await call('ListAccessKeys')).AccessKeyMetadata.map((row: any) => row.AccessKeyId)).toEqual(
      expect.arrayContaining([key.id, AccessKey.AccessKeyId]),
    );
    await call('UpdateAccessKey', { AccessKeyId: key.id, Status: 'Inactive' });
    expect(tables.accessKeys[key.id]?.status).toBe('Inactive');
    await call('DeleteAccessKey', { UserName: 'ann', AccessKeyId: key.id });
    expect(Object.keys(tables.accessKeys)).toEqual([AccessKey.AccessKeyId]);
  });
  it('are refused for another owner, and temporary credentials must name the user', async () => {
    const { world, account, call, key, user, tables } = setUp();
    addUser(world, account, { name: 'bob' });
    await expect(call('UpdateAccessKey', { UserName: 'bob', AccessKeyId: key.id, Status: 'Inactive' })).rejects.toEqual(code('NoSuchEntity'));
    expect(tables.accessKeys[key.id]?.status).toBe('Active');
    const session = issueSession(world, account, { type: 'SessionUser', arn: user.arn, userId: user.id, issuer: { type: 'user', name: 'ann' }, seconds: 900 });
    const caller: Caller = { account: ACCOUNT, type: 'SessionUser', arn: user.arn, userId: user.id, accessKeyId: session.id, userName: 'ann', issuedAt: 0 };
    await expect(call('ListAccessKeys', {}, caller)).rejects.toEqual(code('ValidationError'));
  });
  it('tell their owner and last use by id alone', async () => {
    const { call, key, tables } = setUp();
    expect(await call('GetAccessKeyLastUsed', { AccessKeyId: key.id })).toEqual({ UserName: 'ann', AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } });
    tables.accessKeys[key.id]!.lastUsed = { time: 1_790_000_000_000, service: 'ec2', region: 'eu-west-1' };
    expect((await call('GetAccessKeyLastUsed', { AccessKeyId: key.id })).AccessKeyLastUsed).toMatchObject({ ServiceName: 'ec2', Region: 'eu-west-1' });
    await expect(call('GetAccessKeyLastUsed', { AccessKeyId: 'AKIAQQQQQQQQQQQQQQQQ' })).rejects.toEqual(code('NoSuchEntity'));
  });
});

describe('users', () => {
  it('are unique without regard to case and are deleted only when nothing hangs on them', async () => {
    const { call, tables } = setUp();
    await expect(call('CreateUser', { UserName: 'ANN' })).rejects.toEqual(code('EntityAlreadyExists'));
    await call('PutUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument: ALLOW });
    await call('AttachUserPolicy', { UserName: 'ann', PolicyArn: DENY_ALL });
    await call('CreateLoginProfile', { UserName: 'ann', Password: 'long enough' });
    const steps: [string, object][] = [
      ['DeleteAccessKey', { AccessKeyId: Object.keys(tables.accessKeys)[0] }],
      ['DetachUserPolicy', { UserName: 'ann', PolicyArn: DENY_ALL }],
      ['DeleteUserPolicy', { UserName: 'ann', PolicyName: 'p' }],
      ['DeleteLoginProfile', { UserName: 'ann' }],
    ];
    for (const [operation, input] of steps) {
      await expect(call('DeleteUser', { UserName: 'ann' })).rejects.toEqual(code('DeleteConflict'));
      await call(operation, input);
    }
    await call('DeleteUser', { UserName: 'ann' });
    expect(tables.users).toEqual({});
  });
  it('take what hangs on them along when renamed', async () => {
    const { call, key, tables } = setUp();
    await call('UpdateUser', { UserName: 'ann', NewUserName: 'anna', NewPath: '/x/' });
    expect(tables.users.anna).toMatchObject({ name: 'anna', arn: `arn:aws:iam::${ACCOUNT}:user/x/anna` });
    expect(tables.accessKeys[key.id]?.user).toBe('anna');
    await expect(call('GetUser', { UserName: 'ann' })).rejects.toEqual(code('NoSuchEntity'));
  });
  it('are listed in pages', async () => {
    const { world, account, call } = setUp();
    for (const name of ['bob', 'eve']) addUser(world, account, { name });
    const first = await call('ListUsers', { MaxItems: 2 });
    expect(first).toMatchObject({ IsTruncated: true, Users: [{ UserName: 'ann' }, { UserName: 'bob' }] });
    expect(await call('ListUsers', { MaxItems: 2, Marker: first.Marker })).toMatchObject({ IsTruncated: false, Users: [{ UserName: 'eve' }] });
    await expect(call('ListUsers', { Marker: 'made-up' })).rejects.toEqual(code('ValidationError'));
  });
});

describe('policies', () => {
  it('attach up to ten, once each, and only those that exist', async () => {
    const { call, user } = setUp();
    for (let i = 0; i < 9; i++) {
      const { Policy } = await call('CreatePolicy', { PolicyName: `p${i}`, PolicyDocument: ALLOW });
      await call('AttachUserPolicy', { UserName: 'ann', PolicyArn: Policy.Arn });
    }
    await call('AttachUserPolicy', { UserName: 'ann', PolicyArn: DENY_ALL });
    await call('AttachUserPolicy', { UserName: 'ann', PolicyArn: DENY_ALL });
    expect(user.attached).toHaveLength(10);
    await expect(call('AttachUserPolicy', { UserName: 'ann', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })).rejects.toEqual(code('LimitExceeded'));
    await expect(call('AttachUserPolicy', { UserName: 'ann', PolicyArn: 'arn:aws:iam::aws:policy/None' })).rejects.toEqual(code('NoSuchEntity'));
    await expect(call('DetachUserPolicy', { UserName: 'ann', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })).rejects.toEqual(code('NoSuchEntity'));
    await expect(call('DeletePolicy', { PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/p0` })).rejects.toEqual(code('DeleteConflict'));
    expect((await call('ListEntitiesForPolicy', { PolicyArn: DENY_ALL })).PolicyUsers).toEqual([{ UserName: 'ann', UserId: user.id }]);
  });
  it('are refused when malformed and come back percent-encoded', async () => {
    const { call, user } = setUp();
    for (const bad of [
      '{',
      '{"Statement":[]',
      '{"Statement":{"Effect":"Allow","Action":"x","Resource":"*"}}',
      ALLOW.replace('Allow', 'Maybe'),
      ALLOW.replace('"*"', '"bucket"'),
    ])
      await expect(call('PutUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument: bad })).rejects.toEqual(code('MalformedPolicyDocument'));
    expect(user.inline).toEqual({});
    await call('PutUserPolicy', { UserName: 'ann', PolicyName: 'p', PolicyDocument: ALLOW });
    const { PolicyDocument } = await call('GetUserPolicy', { UserName: 'ann', PolicyName: 'p' });
    expect(PolicyDocument).toContain('%7B%22Version%22');
    expect(PolicyDocument).toContain('s3%3AGet%2A');
    expect(decodeURIComponent(PolicyDocument)).toBe(ALLOW);
  });
  it('have at most five versions, of which one is in force', async () => {
    const { call, tables } = setUp();
    const { Policy } = await call('CreatePolicy', { PolicyName: 'p', PolicyDocument: ALLOW });
    const PolicyArn = Policy.Arn;
    for (let i = 0; i < 4; i++) await call('CreatePolicyVersion', { PolicyArn, PolicyDocument: ALLOW, SetAsDefault: i === 3 });
    await expect(call('CreatePolicyVersion', { PolicyArn, PolicyDocument: ALLOW })).rejects.toEqual(code('LimitExceeded'));
    await expect(call('DeletePolicyVersion', { PolicyArn, VersionId: 'v5' })).rejects.toEqual(code('DeleteConflict'));
    await call('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v2' });
    await call('DeletePolicyVersion', { PolicyArn, VersionId: 'v5' });
    expect(tables.policies[PolicyArn]).toMatchObject({ defaultVersion: 'v2', nextVersion: 6 });
    expect(Object.keys(tables.policies[PolicyArn]!.versions)).toEqual(['v1', 'v2', 'v3', 'v4']);
  });
  it('cannot be changed on service-linked roles', async () => {
    const { call, tables } = setUp();
    await expect(call('CreateRole', { RoleName: 'x', Path: '/aws-reserved/x/', AssumeRolePolicyDocument: TRUST })).rejects.toEqual(code('ValidationError'));
    const RoleName = 'AWSServiceRoleForAutoScaling';
    await call('CreateServiceLinkedRole', { AWSServiceName: 'autoscaling.amazonaws.com' });
    await expect(call('PutRolePolicy', { RoleName, PolicyName: 'revoke', PolicyDocument: ALLOW })).rejects.toEqual(code('UnmodifiableEntity'));
    await expect(call('DeleteRole', { RoleName })).rejects.toEqual(code('UnmodifiableEntity'));
    expect(tables.roles[RoleName]?.inline).toEqual({});
  });
});

describe('groups, roles and profiles', () => {
  it('know their members', async () => {
    const { call, user } = setUp();
    await call('CreateGroup', { GroupName: 'ops' });
    await call('AddUserToGroup', { GroupName: 'ops', UserName: 'ann' });
    expect((await call('GetGroup', { GroupName: 'ops' })).Users).toMatchObject([{ UserName: 'ann' }]);
    expect((await call('ListGroupsForUser', { UserName: 'ann' })).Groups).toMatchObject([{ GroupName: 'ops' }]);
    await expect(call('DeleteGroup', { GroupName: 'ops' })).rejects.toEqual(code('DeleteConflict'));
    await call('RemoveUserFromGroup', { GroupName: 'ops', UserName: 'ann' });
    expect(user.groups).toEqual([]);
  });
  it('a profile holds one role, which then cannot be deleted', async () => {
    const { call, tables } = setUp();
    await expect(call('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: ALLOW })).rejects.toEqual(code('MalformedPolicyDocument'));
    await call('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: TRUST });
    await call('CreateInstanceProfile', { InstanceProfileName: 'web' });
    await call('AddRoleToInstanceProfile', { InstanceProfileName: 'web', RoleName: 'web' });
    await expect(call('AddRoleToInstanceProfile', { InstanceProfileName: 'web', RoleName: 'web' })).rejects.toEqual(code('LimitExceeded'));
    await expect(call('DeleteRole', { RoleName: 'web' })).rejects.toEqual(code('DeleteConflict'));
    await call('RemoveRoleFromInstanceProfile', { InstanceProfileName: 'web', RoleName: 'web' });
    await call('DeleteRole', { RoleName: 'web' });
    expect(tables.roles).toEqual({});
  });
});

describe('other credentials', () => {
  it('are listed by kind and per user, and all service credentials at once', async () => {
    const { call, tables } = setUp();
    const { ServiceSpecificCredential } = await call('CreateServiceSpecificCredential', { UserName: 'ann', ServiceName: 'bedrock.amazonaws.com' });
    const id = ServiceSpecificCredential.ServiceSpecificCredentialId;
    expect((await call('ListServiceSpecificCredentials', { AllUsers: true })).ServiceSpecificCredentials).toMatchObject([
      { ServiceSpecificCredentialId: id, Status: 'Active' },
    ]);
    await call('UpdateServiceSpecificCredential', { ServiceSpecificCredentialId: id, Status: 'Inactive' });
    expect(tables.credentials[id]?.status).toBe('Inactive');
    const serial = `arn:aws:iam::${ACCOUNT}:mfa/ann`;
    const enable = () => call('EnableMFADevice', { UserName: 'ann', SerialNumber: serial, AuthenticationCode1: '123456', AuthenticationCode2: '654321' });
    await expect(enable()).rejects.toEqual(code('NoSuchEntity'));
    expect((await call('CreateVirtualMFADevice', { VirtualMFADeviceName: 'ann' })).VirtualMFADevice.SerialNumber).toBe(serial);
    await expect(call('CreateVirtualMFADevice', { VirtualMFADeviceName: 'ann' })).rejects.toEqual(code('EntityAlreadyExists'));
    await enable();
    expect((await call('ListMFADevices', {})).MFADevices).toMatchObject([{ SerialNumber: serial }]);
    expect((await call('ListSSHPublicKeys', { UserName: 'ann' })).SSHPublicKeys).toEqual([]);
    await call('DeactivateMFADevice', { UserName: 'ann', SerialNumber: serial });
    // The virtual device is still there, and nobody's.
    expect((await call('ListVirtualMFADevices', { AssignmentStatus: 'Assigned' })).VirtualMFADevices).toEqual([]);
    expect((await call('ListVirtualMFADevices', {})).VirtualMFADevices).toMatchObject([{ SerialNumber: serial }]);
    await call('DeleteVirtualMFADevice', { SerialNumber: serial });
    expect(tables.credentials[serial]).toBeUndefined();
  });
});

describe('the whole account', () => {
  it('is told page by page and by filter', async () => {
    const { call } = setUp();
    await call('CreateGroup', { GroupName: 'ops' });
    await call('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: TRUST });
    await call('AttachUserPolicy', { UserName: 'ann', PolicyArn: DENY_ALL });
    const seen: any = { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] };
    let Marker: string | undefined;
    do {
      const page = await call('GetAccountAuthorizationDetails', { MaxItems: 1, ...(Marker && { Marker }) });
      for (const list of Object.keys(seen)) seen[list].push(...page[list]);
      Marker = page.Marker;
    } while (Marker);
    expect(seen).toMatchObject({
      UserDetailList: [{ UserName: 'ann', AttachedManagedPolicies: [{ PolicyName: 'AWSDenyAll', PolicyArn: DENY_ALL }] }],
      GroupDetailList: [{ GroupName: 'ops' }],
      RoleDetailList: [{ RoleName: 'web', InstanceProfileList: [] }],
      Policies: [{ PolicyName: 'AWSDenyAll' }],
    });
    const roles = await call('GetAccountAuthorizationDetails', { Filter: ['Role'] });
    expect([roles.UserDetailList, roles.RoleDetailList.length]).toEqual([[], 1]);
    expect((await call('GetAccountSummary')).SummaryMap).toMatchObject({ Users: 1, Roles: 1, Groups: 1, AccountAccessKeysPresent: 0 });
  });
  it('reports credentials, not more often than every four hours', async () => {
    const { world, call, key } = setUp();
    await expect(call('GetCredentialReport')).rejects.toEqual(code('ReportNotPresent'));
    expect(await call('GenerateCredentialReport')).toMatchObject({ State: 'STARTED' });
    const rows = async () =>
      Buffer.from((await call('GetCredentialReport')).Content)
        .toString()
        .trim()
        .split('\n')
        .map((line) => line.split(','));
    const [head, root, ann] = await rows();
    expect(head).toHaveLength(22);
    expect([root?.[0], ann?.[0], ann?.[8], ann?.length]).toEqual(['<root_account>', 'ann', 'true', 22]);
    await call('UpdateAccessKey', { AccessKeyId: key.id, Status: 'Inactive' });
    expect(await call('GenerateCredentialReport')).toMatchObject({ State: 'COMPLETE' });
    expect((await rows())[2]?.[8]).toBe('true');
    world.offset += 4 * 3_600_000;
    expect(worldNow(world)).toBeGreaterThan(Date.now());
    await call('GenerateCredentialReport');
    expect((await rows())[2]?.[8]).toBe('false');
  });
});
