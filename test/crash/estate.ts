import type { Aws } from '../../src/aws/index.ts';
import type { JsonObject } from '../../src/kernel/index.ts';
import type { Account, World } from '../../src/lab/contract.ts';
import type { KeyRow } from '../../src/lab/world/index.ts';
import { loadBuilt } from './built.ts';

const world = await loadBuilt<typeof import('../../src/lab/world/index.ts')>('lab/world/index.js');
const { openAws } = await loadBuilt<typeof import('../../src/aws/index.ts')>('aws/index.js');

const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const MANAGEMENT = '444455556666';
/** A second member account, whose root user has keys. */
export const SISTER = '777788889999';
export const MANAGER = `arn:aws:iam::${MANAGEMENT}:role/IncidentManager`;
/** Somebody who signs in through IAM Identity Center. */
export const PERSON = 'ana.ruiz';

const trusting = (account: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }],
});

/**
 * What a company has around the account of the story: an organization with control policies and central root access, IAM Identity
 * Center, a membership of AWS Security Incident Response. Only three regions are enabled, so that a hundred hunts stay cheap.
 */
export function withEstate(saved: unknown): World {
  const here = world.loadWorld(JSON.stringify(saved));
  const account = storyAccount(here);
  const { region: home, userName } = here.briefing.responder as { region: string; userName: string };
  const kept = new Set([home, 'us-east-1', here.truth.regions.find((one: string) => one !== home && one !== 'us-east-1')]);
  for (const region of Object.values(account.regions)) if (!kept.has(region.name)) region.optIn = 'not-opted-in';
  const management = world.createAccount(here, { id: MANAGEMENT, name: 'Management' });
  const sister = world.createAccount(here, { id: SISTER, name: 'Sister' });
  const organization = world.addOrganization(here, management, { members: [account, sister], scp: true });
  organization.rootFeatures.push('RootCredentialsManagement', 'RootSessions');
  organization.delegated[account.id] = { 'iam.amazonaws.com': world.worldNow(here) };
  world.addRole(here, management, { name: 'IncidentManager', trust: trusting(account.id), attached: [ADMIN] });
  world.addIdentityCenter(here, management, home);
  world.addSecurityMembership(here, account, { region: home });
  world.addAccessKey(here, sister, null);
  world.addRole(here, sister, { name: 'Forensics', trust: trusting(account.id), attached: [ADMIN] });
  world.addRole(here, account, { name: 'evidence', trust: { ...trusting(account.id) } });
  world.addInstanceProfile(here, account, { name: 'evidence', roles: ['evidence'] });
  world.iamTables(account).users[userName]!.attached = [ADMIN];
  return here;
}
export const storyAccount = (here: World): Account => here.accounts[here.briefing.account as string]!;

/** One after the other, as somebody who has this key. */
export async function acting(url: string, key: Pick<KeyRow, 'id' | 'secret'>, work: (call: Caller) => Promise<void>): Promise<void> {
  const env = { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, AWS_REGION: 'us-east-1' };
  const door: Aws = await openAws({ env, loopbackOnly: true, rated: false });
  try {
    await work(
      async (service, operation, region, input) =>
        (await door.send({ call: { service, operation, region, input }, input, purpose: 'mutation', keep: false, phase: 'estate' })).output,
    );
  } finally {
    await door.close();
  }
}
export type Caller = (service: string, operation: string, region: string, input: JsonObject) => Promise<any>;
const lines = (text: string): string => Buffer.from(text.padEnd(570, '.')).toString('base64').replace(/.{64}/g, '$&\n');
const certificate = (text: string): string => `-----BEGIN CERTIFICATE-----\n${lines(text)}\n-----END CERTIFICATE-----\n`;

/**
 * One of everything that an attacker may leave to come back with, over real calls, whatever this telling of the story has of it
 * already: every containment of the leaked-key playbook has something to do.
 */
