import { AplombError, EXIT, type Json } from '../kernel/index.ts';
import { isAwsFailure } from './errors.ts';
import type { Aws } from './types.ts';

const REGION = /^[a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/;

/**
 * The region of a bucket: what its owner may ask (GetBucketLocation), or what S3 tells everybody who knocks at the wrong door.
 * @param as whose credentials; default the responder's own
 * @throws AplombError UnknownBucket, BucketRegionUnknown. AwsFailure when S3 cannot be reached at all.
 */
export async function bucketRegion(aws: Aws, bucket: string, options: { readonly as?: string; readonly signal?: AbortSignal } = {}): Promise<string> {
  const input: Json = { Bucket: bucket };
  const ask = (operation: string, region: string) =>
    aws.send({
      call: { ...(options.as === undefined ? {} : { as: options.as }), service: 's3', operation, region, input },
      input,
      purpose: 'read',
      keep: true,
      phase: 'trail bucket',
      ...(options.signal ? { signal: options.signal } : {}),
    });
  const home = await homeOf(aws);
  const failures: unknown[] = [];
  try {
    const constraint = ((await ask('GetBucketLocation', home)).output as { LocationConstraint?: string } | null)?.LocationConstraint;
    return !constraint ? 'us-east-1' : constraint === 'EU' ? 'eu-west-1' : checked(constraint, bucket);
  } catch (error) {
    if (!isAwsFailure(error) || error.status === undefined) throw error;
    failures.push(error);
  }
  try {
    const { BucketRegion: told } = (await ask('HeadBucket', home)).output as { BucketRegion?: string };
    return told ? checked(told, bucket) : home;
  } catch (error) {
    if (!isAwsFailure(error) || error.status === undefined) throw error;
    failures.push(error);
  }
  for (const error of failures) {
    const region = regionTold(error);
    if (region) return checked(region, bucket);
  }
  const missing = failures.some((error) => isAwsFailure(error) && (error.code === 'NoSuchBucket' || error.status === 404));
  throw new AplombError(
    missing ? 'UnknownBucket' : 'BucketRegionUnknown',
    missing ? `There is no bucket ${bucket}.` : `S3 does not tell the region of ${bucket}.`,
    {
      fix: missing
        ? 'Check its name; it is in the trail’s settings (S3BucketName).'
        : 'The caller needs s3:GetBucketLocation or s3:ListBucket; or give the region.',
      exit: missing ? EXIT.usage : EXIT.failed,
      cause: failures[0],
    },
  );
}

/** Of a refusal's header, or of what S3 writes into a redirect. */
function regionTold(error: unknown): string | undefined {
  const cause = (error as { cause?: any }).cause;
  const header = cause?.$response?.headers?.['x-amz-bucket-region'];
  if (typeof header === 'string') return header;
  const told = cause?.Region ?? /\.s3[.-]([a-z0-9-]+)\.amazonaws\.com/.exec(String(cause?.Endpoint ?? (error as Error).message))?.[1];
  return typeof told === 'string' ? told : undefined;
}
const checked = (region: string, bucket: string): string => {
  if (REGION.test(region)) return region;
  throw new AplombError('BucketRegionUnknown', `S3 says that ${bucket} is in "${region.slice(0, 40)}", which is no region.`, { fix: 'Give the region.' });
};
const homeOf = async (aws: Aws): Promise<string> => {
  try {
    return aws.region;
  } catch {
    return 'us-east-1';
  }
};
