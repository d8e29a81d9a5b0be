import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Aws } from '../../aws/index.ts';
import { type BucketSource, bucketSource } from '../../aws/trail-objects.ts';
import { AplombError, type CaseFile, EXIT, type ObjectSource } from '../../kernel/index.ts';
import { folderSource } from '../../trail/listing/folder-source.ts';

export interface OpenedSource {
  readonly source: ObjectSource;
  /** For `listTrail`. */
  readonly prefix: string;
  /** Where it is one. */
  readonly bucket?: BucketSource;
  /** Puts what was read on the ledger; at the end, and whenever progress is saved. */
  flush(): Promise<void>;
}
/** What of a session is needed; a folder needs no door to AWS. */
export interface Opener {
  aws?(): Promise<Aws> | Aws;
  readonly case?: CaseFile | null;
  readonly signal?: AbortSignal;
  /** Whose credentials for the bucket. */
  readonly as?: string;
  readonly region?: string;
  /** Folder that local paths begin in. */
  readonly cwd?: string;
  /** Links and other things of a folder that are not read. */
  readonly skipped?: (key: string, why: string) => void;
}

export const isBucketUrl = (url: string): boolean => /^s3:/i.test(url);
/** @throws AplombError InvalidBucket */
export function bucketUrl(url: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/?#]+)(?:\/(.*))?$/is.exec(url) ?? [];
  if (bucket !== '') return { bucket, prefix };
  throw new AplombError('InvalidBucket', `"${url.slice(0, 200)}" is no address of a bucket.`, { fix: 'It looks like s3://name/prefix.', exit: EXIT.usage });
}

/**
 * `s3://bucket/prefix`, or a folder, as a source of objects.
 * @throws AplombError InvalidBucket, UnknownBucket, BucketRegionUnknown, NotFound
 */
export async function openObjectSource(opener: Opener, url: string): Promise<OpenedSource> {
  if (!isBucketUrl(url)) {
    const folder = resolve(opener.cwd ?? process.cwd(), url);
    const found = await stat(folder).catch(() => undefined);
    if (!found?.isDirectory())
      throw new AplombError('NotFound', `there is no folder ${folder}`, { fix: 'Name a folder, or s3://BUCKET/PREFIX.', exit: EXIT.usage });
    return { source: folderSource(folder, opener.skipped), prefix: '', flush: async () => {} };
  }
  const { bucket, prefix } = bucketUrl(url);
  const aws = await opener.aws?.();
  if (!aws) throw new AplombError('NoCredentials', 'A bucket cannot be read without a session with AWS.', { fix: 'Name a --profile.' });
  const source = await bucketSource(aws, bucket, {
    case: opener.case ?? null,
    ...(opener.as === undefined ? {} : { as: opener.as }),
    ...(opener.region === undefined ? {} : { region: opener.region }),
    ...(opener.signal ? { signal: opener.signal } : {}),
  });
  return { source, prefix, bucket: source, flush: () => source.flush() };
}
