import { type Account, type Constraint, type LabContext, LabError } from '../../contract.ts';
import { organizationOf, speaksFor } from '../../world/index.ts';

export const accountId: Constraint = { pattern: '^\\d{12}$' };
const denied = (message: string): LabError => new LabError('AccessDeniedException', message, { status: 403 });

/** Only a management or delegated account may name another one; the account itself must leave AccountId out. */
export function ownOnly(input: { AccountId?: string }): void {
  if (input.AccountId !== undefined)
    throw denied('User is not authorized: AccountId may be given by the management or a delegated administrator account only.');
}
/** A member account that the caller's account may speak for. */
export function spokenFor(ctx: LabContext, id: string): Account {
  const organization = organizationOf(ctx.world, ctx.account);
  const member = ctx.world.accounts[id];
  if (!organization?.members[id] || !member || id === organization.management || !speaksFor(organization, ctx.account.id, 'account.amazonaws.com'))
    throw denied(`User: ${ctx.caller.arn} is not authorized to manage the primary email of ${id}.`);
  return member;
}
