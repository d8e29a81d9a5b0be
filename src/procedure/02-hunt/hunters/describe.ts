import { codeOf } from '../../../engine/outcome.ts';
import type { ActionContext, Call, Found, JsonObject } from '../../../kernel/index.ts';
import { partition } from '../../shared/partition.ts';
import { isAwsFailure } from '../../shared/reading.ts';

/**
 * Reads all pages of an EC2 Describe call, service-managed resources included: since 2026 an account can hide them from
 * Describe calls. Where the endpoint does not know the parameter it is left out.
 */
export async function describeAll<T>(ctx: ActionContext, region: string, operation: string, input: JsonObject): Promise<T> {
  const call = (extra: JsonObject): Call => ({ service: 'ec2', operation, region, input: { ...input, ...extra } });
  try {
    return (await ctx.readAll<T>(call({ IncludeManagedResources: true }))).output;
  } catch (error) {
    if (!isAwsFailure(error) || !/^(InvalidParameter|UnknownParameter|UnsupportedOperation|InvalidRequest|ValidationError)/.test(codeOf(error))) throw error;
    return (await ctx.readAll<T>(call({}))).output;
  }
}

/** All pages of a read. */
export const readPages = async <T>(ctx: ActionContext, service: string, region: string, operation: string, input: JsonObject): Promise<T> =>
  (await ctx.readAll<T>({ service, operation, region, input })).output;

/** UTC, or null when there is no such time. */
export function time(value: unknown): string | null {
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? null : new Date(parsed).toISOString();
}

/** A found EC2 resource. `resource` is the ARN's word for the type; snapshots carry no account in their ARN. */
export function ec2Found(
  ctx: ActionContext,
  type: string,
  resource: string,
  region: string,
  id: string,
  rest: Pick<Found, 'createdAt' | 'alive' | 'detail'>,
): Found {
  const account = ctx.facts.account ?? '';
  return { type, arn: `arn:${partition(ctx).name}:ec2:${region}:${resource === 'snapshot' ? '' : account}:${resource}/${id}`, id, region, account, ...rest };
}
export const iamFound = (
  ctx: ActionContext,
  type: string,
  region: string,
  arn: string,
  id: string,
  rest: Pick<Found, 'createdAt' | 'alive' | 'detail'>,
): Found => ({
  type,
  arn,
  id,
  region,
  account: ctx.facts.account ?? '',
  ...rest,
});

/** Name tag, or nothing. */
export const nameTag = (tags: readonly { Key?: string; Value?: string }[] | undefined): string | undefined => tags?.find((tag) => tag.Key === 'Name')?.Value;
/** Leaves out what is absent. */
export const present = (detail: Record<string, string | number | boolean | undefined | null>): JsonObject =>
  Object.fromEntries(
    Object.entries(detail).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined && entry[1] !== null && entry[1] !== ''),
  );
