import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Aws, openAws } from '../../src/aws/index.ts';
import type { JsonObject } from '../../src/kernel/index.ts';
import type { Account, World } from '../../src/lab/contract.ts';
import { type RunningLab, startLab } from '../../src/lab/server.ts';
import {
  addAccessKey,
  addIdentityCenter,
  addOrganization,
  addRole,
  addSecurityMembership,
  addUser,
  createAccount,
  iamTables,
  type KeyRow,
  newWorld,
  organizationOf,
} from '../../src/lab/world/index.ts';
import { hasTerminal, notTested, place } from './stand.ts';

/** What is contained only when asked for, through the binary, in an organisation of two accounts. */
const MEMBER = '111122223333';
const MANAGEMENT = '444455556666';
const HOME = 'eu-west-1';
const at = place('contain');
const MANAGER = `arn:aws:iam::${MANAGEMENT}:role/IncidentManager`;
let lab: RunningLab;
let world: World;
let member: Account;
let leaked: KeyRow;
let responder: KeyRow;
let rootKey: KeyRow;
let door: Aws;
const dir = join(at.root, 'case');

const trusts = (account: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }],
});
const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
const env = (key: KeyRow) => ({ AWS_ENDPOINT_URL: lab.url, AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, AWS_REGION: HOME });
const aplomb = (args: string[], how: { answers?: [string, string][] } = {}) =>
  at.run([...args, '--case', dir, ...(how.answers ? [] : ['--json'])], { env: { ...env(responder), APLOMB_SETTLE_SECONDS: '1' }, ...how });
const call = async (service: string, operation: string, input: JsonObject, region = HOME): Promise<any> =>
  (await door.send({ call: { service, operation, region, input }, input, purpose: 'mutation', keep: false, phase: 'test' })).output;

beforeAll(async () => {
  world = newWorld({ seed: 'contain' });
  Object.assign(world.settings, { trailDelay: [0, 0], iamDelay: 0, speed: 1000 });
  member = createAccount(world, { id: MEMBER, name: 'Workloads', supportPlan: 'business' });
  const management = createAccount(world, { id: MANAGEMENT, name: 'Management' });
  addOrganization(world, management, { members: [member], scp: true }).rootFeatures.push('RootCredentialsManagement', 'RootSessions');
  addUser(world, member, { name: 'deploy', attached: [admin] });
  leaked = addAccessKey(world, member, 'deploy');
  rootKey = addAccessKey(world, member, null);
  addUser(world, member, { name: 'responder', attached: [admin] });
  responder = addAccessKey(world, member, 'responder');
  addRole(world, management, { name: 'IncidentManager', trust: trusts(MEMBER), attached: [admin] });
  addUser(world, management, { name: 'owner', attached: [admin] });
  addIdentityCenter(world, management, HOME);
  addSecurityMembership(world, member, { region: HOME });
  lab = await startLab({ world });
  door = await openAws({ env: env(addAccessKey(world, management, 'owner')), loopbackOnly: true, rated: false });
  expect((await at.run(['open', '--from', leaked.id, '--case', dir])).code).toBe(0);
});
afterAll(async () => {
  await door?.close();
  await lab?.close();
  at.clean();
});