export async function leaveDoors(url: string, here: World): Promise<void> {
  const account = storyAccount(here);
  const { credentials, accessKeys, roles } = world.iamTables(account);
  const { truth } = here;
  const backdoor = truth.resources.find((one: any) => one.type === 'AWS::IAM::User')!.id as string;
  const ghost = Object.values(accessKeys).find((one) => one.user === backdoor && one.status === 'Active')!;
  const user = truth.userName as string;
  const has = (kind: string): boolean => Object.values(credentials).some((one) => one.kind === kind && one.user === user);
  const shared = Object.values(roles).find((one) => one.trust.includes('.amazonaws.com') && one.path === '/' && !one.name.startsWith('AWS'))!;
  const iam = 'us-east-1';
  await acting(url, ghost, async (call) => {
    if (!has('mfa')) {
      const { VirtualMFADevice } = await call('iam', 'CreateVirtualMFADevice', iam, { VirtualMFADeviceName: 'spare-phone' });
      const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' };
      await call('iam', 'EnableMFADevice', iam, { UserName: user, SerialNumber: VirtualMFADevice.SerialNumber, ...codes });
    }
    if (!has('service')) await call('iam', 'CreateServiceSpecificCredential', iam, { UserName: user, ServiceName: 'codecommit.amazonaws.com' });
    const ssh = Buffer.concat([Buffer.from('\0\0\0\x07ssh-rsa\0\0\0\x03\x01\0\x01\0\0\x01\x01\0', 'latin1'), Buffer.alloc(256, 7)]);
    if (!has('ssh')) await call('iam', 'UploadSSHPublicKey', iam, { UserName: user, SSHPublicKeyBody: `ssh-rsa ${ssh.toString('base64')}` });
    if (!has('certificate')) await call('iam', 'UploadSigningCertificate', iam, { UserName: user, CertificateBody: certificate('signing') });
    const source = { sourceType: 'CERTIFICATE_BUNDLE', sourceData: { x509CertificateData: certificate('anchor') } };
    await call('rolesanywhere', 'CreateTrustAnchor', iam, { name: 'factory', enabled: true, source });
    await call('rolesanywhere', 'CreateProfile', iam, { name: 'factory', enabled: true, roleArns: [shared.arn] });
    const opened = JSON.parse(shared.trust);
    opened.Statement = [opened.Statement].flat().concat({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999988887777:root' }, Action: 'sts:AssumeRole' });
    await call('iam', 'UpdateAssumeRolePolicy', iam, { RoleName: shared.name, PolicyDocument: JSON.stringify(opened) });
  });
}

/** A person with a permission set in the account of the story, as an administrator of the organization sets it up. */
export async function employ(url: string, here: World): Promise<void> {
  const management = here.accounts[MANAGEMENT]!;
  const home = here.briefing.responder.region as string;
  const owner = Object.values(world.iamTables(management).accessKeys).find((one) => one.user === 'owner')!;
  await acting(url, owner, async (call) => {
    const { Instances } = await call('sso-admin', 'ListInstances', home, {});
    const { InstanceArn, IdentityStoreId } = Instances[0];
    const name = { DisplayName: 'Ana', Name: { GivenName: 'Ana', FamilyName: 'Ruiz' } };
    const { UserId } = await call('identitystore', 'CreateUser', home, { IdentityStoreId, UserName: PERSON, ...name });
    const { PermissionSet } = await call('sso-admin', 'CreatePermissionSet', home, { InstanceArn, Name: 'Developer' });
    const of = { InstanceArn, PermissionSetArn: PermissionSet.PermissionSetArn };
    const assigned = { TargetId: here.briefing.account, TargetType: 'AWS_ACCOUNT', PrincipalType: 'USER', PrincipalId: UserId };
    await call('sso-admin', 'CreateAccountAssignment', home, { ...of, ...assigned });
  });
}
/** Whoever sets up what the company has; must be there before `employ`. */
export function withOwner(here: World): World {
  const management = here.accounts[MANAGEMENT]!;
  world.addUser(here, management, { name: 'owner', attached: [ADMIN] });
  world.addAccessKey(here, management, 'owner');
  return here;
}

/** AWS has written first: an open case about the key. */
export function withAbuseCase(saved: any): void {
  const { account, alarm } = saved.briefing;
  const time = Date.now() - 3_600_000;
  const caseId = `case-${account}-muen-2026-0123456789abcdef`;
  (saved.accounts[account].tables.supportCases ??= {})[caseId] = {
    caseId,
    displayId: '170000000000001',
    subject: 'Your AWS account may be compromised: exposed access key',
    status: 'pending-customer-action',
    serviceCode: 'account-management',
    categoryCode: 'security',
    severityCode: 'high',
    language: 'en',
    issueType: 'customer-service',
    submittedBy: 'Amazon Web Services',
    created: time,
    ccEmailAddresses: [],
    communications: [{ body: `We found your access key ${alarm.accessKeyId} in public.`, submittedBy: 'Amazon Web Services', time }],
  };
}
