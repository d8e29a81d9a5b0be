import { type Constraint, type LabContext, LabError } from '../../contract.ts';
import { accountEmail, infoOf, type OrganizationRow, organizationOf } from '../../world/index.ts';

export const paged: Record<string, Constraint> = { NextToken: { length: [0, 100_000] }, MaxResults: { min: 1, max: 20 } };
export const policyId: Constraint = { length: [0, 130], pattern: '^p-[0-9a-zA-Z_]{8,128}$' };
export const accountId: Constraint = { length: [0, 12], pattern: '^\\d{12}$' };
export const targetId: Constraint = { length: [0, 100] };
export const POLICY_TYPES = [
  'SERVICE_CONTROL_POLICY',
  'RESOURCE_CONTROL_POLICY',
  'TAG_POLICY',
  'BACKUP_POLICY',
  'AISERVICES_OPT_OUT_POLICY',
  'CHATBOT_POLICY',
  'DECLARATIVE_POLICY_EC2',
  'SECURITYHUB_POLICY',
  'SECURITYHUB_CSPM_POLICY',
  'INSPECTOR_POLICY',
  'UPGRADE_ROLLOUT_POLICY',
  'BEDROCK_POLICY',
  'S3_POLICY',
  'NETWORK_SECURITY_DIRECTOR_POLICY',
  'GUARDDUTY_POLICY',
] as const;

export const notFound = (what: string, message: string): LabError => new LabError(`${what}NotFoundException`, message);
export const invalid = (reason: string, message: string): LabError => new LabError('InvalidInputException', message, { fields: { Reason: reason } });
export const constraint = (reason: string, message: string): LabError => new LabError('ConstraintViolationException', message, { fields: { Reason: reason } });

/** @throws LabError AWSOrganizationsNotInUseException outside an organisation */
export function membership(ctx: LabContext): OrganizationRow {
  const row = organizationOf(ctx.world, ctx.account);
  if (!row) throw new LabError('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
  return row;
}
/** Reading is for the management account and delegated administrators. */
export function readable(ctx: LabContext): OrganizationRow {
  const row = membership(ctx);
  if (row.management !== ctx.account.id && !row.delegated[ctx.account.id])
    throw new LabError('AccessDeniedException', "You don't have permissions to access this resource.");
  return row;
}
/** Changing is for the management account. */
export function managed(ctx: LabContext): OrganizationRow {
  const row = membership(ctx);
  if (row.management !== ctx.account.id) throw new LabError('AccessDeniedException', "You don't have permissions to access this resource.");
  return row;
}
export const arnOf = (row: OrganizationRow, kind: string, rest: string): string => `arn:aws:organizations::${row.management}:${kind}/${row.id}/${rest}`;

export function describedAccount(ctx: LabContext, row: OrganizationRow, id: string): Record<string, unknown> {
  const member = row.members[id];
  const account = ctx.world.accounts[id];
  if (!member || !account) throw notFound('Account', "You specified an account that doesn't exist.");
  return {
    Id: id,
    Arn: arnOf(row, 'account', id),
    Email: accountEmail(account),
    Name: infoOf(account).name,
    Status: 'ACTIVE',
    State: 'ACTIVE',
    JoinedMethod: member.method,
    JoinedTimestamp: new Date(member.joined),
  };
}
/** Name and kind of a root, unit or account. */
export function target(ctx: LabContext, row: OrganizationRow, id: string): { TargetId: string; Arn: string; Name: string; Type: string } {
  if (id === row.root) return { TargetId: id, Arn: arnOf(row, 'root', id), Name: 'Root', Type: 'ROOT' };
  const unit = row.units[id];
  if (unit) return { TargetId: id, Arn: arnOf(row, 'ou', id), Name: unit.name, Type: 'ORGANIZATIONAL_UNIT' };
  if (!row.members[id]) throw notFound('Target', "We can't find a root, OU, or account with the TargetId that you specified.");
  return { TargetId: id, Arn: arnOf(row, 'account', id), Name: infoOf(ctx.world.accounts[id]!).name, Type: 'ACCOUNT' };
}
export function page<T>(ctx: LabContext, items: T[], input: { NextToken?: string; MaxResults?: number }): { items: T[]; rest: { NextToken?: string } } {
  const { items: cut, next } = ctx.page(items, input.NextToken, input.MaxResults, { size: 20 });
  return { items: cut, rest: next === undefined ? {} : { NextToken: next } };
}
