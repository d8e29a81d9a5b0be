import { codeOf, saysAbsent } from '../../engine/outcome.ts';
import type { ActionContext, Json } from '../../kernel/index.ts';
import { canonical } from '../../kernel/index.ts';
import { inShort, isAwsFailure } from '../shared/reading.ts';
import { iam } from '../shared/user-state.ts';

/** Something one may get in with, or what bears on it: when it came to be (UTC), and its status where it has one. */
export interface Item {
  readonly created: string | null;
  readonly status?: string;
}
export interface Holder {
  readonly id: string;
  readonly created: string | null;
  readonly attached: readonly string[];
  /** Name of the inline policy -> its document, canonical JSON. */
  readonly inline: Readonly<Record<string, string>>;
  readonly boundary?: string;
}
export interface UserPicture extends Holder {
  readonly groups: readonly string[];
  /** Null: not looked at, in an account with more users than are listed one by one. */
  readonly credentials: Readonly<Record<CredentialKind, Readonly<Record<string, Item>>>> | null;
}
export interface RolePicture extends Holder {
  /** Who may assume it, canonical JSON. */
  readonly trust: string;
}
export type CredentialKind = 'access-key' | 'login-profile' | 'mfa-device' | 'service-specific-credential' | 'ssh-public-key' | 'signing-certificate';
/** IAM as it stands. Names are the account's own and hostile. */
export interface IamPicture {
  /** UTC, when reading began. */
  readonly at: string;
  readonly users: Readonly<Record<string, UserPicture>>;
  readonly roles: Readonly<Record<string, RolePicture>>;
  readonly groups: Readonly<Record<string, Holder>>;
  /** Customer managed policies: ARN -> default version and its document. */
  readonly policies: Readonly<Record<string, { readonly created: string | null; readonly version: string; readonly document: string }>>;
  readonly unread: readonly string[];
}
export interface Read {
  readonly picture: IamPicture;
  readonly evidence: readonly string[];
}

/** Users whose credentials are listed one by one; IAM answers about 30 requests a second and each user takes five. */
const MOST_USERS = 40;

type Loose = Record<string, any>;
const list = (value: unknown): Loose[] => (Array.isArray(value) ? value : []);
const orNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
/** A document as IAM gives it, percent-encoded; what is no JSON stays as it is. */
export function plainDocument(document: unknown): string {
  if (typeof document !== 'string') return '';
  try {
    return canonical(JSON.parse(document.trimStart().startsWith('{') ? document : decodeURIComponent(document)));
  } catch {
    return document;
  }
}
const holder = (row: Loose, policies: string): Holder => ({
  id: String(row.UserId ?? row.RoleId ?? row.GroupId ?? ''),
  created: orNull(row.CreateDate),
  attached: list(row.AttachedManagedPolicies)
    .map((one) => String(one.PolicyArn))
    .sort(),
  inline: Object.fromEntries(list(row[policies]).map((one) => [String(one.PolicyName), plainDocument(one.PolicyDocument)])),
  ...(row.PermissionsBoundary?.PermissionsBoundaryArn ? { boundary: String(row.PermissionsBoundary.PermissionsBoundaryArn) } : {}),
});
const items = (rows: Loose[], id: string, created: string): Record<string, Item> =>
  Object.fromEntries(rows.map((row) => [String(row[id]), { created: orNull(row[created]), ...(row.Status ? { status: String(row.Status) } : {}) }]));

/**
 * Users, roles, groups, trust policies and customer policies (GetAccountAuthorizationDetails), and what users may get in with, which
 * it leaves out (List...). The credential report is not used: AWS makes a new one every four hours at most.
 * @param first names of users to look at in any case
 * @throws AwsFailure when the account's details cannot be read at all
 */