describe('contain', () => {
  it("ends the sessions of the key's user and leaves its keys alone", async () => {
    const ran = await aplomb(['contain', 'sessions', '--yes']);
    expect(ran.result(), ran.stderr).toMatchObject({ ok: true, verdicts: [{ action: 'revoke-user-sessions', verdict: 'holds' }] });
    const [document] = Object.values(iamTables(member).users.deploy!.inline);
    expect(JSON.parse(document!).Statement[0].Condition.DateLessThan['aws:TokenIssueTime']).toMatch(/Z$/);
    expect(iamTables(member).accessKeys[leaked.id]!.status).toBe('Active');
    expect((await aplomb(['contain', 'sessions', '--yes'])).result()).toMatchObject({ ok: true, changes: [] });
  });

  it('denies the user by a policy of the organisation, which nobody in the account can take off, and takes it back', async () => {
    const ran = await aplomb(['contain', 'organization', '--organization-as', MANAGER, '--yes']);
    expect(ran.result(), ran.stderr).toMatchObject({ ok: true, verdicts: [{ action: 'deny-by-scp', verdict: 'holds' }] });
    const organization = organizationOf(world, member)!;
    const ids = organization.attached[MEMBER]!.filter((id) => id !== 'p-FullAWSAccess');
    expect(ids).toHaveLength(1);
    expect(organization.policies[ids[0]!]!.content).toContain(`arn:aws:iam::${MEMBER}:user/deploy`);
    const thief = await openAws({ env: env(leaked), loopbackOnly: true, rated: false });
    const ask = {
      call: { service: 'iam', operation: 'ListUsers', region: 'us-east-1', input: {} },
      input: {},
      purpose: 'read',
      keep: false,
      phase: 'test',
    } as const;
    await expect(thief.send(ask)).rejects.toMatchObject({ code: 'AccessDenied' });
    const undone = await aplomb(['undo', 'deny-by-scp', '--yes']);
    expect(undone.code, undone.stdout).toBe(0);
    expect(organization.attached[MEMBER]!.filter((id) => id !== 'p-FullAWSAccess')).toEqual([]);
    await expect(thief.send(ask)).resolves.toBeDefined();
    await thief.close();
  });

  it('says that the management account is not bound by such a policy', async () => {
    const ran = await aplomb(['contain', 'organization', '--organization-as', MANAGER, '--target', MANAGEMENT, '--yes']);
    expect(ran.code).toBe(2);
    expect(ran.result()).toMatchObject({ error: { code: 'ManagementAccount' } });
  });

  it('denies a user of Identity Center in its permission sets, for that user only, and takes it back', async () => {
    const { Instances } = await call('sso-admin', 'ListInstances', {});
    const { InstanceArn, IdentityStoreId } = Instances[0];
    const { UserId } = await call('identitystore', 'CreateUser', {
      IdentityStoreId,
      UserName: 'ana.ruiz',
      DisplayName: 'Ana',
      Name: { GivenName: 'Ana', FamilyName: 'Ruiz' },
    });
    const { PermissionSet } = await call('sso-admin', 'CreatePermissionSet', { InstanceArn, Name: 'Developer' });
    const of = { InstanceArn, PermissionSetArn: PermissionSet.PermissionSetArn };
    const own = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] });
    await call('sso-admin', 'PutInlinePolicyToPermissionSet', { ...of, InlinePolicy: own });
    await call('sso-admin', 'CreateAccountAssignment', { ...of, TargetId: MEMBER, TargetType: 'AWS_ACCOUNT', PrincipalType: 'USER', PrincipalId: UserId });
    const ran = await aplomb(['contain', 'identity-center', '--user', 'ana.ruiz', '--organization-as', MANAGER, '--identity-center-region', HOME, '--yes']);
    expect(ran.result(), ran.stderr).toMatchObject({ ok: true, verdicts: [{ verdict: 'holds' }] });
    const role = Object.values(iamTables(member).roles).find((one) => one.name.startsWith('AWSReservedSSO_Developer'))!;
    const inAccount = JSON.parse(Object.values(role.inline)[0]!);
    expect(inAccount.Statement).toHaveLength(2);
    expect(inAccount.Statement[1]).toMatchObject({ Effect: 'Deny', Condition: { StringEquals: { 'identitystore:userId': UserId } } });
    expect((await aplomb(['undo', 'deny-identity-center-user', '--yes'])).code).toBe(0);
    expect((await call('sso-admin', 'GetInlinePolicyForPermissionSet', of)).InlinePolicy).toBe(own);
    expect(JSON.parse(Object.values(role.inline)[0]!).Statement).toHaveLength(1);
    expect(
      (await aplomb(['contain', 'identity-center', '--user', 'nobody', '--organization-as', MANAGER, '--identity-center-region', HOME, '--yes'])).result(),
    ).toMatchObject({
      error: { code: 'NoSuchUser' },
    });
  });

  it("looks at a member's root user, and deletes its key only when the word is typed", async () => {
    const declined = await aplomb(['contain', 'root', '--organization-as', MANAGER, '--yes']);
    expect(iamTables(member).accessKeys[rootKey.id], declined.stderr).toBeDefined();
    expect(declined.code).toBe(5);
    if (!hasTerminal) return notTested('a typed word at a terminal: there is no `script`');
    const typed = await aplomb(['contain', 'root', '--organization-as', MANAGER, '--yes'], { answers: [['Type "delete" to go on: ', 'delete']] });
    expect(typed.stdout).toContain('root-keys-gone — holds');
    expect(iamTables(member).accessKeys[rootKey.id]).toBeUndefined();
  });

  it('names what it can contain', async () => {
    expect((await aplomb(['contain', 'everything'])).result()).toMatchObject({
      error: { code: 'UnknownContainment', fix: expect.stringContaining('identity-center') },
    });
  });
});

describe('support', () => {
  it('opens the case with its summary, shows what is said, writes back, and calls in responders', async () => {
    const opened = await aplomb(['support', '--yes']);
    expect(opened.result(), opened.stderr).toMatchObject({ ok: true, verdicts: [{ action: 'support-case', verdict: 'holds' }] });
    const [row] = Object.values(member.tables.supportCases!);
    expect(row.communications).toHaveLength(2);
    const [file] = row.communications[1].attachments;
    expect(file.fileName).toMatch(/summary\.txt$/);
    expect(Buffer.from(file.data, 'base64').toString()).toContain(leaked.id);
    expect((await aplomb(['support', '--yes'])).result()).toMatchObject({ ok: true, changes: [] });

    expect((await aplomb(['support', '--add', 'We have stopped it.', '--yes'])).code).toBe(0);
    expect((await aplomb(['support', '--add', 'We have stopped it.', '--yes'])).result()).toMatchObject({ changes: [] });
    expect(row.communications).toHaveLength(3);
    row.communications.push({ body: 'Thank you.\u001b[2J', submittedBy: 'Amazon Web Services', time: Date.now() });
    const shown = await at.run(['support', '--show', '--case', dir], { env: env(responder) });
    expect(shown.stdout).toContain('We have stopped it.');
    expect(shown.stdout).toContain('Thank you.');
    expect(shown.stdout).not.toContain('\u001b[2J');

    const called = await aplomb(['support', '--security-ir', '--security-ir-region', HOME, '--cc', 'soc@example.com', '--yes']);
    expect(called.result(), called.stderr).toMatchObject({ ok: true, verdicts: [{ action: 'security-ir-case', verdict: 'holds' }] });
    expect((await at.run(['verify', '--case', dir])).code).toBe(0);
  });
});
