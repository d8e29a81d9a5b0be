import type { ActionContext, Found, Hunter } from '../../../kernel/index.ts';
import { partition } from '../../shared/partition.ts';

/** ARN of an EC2 thing that only CloudTrail knows of, where the ARN's word is not the type's. */
export const arnAs =
  (noun: string): NonNullable<Hunter['arn']> =>
  (id, where) =>
    `arn:${where.partition}:ec2:${where.region}:${where.account}:${noun}/${id}`;

/**
 * A setting of the account in one region. AWS gives it neither id nor ARN: these are made up in the form of others, so that every
 * found thing has a name.
 */
export function setting(ctx: ActionContext, type: string, noun: string, region: string, rest: Pick<Found, 'aliases' | 'reasons' | 'detail'>): Found {
  const account = ctx.facts.account ?? '';
  return { type, arn: `arn:${partition(ctx).name}:ec2:${region}:${account}:${noun}/account`, id: noun, region, account, createdAt: null, alive: true, ...rest };
}
