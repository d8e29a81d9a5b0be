import { codeOf, credentialsGone, saysAbsent } from '../../../engine/outcome.ts';
import type { ActionContext, AwsFailure, Found } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { partition } from '../../shared/partition.ts';
import { inShort, isAwsFailure, saysDenied } from '../../shared/reading.ts';
import { each, listed, read } from './calls.ts';
import { foundAt, time } from './found.ts';

export interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly createdAt: string | null;
}
const lists = new WeakMap<ActionContext, Promise<readonly Bucket[]>>();

/** Every bucket of the account with its region, asked once for all hunters of S3. MaxBuckets makes S3 say the regions. */
export function bucketsOf(ctx: ActionContext, region: string): Promise<readonly Bucket[]> {
  let list = lists.get(ctx);
  if (!list) {
    list = (async () => {
      const buckets: Bucket[] = [];
      type Listed = { Name?: string; BucketRegion?: string; CreationDate?: string };
      for await (const one of listed<Listed>(ctx, 's3', region, 'ListBuckets', 'Buckets', { MaxBuckets: 1000 })) {
        if (one.Name !== undefined) buckets.push({ name: one.Name, region: one.BucketRegion ?? region, createdAt: time(one.CreationDate) });
      }
      return buckets;
    })();
    lists.set(ctx, list);
    // A refusal counts for this command's hunters; the next attempt asks again.
    list.catch(() => lists.delete(ctx));
  }
  return list;
}

/**
 * Asks about each bucket in its own region. A bucket that may not be looked at hides no other: all are asked, and those are named at
 * the end. @throws AwsFailure naming the buckets that could not be asked, after everything else was given
 */
export async function* ofBuckets(ctx: ActionContext, region: string, ask: (bucket: Bucket) => Promise<readonly Found[]>): AsyncIterable<Found> {
  const buckets = await bucketsOf(ctx, region);
  const refused: { name: string; error: AwsFailure }[] = [];
  yield* each(buckets, async (bucket) => {
    try {
      return await ask(bucket);
    } catch (error) {
      if (!isAwsFailure(error) || credentialsGone(error)) throw error;
      // Deleted between the list and the question.
      if (codeOf(error) !== 'NoSuchBucket') refused.push({ name: bucket.name, error });
      return [];
    }
  });
  if (refused.length === 0) return;
  // One that failed for another reason than permission makes the whole look failed, not denied.
  const { error } = refused.find((one) => !saysDenied(codeOf(one.error))) ?? refused[0]!;
  const names = refused.map((one) => oneLine(one.name, 63));
  const some = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  const message = `${refused.length} of ${buckets.length} buckets could not be looked at: ${some} (${inShort(error)})`;
  throw Object.assign(new Error(message), { code: error.code, status: error.status, requestId: error.requestId });
}

/** Reads a setting of a bucket; undefined where S3 says that there is none. */
export async function bucketSetting<T>(ctx: ActionContext, bucket: Bucket, operation: string): Promise<T | undefined> {
  try {
    return await read<T>(ctx, 's3', bucket.region, operation, { Bucket: bucket.name });
  } catch (error) {
    if (isAwsFailure(error) && saysAbsent(codeOf(error)) && codeOf(error) !== 'NoSuchBucket') return undefined;
    throw error;
  }
}
export const bucketArn = (ctx: ActionContext, name: string): string => `arn:${partition(ctx).name}:s3:::${name}`;
export const bucketFound = (ctx: ActionContext, type: string, bucket: Bucket, rest: Parameters<typeof foundAt>[5]): Found =>
  foundAt(ctx, type, bucket.region, bucketArn(ctx, bucket.name), bucket.name, rest);
