import { type Constraint, type LabContext, LabError } from '../../contract.ts';
import { type AccountInfo, awsManaged, type IamTables, iamTables, infoOf, type Principal, policyFault, type RoleRow } from '../../world/index.ts';

/** Constraints of the IAM API reference; patterns cover the whole value. */
export const NAME = '^[\\w+=,.@-]+$';
export const PATH = '^(/|/[\\u0021-\\u007E]+/)$';
export const name64: Constraint = { length: [1, 64], pattern: NAME };
export const name128: Constraint = { length: [1, 128], pattern: NAME };
export const path: Constraint = { length: [1, 512], pattern: PATH };
export const arn: Constraint = { length: [20, 2048] };
export const keyId: Constraint = { length: [16, 128], pattern: '^[\\w]+$' };
export const credentialId: Constraint = { length: [20, 128], pattern: '^[\\w]+$' };
export const document: Constraint = { length: [1, 131072] };
export const status: Constraint = { enum: ['Active', 'Inactive', 'Expired'] };
export const tagConstraints: Record<string, Constraint> = {
  Tags: { length: [0, 50] },
  'Tags[].Key': { length: [1, 128], required: true },
  'Tags[].Value': { length: [0, 256], required: true },
};
export const paged: Record<string, Constraint> = { Marker: { length: [1, 320] }, MaxItems: { min: 1, max: 1000 } };
/** Policies' paths are narrower than users' and roles'. */
export const policyPathPrefix: Constraint = { length: [1, 512], pattern: '^((/[A-Za-z0-9\\.,\\+@=_-]+)*)/$' };
export const pathPrefix: Constraint = { length: [1, 512], pattern: '^/[\\u0021-\\u007F]*$' };

export const iam = (ctx: LabContext): IamTables => iamTables(ctx.account);
export const info = (ctx: LabContext): AccountInfo => infoOf(ctx.account);
export const date = (time: number): Date => new Date(Math.floor(time / 1000) * 1000);

export const noSuchEntity = (message: string): LabError => new LabError('NoSuchEntity', message, { status: 404 });
export const exists = (message: string): LabError => new LabError('EntityAlreadyExists', message, { status: 409 });
export const limit = (message: string): LabError => new LabError('LimitExceeded', message, { status: 409 });
export const conflict = (message: string): LabError => new LabError('DeleteConflict', message, { status: 409 });
export const invalid = (message: string): LabError => new LabError('ValidationError', message, { status: 400 });

/** The row of a name; IAM names differ in more than case. */
export function find<T>(table: Record<string, T>, name: string, kind: 'user' | 'role' | 'group' | 'Instance Profile'): T {
  const row = Object.hasOwn(table, name) ? table[name] : undefined;
  if (row === undefined)
    throw noSuchEntity(kind === 'Instance Profile' ? `Instance Profile ${name} cannot be found.` : `The ${kind} with name ${name} cannot be found.`);
  return row;
}
/** Service-linked roles belong to their service, reserved ones to IAM Identity Center: IAM changes neither. */
export function refuseProtected(row: Pick<RoleRow, 'path' | 'name'>): void {
  if (!row.path.startsWith('/aws-service-role/') && !row.path.startsWith('/aws-reserved/')) return;
  const message = `Cannot perform the operation on the protected role '${row.name}' - this role is only modifiable by AWS`;
  throw new LabError('UnmodifiableEntity', message, { status: 400 });
}
export function refuseTaken(table: Record<string, unknown>, name: string, kind: 'User' | 'Role' | 'Group' | 'Instance Profile'): void {
  const taken = Object.keys(table).some((other) => other.toLowerCase() === name.toLowerCase());
  if (taken) throw exists(kind === 'Instance Profile' ? `Instance Profile ${name} already exists.` : `${kind} with name ${name} already exists.`);
}
/** The user meant by an optional UserName: the caller's own. Temporary and root credentials have none. */
export function ownUser(input: { UserName?: string }, ctx: LabContext): string {
  if (input.UserName !== undefined) return input.UserName;
  if (ctx.caller.type === 'IAMUser' && ctx.caller.userName !== undefined) return ctx.caller.userName;
  throw invalid('Must specify userName when calling with non-User credentials');
}
/** @throws LabError MalformedPolicyDocument, with IAM's reason. */
export function checkPolicy(text: string, trust = false): void {
  const fault = policyFault(text, trust);
  if (fault) throw new LabError('MalformedPolicyDocument', fault, { status: 400 });
}
/** IAM hands policy documents out percent-encoded (RFC 3986). */
export const encoded = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export const tagList = (tags: Record<string, string>): { Key: string; Value: string }[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
export const tagMap = (tags: { Key: string; Value: string }[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]));

export const managedPolicyExists = (ctx: LabContext, policy: string): boolean => policy in awsManaged || Object.hasOwn(iam(ctx).policies, policy);
export const managedPolicyName = (ctx: LabContext, policy: string): string =>
  awsManaged[policy]?.name ?? iam(ctx).policies[policy]?.name ?? policy.split('/').at(-1)!;
export const boundary = (row: Principal): object =>
  row.boundary === undefined ? {} : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: row.boundary } };

/** One page in IAM's words. */
export function page<T>(ctx: LabContext, items: T[], input: { Marker?: string; MaxItems?: number }): { items: T[]; IsTruncated: boolean; Marker?: string } {
  const { items: cut, next } = ctx.page(items, input.Marker, input.MaxItems, { size: 100 });
  return { items: cut, IsTruncated: next !== undefined, ...(next === undefined ? {} : { Marker: next }) };
}
export const byName = <T extends { name: string; path: string }>(table: Record<string, T>, prefix: string | undefined): T[] =>
  Object.values(table)
    .filter((row) => row.path.startsWith(prefix ?? '/'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** ARNs for policy evaluation: the row's own if it exists, else as it would be. */
export const userArn = (name: string | undefined, ctx: LabContext): string[] => {
  const user = name ?? ctx.caller.userName;
  return user === undefined ? [ctx.caller.arn] : [iam(ctx).users[user]?.arn ?? `arn:aws:iam::${ctx.account.id}:user/${user}`];
};
export const roleArn = (name: string, ctx: LabContext): string[] => [iam(ctx).roles[name]?.arn ?? `arn:aws:iam::${ctx.account.id}:role/${name}`];
export const groupArn = (name: string, ctx: LabContext): string[] => [iam(ctx).groups[name]?.arn ?? `arn:aws:iam::${ctx.account.id}:group/${name}`];
export const profileArn = (name: string, ctx: LabContext): string[] => [
  iam(ctx).instanceProfiles[name]?.arn ?? `arn:aws:iam::${ctx.account.id}:instance-profile/${name}`,
];
