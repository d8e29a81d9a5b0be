import { codeOf } from '../../../engine/outcome.ts';
import type { ActionContext, Found, JsonObject } from '../../../kernel/index.ts';
import { partition } from '../../shared/partition.ts';
import { isAwsFailure } from '../../shared/reading.ts';

/**
 * The members of a paginated list, page by page: a hundred thousand things are never held at once.
 * @example for await (const one of listed<Function>(ctx, 'lambda', region, 'ListFunctions', 'Functions')) ...
 */
export async function* listed<T>(
  ctx: ActionContext,
  service: string,
  region: string,
  operation: string,
  member: string,
  input: JsonObject = {},
): AsyncIterable<T> {
  for await (const { output } of ctx.pages<JsonObject>({ service, operation, region, input })) {
    const items = output[member];
    if (Array.isArray(items)) yield* items as T[];
  }
}
/**
 * The same of an EC2 Describe call, service-managed resources included: since 2026 an account can hide them from Describe
 * calls. Where the endpoint does not know the parameter it is left out.
 */
export async function* described<T>(ctx: ActionContext, region: string, operation: string, member: string, input: JsonObject = {}): AsyncIterable<T> {
  let begun = false;
  try {
    for await (const one of listed<T>(ctx, 'ec2', region, operation, member, { ...input, IncludeManagedResources: true })) {
      begun = true;
      yield one;
    }
  } catch (error) {
    if (begun || !isAwsFailure(error) || !/^(InvalidParameter|UnknownParameter|UnsupportedOperation|InvalidRequest|ValidationError)/.test(codeOf(error)))
      throw error;
    yield* listed<T>(ctx, 'ec2', region, operation, member, input);
  }
}
/** For what must be asked about each thing separately: `atOnce` at a time, in order, never more held than that. */
export async function* each<T, R>(items: AsyncIterable<T> | Iterable<T>, ask: (one: T) => Promise<readonly R[]>, atOnce = 16): AsyncIterable<R> {
  const batch: T[] = [];
  const answers = async () => (await Promise.all(batch.splice(0).map(ask))).flat();
  for await (const one of items) {
    batch.push(one);
    if (batch.length >= atOnce) yield* await answers();
  }
  yield* await answers();
}
/** One read whose answer is small. */
export const read = async <T>(ctx: ActionContext, service: string, region: string, operation: string, input: JsonObject = {}): Promise<T> =>
  (await ctx.read<T>({ service, operation, region, input })).output;

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
