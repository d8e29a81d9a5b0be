import { describe, expect, it } from 'vitest';
import type { Caller } from '../../contract.ts';
import { addAccessKey, addRole, addUser, authorize, createAccount, makeContext, newWorld, resolveCaller, sessionsOf, worldNow } from '../../world/index.ts';
import { operations } from './sts.ts';

const ACCOUNT = '111122223333';
const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const HOUR = 3_600_000;

function setUp() {
  const world = newWorld({ seed: 'sts' });
  const account = createAccount(world, { id: ACCOUNT, name: 'shop' });
  const user = addUser(world, account, { name: 'ann', attached: [ADMIN] });
  const key = addAccessKey(world, account, 'ann');
  const role = addRole(world, account, {
    name: 'web',
    attached: [ADMIN],
    maxSession: 7200,
    trust: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: ACCOUNT } }] },
  });
  const signIn = (accessKeyId: string, sessionToken?: string): Caller => {
    const found = resolveCaller(world, { accessKeyId, sessionToken, now: worldNow(world) });
    if ('refused' in found) throw new Error(found.refused);
    return found.caller;
  };
  const ann = signIn(key.id);
  const call = async (operation: string, input: object, caller = ann) =>
    operations[operation]!.run(
      input,
      makeContext(world, { account: ACCOUNT, caller, region: 'us-east-1', requestId: 'r', request: { ip: '', userAgent: '' }, read: true, service: 'sts' }),
    );
  const may = (caller: Caller, action: string) => authorize(world, caller, { action, resources: ['*'], now: worldNow(world) }).allowed;
  return { world, account, user, key, role, ann, signIn, call, may };
}
const code = (name: string) => expect.objectContaining({ code: name });

describe('AssumeRole', () => {
  it('gives credentials of the role that end when they say', async () => {
    const { world, role, call, signIn } = setUp();
    const { Credentials, AssumedRoleUser } = await call('AssumeRole', { RoleArn: role.arn, RoleSessionName: 'x', DurationSeconds: 900 });
    expect(AssumedRoleUser).toEqual({ AssumedRoleId: `${role.id}:x`, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/web/x` });
    const caller = signIn(Credentials.AccessKeyId, Credentials.SessionToken);
    expect(await call('GetCallerIdentity', {}, caller)).toEqual({ UserId: `${role.id}:x`, Account: ACCOUNT, Arn: AssumedRoleUser.Arn });
    world.offset += 901_000;
    expect(() => signIn(Credentials.AccessKeyId, Credentials.SessionToken)).toThrow('expired');
  });
  it('keeps to the role limit, and to an hour when chained', async () => {
    const { role, call, signIn } = setUp();
    const ask = (DurationSeconds: number, caller?: Caller) => call('AssumeRole', { RoleArn: role.arn, RoleSessionName: 'x', DurationSeconds }, caller);
    await expect(ask(7201)).rejects.toEqual(code('ValidationError'));
    const { Credentials } = await ask(7200);
    const chained = signIn(Credentials.AccessKeyId, Credentials.SessionToken);
    await expect(ask(3601, chained)).rejects.toThrow(/role chaining/);
    expect((await ask(3600, chained)).Credentials.AccessKeyId).toMatch(/^ASIA/);
  });
  it('applies session policies', async () => {
    const { role, call, signIn, may } = setUp();
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }] });
    const { Credentials } = await call('AssumeRole', { RoleArn: role.arn, RoleSessionName: 'x', Policy });
    const caller = signIn(Credentials.AccessKeyId, Credentials.SessionToken);
    expect([may(caller, 'ec2:StopInstances'), may(caller, 's3:GetObject')]).toEqual([true, false]);
    await expect(call('AssumeRole', { RoleArn: role.arn, RoleSessionName: 'x', Policy: '{' })).rejects.toEqual(code('MalformedPolicyDocument'));
    await expect(call('AssumeRole', { RoleArn: role.arn, RoleSessionName: 'x', Policy: Policy.padEnd(2049) })).rejects.toEqual(code('PackedPolicyTooLarge'));
  });
});

describe('GetSessionToken and GetFederationToken', () => {
  it('outlive the key, and a deny on the user ends them', async () => {
    const { key, user, call, signIn, may } = setUp();
    const { Credentials } = await call('GetSessionToken', {});
    expect(Credentials.Expiration.getTime() - Date.now()).toBeGreaterThan(11.9 * HOUR);
    key.status = 'Inactive';
    const caller = signIn(Credentials.AccessKeyId, Credentials.SessionToken);
    expect(may(caller, 'ec2:RunInstances')).toBe(true);
    user.attached.push('arn:aws:iam::aws:policy/AWSDenyAll');
    expect(may(caller, 'ec2:RunInstances')).toBe(false);
  });
  it('a role session issued to the user survives that deny', async () => {
    const { user, role, call, signIn, may } = setUp();
    const { Credentials } = await call('AssumeRole', { RoleArn: role.arn, RoleSessionName: 'x' });
    user.attached.push('arn:aws:iam::aws:policy/AWSDenyAll');
    expect(may(signIn(Credentials.AccessKeyId, Credentials.SessionToken), 'ec2:RunInstances')).toBe(true);
  });
  it('reach IAM with MFA only, and a wrong device is refused', async () => {
    const { account, call, signIn, may } = setUp();
    const serial = `arn:aws:iam::${ACCOUNT}:mfa/ann`;
    await expect(call('GetSessionToken', { SerialNumber: serial, TokenCode: '123456' })).rejects.toEqual(code('AccessDenied'));
    account.tables.credentials![serial] = { id: serial, kind: 'mfa', user: 'ann', created: 0, status: 'Active' };
    const token = async (input: object) => {
      const { Credentials } = await call('GetSessionToken', input);
      return signIn(Credentials.AccessKeyId, Credentials.SessionToken);
    };
    expect(may(await token({}), 'iam:ListUsers')).toBe(false);
    expect(may(await token({ SerialNumber: serial, TokenCode: '123456' }), 'iam:ListUsers')).toBe(true);
  });
  it('cannot be had with temporary credentials, and last an hour for the root user', async () => {
    const { account, call, signIn, ann } = setUp();
    const { Credentials } = await call('GetFederationToken', { Name: 'fed', DurationSeconds: 129600 });
    const caller = signIn(Credentials.AccessKeyId, Credentials.SessionToken);
    expect(caller).toMatchObject({ type: 'FederatedUser', arn: `arn:aws:sts::${ACCOUNT}:federated-user/fed` });
    await expect(call('GetSessionToken', {}, caller)).rejects.toEqual(code('AccessDenied'));
    const root: Caller = { ...ann, type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, userId: ACCOUNT };
    const short = await call('GetSessionToken', { DurationSeconds: 129600 }, root);
    const row = sessionsOf(account)[short.Credentials.AccessKeyId]!;
    expect(row.expires - row.issuedAt).toBe(HOUR);
  });
});

it('GetAccessKeyInfo names the account of any key ever issued', async () => {
  const { key, call } = setUp();
  expect(await call('GetAccessKeyInfo', { AccessKeyId: key.id })).toEqual({ Account: ACCOUNT });
  await expect(call('GetAccessKeyInfo', { AccessKeyId: 'AKIAQQQQQQQQQQQQQQQQ' })).rejects.toEqual(code('ValidationError'));
});
