import { codeOf } from '../../../engine/outcome.ts';
import type { ActionContext, JsonObject } from '../../../kernel/index.ts';
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

/** Groups of at most `size`, for calls that describe several things at once. */
export async function* batched<T>(items: AsyncIterable<T>, size: number): AsyncIterable<T[]> {
  let group: T[] = [];
  for await (const one of items) {
    group.push(one);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

const GONE = /NotFound|NotExist|^InvalidDocument$|NoSuch/;
/** ECS and Batch say nearly everything with one code. */
export const CLIENT_ERROR = /^Client$|NotFound/;

/** Asks about a thing that was listed a moment ago. It may be gone by now, or have nothing of the kind: both are no answer, not a failure. */
export async function unlessGone<T>(ask: () => Promise<T>, codes = GONE): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isAwsFailure(error) && codes.test(codeOf(error))) return undefined;
    throw error;
  }
}