export async function readIam(ctx: ActionContext, first: readonly string[] = []): Promise<Read> {
  const at = new Date(ctx.now()).toISOString();
  const evidence: string[] = [];
  const unread: string[] = [];
  const all: Record<'UserDetailList' | 'RoleDetailList' | 'GroupDetailList' | 'Policies', Loose[]> = {
    UserDetailList: [],
    RoleDetailList: [],
    GroupDetailList: [],
    Policies: [],
  };
  for await (const page of ctx.pages<Loose>(iam(ctx, 'GetAccountAuthorizationDetails', { Filter: ['User', 'Role', 'Group', 'LocalManagedPolicy'] }))) {
    evidence.push(...page.evidence);
    for (const name of Object.keys(all) as (keyof typeof all)[]) all[name].push(...list(page.output[name]));
  }
  const services = await listed(ctx, 'ListServiceSpecificCredentials', { AllUsers: true }, 'ServiceSpecificCredentials', unread, evidence);
  const names = all.UserDetailList.map((user) => String(user.UserName));
  const chosen = new Set([...first.filter((name) => names.includes(name)), ...newest(all.UserDetailList)].slice(0, Math.max(MOST_USERS, first.length)));
  if (chosen.size < names.length) unread.push(`credentials of ${chosen.size} of ${names.length} users were listed`);
  const credentials = new Map(
    await Promise.all(
      [...chosen].map(async (name) => {
        const of = (operation: string, member: string) => listed(ctx, operation, { UserName: name }, member, unread, evidence);
        const [keys, login, mfa, ssh, certificates] = await Promise.all([
          of('ListAccessKeys', 'AccessKeyMetadata'),
          of('GetLoginProfile', 'LoginProfile'),
          of('ListMFADevices', 'MFADevices'),
          of('ListSSHPublicKeys', 'SSHPublicKeys'),
          of('ListSigningCertificates', 'Certificates'),
        ]);
        return [
          name,
          {
            'access-key': items(keys, 'AccessKeyId', 'CreateDate'),
            'login-profile': Object.fromEntries(login.map((row) => ['console password', { created: orNull(row.CreateDate) }])),
            'mfa-device': items(mfa, 'SerialNumber', 'EnableDate'),
            'service-specific-credential': items(
              services.filter((row) => row.UserName === name),
              'ServiceSpecificCredentialId',
              'CreateDate',
            ),
            'ssh-public-key': items(ssh, 'SSHPublicKeyId', 'UploadDate'),
            'signing-certificate': items(certificates, 'CertificateId', 'UploadDate'),
          },
        ] as const;
      }),
    ),
  );
  const picture: IamPicture = {
    at,
    users: Object.fromEntries(
      all.UserDetailList.map((row) => [
        String(row.UserName),
        { ...holder(row, 'UserPolicyList'), groups: list(row.GroupList).map(String).sort(), credentials: credentials.get(String(row.UserName)) ?? null },
      ]),
    ),
    roles: Object.fromEntries(
      all.RoleDetailList.map((row) => [String(row.RoleName), { ...holder(row, 'RolePolicyList'), trust: plainDocument(row.AssumeRolePolicyDocument) }]),
    ),
    groups: Object.fromEntries(all.GroupDetailList.map((row) => [String(row.GroupName), holder(row, 'GroupPolicyList')])),
    policies: Object.fromEntries(
      all.Policies.map((row) => [
        String(row.Arn),
        {
          created: orNull(row.CreateDate),
          version: String(row.DefaultVersionId ?? ''),
          document: plainDocument(list(row.PolicyVersionList).find((version) => version.IsDefaultVersion === true)?.Document),
        },
      ]),
    ),
    unread: [...new Set(unread)].sort(),
  };
  return { picture, evidence: [...new Set(evidence)] };
}

/** The newest first: what an intruder made is young. */
const newest = (users: readonly Loose[]): string[] =>
  [...users].sort((a, b) => (String(a.CreateDate) < String(b.CreateDate) ? 1 : -1)).map((user) => String(user.UserName));

/** Rows of one list; "there is none" is an empty list, a refusal is named. */
async function listed(ctx: ActionContext, operation: string, input: Json, member: string, unread: string[], evidence: string[]): Promise<Loose[]> {
  try {
    const read = operation.startsWith('Get') ? await ctx.read<Loose>(iam(ctx, operation, input)) : await ctx.readAll<Loose>(iam(ctx, operation, input));
    evidence.push(...read.evidence);
    const found = read.output[member];
    return Array.isArray(found) ? found : found ? [found] : [];
  } catch (error) {
    if (!isAwsFailure(error)) throw error;
    if (!saysAbsent(codeOf(error))) unread.push(`iam:${operation}: ${inShort(error)}`);
    return [];
  }
}
