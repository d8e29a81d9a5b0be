import { codeOf } from '../../../engine/outcome.ts';
import type { ActionContext } from '../../../kernel/index.ts';
import { isAwsFailure } from '../../shared/reading.ts';
import { read } from './calls.ts';

export interface Organization {
  readonly id: string;
  readonly arn: string;
  /** The account hunted in is the management account: only there can policies, accounts and invitations be seen. */
  readonly ours: boolean;
}

/** The organisation the account is in, or null. Outside one there is nothing to find, and nothing wrong. */
export async function organizationOf(ctx: ActionContext, region: string): Promise<Organization | null> {
  try {
    const { Organization: one } = await read<{ Organization?: { Id?: string; Arn?: string; MasterAccountId?: string } }>(
      ctx,
      'organizations',
      region,
      'DescribeOrganization',
    );
    if (one?.Id === undefined || one.Arn === undefined) return null;
    return { id: one.Id, arn: one.Arn, ours: one.MasterAccountId === ctx.facts.account };
  } catch (error) {
    if (isAwsFailure(error) && codeOf(error).startsWith('AWSOrganizationsNotInUse')) return null;
    throw error;
  }
}
