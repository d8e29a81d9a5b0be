import type { ActionContext, Found, Hunter, JsonObject } from '../../../kernel/index.ts';
import { partition } from '../../shared/partition.ts';

/** UTC, or null when there is no such time. */
export function time(value: unknown): string | null {
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? null : new Date(parsed).toISOString();
}
/** Name tag, or nothing. */
export const nameTag = (tags: readonly { Key?: string; Value?: string }[] | undefined): string | undefined => tags?.find((tag) => tag.Key === 'Name')?.Value;
/** Leaves out what is absent. */
export const present = (detail: Record<string, string | number | boolean | undefined | null>): JsonObject =>
  Object.fromEntries(
    Object.entries(detail).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined && entry[1] !== null && entry[1] !== ''),
  );

/** @example arnFor(ctx, 'glue', 'eu-west-1', 'job/etl') // arn:aws:glue:eu-west-1:111122223333:job/etl */
export const arnFor = (ctx: ActionContext, service: string, region: string, resource: string): string =>
  `arn:${partition(ctx).name}:${service}:${region}:${ctx.facts.account ?? ''}:${resource}`;
/** IAM gives many credentials no ARN; this one is in the same form, so that every found thing has a name. */
export const iamArn = (name: string, account: string, kind: string, id: string): string => `arn:${name}:iam::${account}:${kind}/${id}`;
/** ARN of an EC2 thing that only CloudTrail knows of, where the ARN's word is not the type's. */
export const ec2Arn =
  (noun: string): NonNullable<Hunter['arn']> =>
  (id, where) =>
    `arn:${where.partition}:ec2:${where.region}:${where.account}:${noun}/${id}`;

type Rest = Pick<Found, 'createdAt' | 'detail'> & Partial<Pick<Found, 'alive' | 'roles' | 'aliases' | 'reasons'>>;

/** A found resource of any service. Alive unless said otherwise; empty lists are left out. */
export function foundAt(ctx: ActionContext, type: string, region: string, arn: string, id: string, rest: Rest): Found {
  const { alive = true, roles = [], aliases = [], reasons = [], ...facts } = rest;
  return {
    type,
    arn,
    id,
    region,
    account: ctx.facts.account ?? '',
    alive,
    ...facts,
    ...(roles.length > 0 ? { roles: [...new Set(roles)] } : {}),
    ...(aliases.length > 0 ? { aliases } : {}),
    ...(reasons.length > 0 ? { reasons } : {}),
  };
}
/** A found EC2 resource. `resource` is the ARN's word for the type; snapshots carry no account in their ARN. */
export function ec2Found(ctx: ActionContext, type: string, resource: string, region: string, id: string, rest: Rest): Found {
  const account = resource === 'snapshot' ? '' : (ctx.facts.account ?? '');
  return foundAt(ctx, type, region, `arn:${partition(ctx).name}:ec2:${region}:${account}:${resource}/${id}`, id, rest);
}
/**
 * A setting of the account in one region. AWS gives it neither id nor ARN: these are made up in the form of others, so that every
 * found thing has a name.
 */
export const ec2Setting = (ctx: ActionContext, type: string, noun: string, region: string, rest: Omit<Rest, 'createdAt'>): Found =>
  foundAt(ctx, type, region, arnFor(ctx, 'ec2', region, `${noun}/account`), noun, { createdAt: null, ...rest });
