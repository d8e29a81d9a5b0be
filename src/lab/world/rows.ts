import type { Account, Tables } from '../contract.ts';

/** Rows of an account's global tables. Times are epoch milliseconds; policy documents are JSON texts as they were sent. */
export interface Principal {
  path: string;
  id: string;
  arn: string;
  created: number;
  /** Inline policies by name. */
  inline: Record<string, string>;
  /** ARNs of attached managed policies, in order of attachment. */
  attached: string[];
  tags: Record<string, string>;
  /** ARN of the managed policy that bounds the permissions. */
  boundary?: string;
}
export interface UserRow extends Principal {
  name: string;
  groups: string[];
  passwordLastUsed?: number;
  login?: { created: number; resetRequired: boolean; password: string };
}
export interface RoleRow extends Principal {
  name: string;
  trust: string;
  description?: string;
  maxSession: number;
  lastUsed?: { time: number; region: string };
}
export interface GroupRow extends Principal {
  name: string;
}
export interface KeyRow {
  id: string;
  secret: string;
  /** null: the key of the root user. */
  user: string | null;
  status: 'Active' | 'Inactive' | 'Expired';
  created: number;
  lastUsed?: { time: number; service: string; region: string };
}
export interface PolicyRow {
  name: string;
  id: string;
  arn: string;
  path: string;
  created: number;
  updated: number;
  description?: string;
  defaultVersion: string;
  versions: Record<string, { document: string; created: number }>;
  nextVersion: number;
  tags: Record<string, string>;
}
export interface ProfileRow {
  name: string;
  id: string;
  arn: string;
  path: string;
  created: number;
  roles: string[];
  tags: Record<string, string>;
}
/** Temporary credentials. `issuer` is whose policies count: a user, a role or the root user. */
export interface SessionRow {
  id: string;
  secret: string;
  token: string;
  type: 'Root' | 'AssumedRole' | 'FederatedUser' | 'SessionUser';
  arn: string;
  userId: string;
  issuer: { type: 'user' | 'role' | 'root'; name: string };
  sessionName?: string;
  issuedAt: number;
  expires: number;
  mfa: boolean;
  /** Session policies: JSON texts, and ARNs of managed policies. Absent: none were passed. */
  policies?: { inline: string[]; arns: string[] };
  sourceIdentity?: string;
  tags?: Record<string, string>;
  /** Signed in to the console: what the API refuses to such a session, the console does. */
  console?: true;
  /** Issued by AssumeRoot. */
  assumedRoot?: true;
  /** Set on credentials that instance metadata handed out: '1.0' or '2.0'. */
  ec2RoleDelivery?: string;
}
/** What hangs on a user beside policies and keys. A virtual MFA device is there before it is anybody's: `user` null. `kind` tells MFA devices, service credentials, SSH keys and certificates apart. */
export interface CredentialRow {
  id: string;
  kind: 'mfa' | 'service' | 'ssh' | 'certificate';
  user: string | null;
  created: number;
  status: 'Active' | 'Inactive' | 'Expired';
  service?: string;
  serviceUser?: string;
  /** The public part of a Bedrock or CloudWatch Logs key. */
  alias?: string;
  body?: string;
  fingerprint?: string;
  expires?: number;
}
export interface IamTables {
  users: Record<string, UserRow>;
  roles: Record<string, RoleRow>;
  groups: Record<string, GroupRow>;
  accessKeys: Record<string, KeyRow>;
  policies: Record<string, PolicyRow>;
  instanceProfiles: Record<string, ProfileRow>;
  credentials: Record<string, CredentialRow>;
}
export const IAM_TABLES = ['users', 'roles', 'groups', 'accessKeys', 'policies', 'instanceProfiles', 'credentials'] as const;

export interface AccountInfo {
  name: string;
  alias: string | null;
  email: string;
  created: number;
  /** Plans without the Support API answer SubscriptionRequiredException. */
  supportPlan: 'basic' | 'developer' | 'business' | 'enterprise';
  rootMfa: boolean;
  /** False once the root user's password was removed through centralised root access. */
  rootPassword?: boolean;
}

export const iamTables = (holder: { tables: Tables }): IamTables => holder.tables as unknown as IamTables;
export const sessionsOf = (account: Account): Record<string, SessionRow> => account.tables.sessions as Record<string, SessionRow>;
export const infoOf = (account: Account): AccountInfo => account.tables.settings!.account as AccountInfo;
