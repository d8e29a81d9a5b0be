import type { LabContext } from '../../contract.ts';
import type { CredentialRow, UserRow } from '../../world/index.ts';
import { find, iam, noSuchEntity, ownUser, userArn } from './shared.ts';

/** What the credentials that hang on a user have in common. */
export const resources = (input: any, ctx: LabContext): string[] => userArn(input.UserName, ctx);
export const theUser = (input: { UserName?: string }, ctx: LabContext): UserRow => find(iam(ctx).users, ownUser(input, ctx), 'user');
/** Root credentials without a user name mean the root user itself. */
export const meansRoot = (input: { UserName?: string }, ctx: LabContext): boolean => input.UserName === undefined && ctx.caller.type === 'Root';

export const rowsOf = (ctx: LabContext, kind: CredentialRow['kind'], user?: string): CredentialRow[] =>
  Object.values(iam(ctx).credentials)
    .filter((row) => row.kind === kind && (user === undefined || row.user === user))
    .sort((a, b) => (a.id < b.id ? -1 : 1));

/** @param what how IAM begins its sentence, e.g. 'The Public Key with id' */
export function theRow(ctx: LabContext, kind: CredentialRow['kind'], id: string, user: string, what: string): CredentialRow {
  const row = Object.hasOwn(iam(ctx).credentials, id) ? iam(ctx).credentials[id] : undefined;
  if (row?.kind !== kind || row.user !== user) throw noSuchEntity(`${what} ${id} cannot be found.`);
  return row;
}
export function add(ctx: LabContext, row: Omit<CredentialRow, 'created' | 'status'>): CredentialRow {
  const full: CredentialRow = { ...row, created: ctx.now(), status: 'Active' };
  iam(ctx).credentials[row.id] = full;
  return full;
}
