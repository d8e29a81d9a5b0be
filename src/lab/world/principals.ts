import type { Account, Caller, World } from '../contract.ts';
import { accessKeyId, secretKey, sessionToken, uniqueId } from './ids.ts';
import { type GroupRow, iamTables, type KeyRow, type Principal, type ProfileRow, type RoleRow, type SessionRow, sessionsOf, type UserRow } from './rows.ts';
import { worldNow } from './state.ts';

/** Constructors of principals and credentials, shared by the IAM and STS behaviours and by scenarios. They check nothing. */
export interface PrincipalOptions {
  name: string;
  path?: string;
  inline?: Record<string, object | string>;
  attached?: string[];
  tags?: Record<string, string>;
  boundary?: string;
}
const text = (document: object | string): string => (typeof document === 'string' ? document : JSON.stringify(document));

function principal(world: World, account: Account, kind: 'user' | 'role' | 'group' | 'instance-profile', prefix: string, options: PrincipalOptions): Principal {
  const path = options.path ?? '/';
  return {
    path,
    id: uniqueId(world, prefix),
    arn: `arn:aws:iam::${account.id}:${kind}${path}${options.name}`,
    created: worldNow(world),
    inline: Object.fromEntries(Object.entries(options.inline ?? {}).map(([name, document]) => [name, text(document)])),
    attached: [...(options.attached ?? [])],
    tags: { ...options.tags },
    ...(options.boundary === undefined ? {} : { boundary: options.boundary }),
  };
}

export function addUser(world: World, account: Account, options: PrincipalOptions & { groups?: string[] }): UserRow {
  const row = { ...principal(world, account, 'user', 'AIDA', options), name: options.name, groups: [...(options.groups ?? [])] };
  iamTables(account).users[options.name] = row;
  return row;
}
export function addGroup(world: World, account: Account, options: PrincipalOptions): GroupRow {
  const row = { ...principal(world, account, 'group', 'AGPA', options), name: options.name };
  iamTables(account).groups[options.name] = row;
  return row;
}
export function addRole(
  world: World,
  account: Account,
  options: PrincipalOptions & { trust: object | string; description?: string; maxSession?: number },
): RoleRow {
  const row: RoleRow = {
    ...principal(world, account, 'role', 'AROA', options),
    name: options.name,
    trust: text(options.trust),
    maxSession: options.maxSession ?? 3600,
    ...(options.description === undefined ? {} : { description: options.description }),
  };
  iamTables(account).roles[options.name] = row;
  return row;
}
export function addInstanceProfile(world: World, account: Account, options: { name: string; path?: string; roles?: string[] }): ProfileRow {
  const { path, id, arn, created } = principal(world, account, 'instance-profile', 'AIPA', options);
  const row = { name: options.name, path, id, arn, created, roles: [...(options.roles ?? [])], tags: {} };
  iamTables(account).instanceProfiles[options.name] = row;
  return row;
}

/** A long-term key of a user, or of the root user for `null`. */
export function addAccessKey(world: World, account: Account, user: string | null): KeyRow {
  const id = accessKeyId(world, 'AKIA', account.id);
  const row: KeyRow = { id, secret: secretKey(world), user, status: 'Active', created: worldNow(world) };
  iamTables(account).accessKeys[id] = row;
  world.keyIndex[id] = account.id;
  return row;
}

export type SessionOptions = Omit<SessionRow, 'id' | 'secret' | 'token' | 'issuedAt' | 'expires' | 'mfa'> & { seconds: number; mfa?: boolean };

/** Temporary credentials; the row holds secret and token. */
export function issueSession(world: World, account: Account, options: SessionOptions): SessionRow {
  const { seconds, mfa, ...rest } = options;
  const now = worldNow(world);
  const id = accessKeyId(world, 'ASIA', account.id);
  const row: SessionRow = {
    ...rest,
    id,
    secret: secretKey(world),
    token: sessionToken(world),
    issuedAt: now,
    expires: now + seconds * 1000,
    mfa: mfa ?? false,
  };
  sessionsOf(account)[id] = row;
  world.keyIndex[id] = account.id;
  return row;
}

/** Credentials of a role, as AssumeRole or (with `ec2RoleDelivery`) instance metadata hand them out. */
export const issueRoleSession = (
  world: World,
  account: Account,
  role: RoleRow,
  options: Pick<SessionOptions, 'seconds' | 'mfa' | 'policies' | 'sourceIdentity' | 'tags' | 'ec2RoleDelivery'> & { sessionName: string },
): SessionRow =>
  issueSession(world, account, {
    ...options,
    type: 'AssumedRole',
    arn: `arn:aws:sts::${account.id}:assumed-role/${role.name}/${options.sessionName}`,
    userId: `${role.id}:${options.sessionName}`,
    issuer: { type: 'role', name: role.name },
  });

/** Notes the use of a key, as GetAccessKeyLastUsed, GetRole and the credential report tell it. */
export function touchKey(world: World, caller: Caller, service: string, region: string): void {
  const account = world.accounts[caller.account];
  if (!account) return;
  const used = { time: worldNow(world), service, region };
  const key = iamTables(account).accessKeys[caller.accessKeyId];
  if (key) key.lastUsed = used;
  const role = caller.roleName === undefined ? undefined : iamTables(account).roles[caller.roleName];
  if (role) role.lastUsed = { time: used.time, region };
}
