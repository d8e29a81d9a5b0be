import { createHash } from 'node:crypto';
import {
  AplombError,
  type CaseFile,
  EXIT,
  type JsonObject,
  type ListedObject,
  OBJECT_LIMIT,
  type ObjectSource,
  type ReadObject,
  type ReadOptions,
  utc,
} from '../kernel/index.ts';
import { isAwsFailure } from './errors.ts';
import { bucketRegion } from './trail-bucket.ts';
import { objectRecords } from './trail-reads.ts';
import { decoded, type VersionListing, versionListing } from './trail-versions.ts';
import type { Aws, SendRequest } from './types.ts';

export interface BucketSource extends ObjectSource {
  readonly bucket: string;
  readonly region: string;
  /** All versions instead of the current ones; null, with the reason, where the bucket keeps none or they may not be listed. */
  versions(prefix: string): Promise<{ readonly listing: VersionListing } | { readonly listing: null; readonly why: 'off' | 'refused'; readonly code?: string }>;
  /** Puts the objects that were read on the ledger. Call it at the end, and whenever progress is saved. */
  flush(): Promise<void>;
}
export interface BucketOptions {
  /** Where the records of what was read go. */
  readonly case?: CaseFile | null;
  /** Default: asked of S3. */
  readonly region?: string;
  /** Whose credentials; default the responder's own. */
  readonly as?: string;
  readonly signal?: AbortSignal;
}
const READS_PER_OBJECT = 3;
type Head = JsonObject & {
  ContentLength?: number;
  ETag?: string;
  LastModified?: string;
  VersionId?: string;
  Metadata?: JsonObject;
  ServerSideEncryption?: string;
};

/**
 * A bucket as a source of objects (ListObjectsV2, GetObject, HeadObject). Requests are retried by the door, and slowed down where S3 says
 * "slow down"; nobody but the bucket's owner pays. An object is read as it was listed (If-Match) and checked for its length and, where its
 * ETag is its MD5, for that. Bytes are not stored here: what was read, with ETag, version, time and SHA-256, goes to the ledger.
 * @throws AplombError UnknownBucket, BucketRegionUnknown, TooLarge, ObjectChanged, ObjectCorrupt. AwsFailure otherwise (NoSuchKey, AccessDenied).
 */
export async function bucketSource(aws: Aws, bucket: string, options: BucketOptions = {}): Promise<BucketSource> {
  if (!/^[a-z0-9][a-z0-9._-]{1,253}[a-z0-9]$/i.test(bucket) && !bucket.startsWith('arn:'))
    throw new AplombError('InvalidBucket', `"${bucket.slice(0, 80)}" is no name of a bucket.`, { fix: 'It looks like s3://name/prefix.', exit: EXIT.usage });
  const region = options.region ?? (await bucketRegion(aws, bucket, options));
  const records = objectRecords(aws, options.case ?? null, bucket);
  const request = (operation: string, input: JsonObject): SendRequest => ({
    call: { ...(options.as === undefined ? {} : { as: options.as }), service: 's3', operation, region, input: { Bucket: bucket, ...input } },
    input: { Bucket: bucket, ...input },
    purpose: 'read',
    keep: false,
    phase: `trail s3://${bucket}`,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const told = (key: string, head: Head): ListedObject => ({
    key,
    bytes: Number(head.ContentLength ?? 0),
    etag: bare(head.ETag),
    modified: String(head.LastModified ?? ''),
    ...(typeof head.VersionId === 'string' && head.VersionId !== 'null' ? { version: head.VersionId } : {}),
  });
  const metadata = async (key: string, { version }: { readonly version?: string } = {}) => {
    const { output } = await aws.send(request('HeadObject', { Key: key, ...(version === undefined ? {} : { VersionId: version }) }));
    return { ...told(key, output as Head), metadata: metadataOf(output as Head) };
  };

  const read = async (key: string, wanted: ReadOptions = {}): Promise<ReadObject> => {
    const { version, limit = OBJECT_LIMIT } = wanted;
    const known =
      wanted.bytes !== undefined && (wanted.etag !== undefined || version !== undefined)
        ? wanted
        : await metadata(key, version === undefined ? {} : { version });
    const bytes = known.bytes ?? 0;
    if (bytes > limit)
      throw new AplombError('TooLarge', `s3://${bucket}/${key} has ${bytes} bytes; more than ${limit} are not read.`, {
        fix: 'If it is wanted, raise the limit.',
        exit: EXIT.partial,
      });
    if (wanted.etag !== undefined && known.etag !== wanted.etag) throw changed(bucket, key);
    const input: JsonObject = {
      Key: key,
      ...(version === undefined ? {} : { VersionId: version }),
      ...(known.etag === undefined ? {} : { IfMatch: `"${known.etag}"` }),
      // Never more than was announced, whoever has put something larger there since.
      ...(bytes === 0 ? {} : { Range: `bytes=0-${bytes - 1}` }),
    };
    let why = '';
    for (let attempt = 0; attempt < READS_PER_OBJECT; attempt++) {
      if (attempt > 0) await aws.clock.sleep(Math.random() * 200 * 2 ** attempt, options.signal);
      const { data, output, answer } = await aws.sendForBytes(request('GetObject', input)).catch((error: unknown) => {
        throw isAwsFailure(error) && error.code === 'PreconditionFailed' ? changed(bucket, key) : error;
      });
      const head = output as Head & { ContentRange?: string };
      const total = /\/(\d+)$/.exec(head.ContentRange ?? '')?.[1];
      if (total !== undefined && Number(total) !== bytes) throw changed(bucket, key);
      why = data.length === bytes ? wrong(data, head) : `${data.length} bytes instead of ${bytes}`;
      if (why !== '') continue;
      const one = { ...told(key, head), bytes: data.length };
      await records.add({ bucket, ...one, sha256: answer.sha256, requestId: answer.requestId, read: utc(answer.date ?? aws.clock.now()) });
      return { ...one, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength), sha256: answer.sha256, metadata: metadataOf(head) };
    }
    throw new AplombError('ObjectCorrupt', `s3://${bucket}/${key} came wrong ${READS_PER_OBJECT} times: ${why}.`, {
      fix: 'Read it again from another network; if it persists open an AWS Support case and keep this message.',
      exit: EXIT.integrity,
    });
  };

  return {
    name: `s3://${bucket}`,
    bucket,
    region,
    async *list(prefix, { after } = {}) {
      const input = { Prefix: prefix, EncodingType: 'url', ...(after === undefined || after === '' ? {} : { StartAfter: after }) };
      for await (const { answer } of aws.sendPages(request('ListObjectsV2', input))) yield* contents(answer.output as JsonObject);
    },
    async *folders(prefix) {
      for await (const { answer } of aws.sendPages(request('ListObjectsV2', { Prefix: prefix, Delimiter: '/', EncodingType: 'url' }))) {
        for (const one of rows(answer.output as JsonObject, 'CommonPrefixes')) yield { folder: decoded(String(one.Prefix)) };
        for (const one of contents(answer.output as JsonObject)) if (one.key !== prefix) yield one;
      }
    },
    read,
    metadata,
    async versions(prefix) {
      const ask = async (operation: string, input: JsonObject): Promise<JsonObject> => (await aws.send(request(operation, input))).output as JsonObject;
      const listing = versionListing(`s3://${bucket}`, (input) => ask('ListObjectVersions', input));
      try {
        // Whoever may list versions need not be allowed to see the switch.
        const { Status } = await ask('GetBucketVersioning', {}).catch((error: unknown) => {
          if (isRefusal(error)) return { Status: 'unknown' };
          throw error;
        });
        if (Status === undefined || Status === '') return { listing: null, why: 'off' };
        await ask('ListObjectVersions', { Prefix: prefix, MaxKeys: 1, EncodingType: 'url' });
        return { listing };
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return { listing: null, why: 'refused', code: (error as { code: string }).code };
      }
    },
    flush: () => records.flush(),
  };
}

const rows = (output: JsonObject, member: string): JsonObject[] => (output[member] ?? []) as JsonObject[];
const contents = (output: JsonObject): ListedObject[] =>
  rows(output, 'Contents').map((one) => ({
    key: decoded(String(one.Key)),
    bytes: Number(one.Size ?? 0),
    etag: bare(one.ETag),
    modified: String(one.LastModified ?? ''),
  }));
/** Said by S3 itself: not allowed, or (some who speak S3's language) not known. */
const isRefusal = (error: unknown): boolean =>
  isAwsFailure(error) && error.status !== undefined && ((error.status >= 400 && error.status < 500) || error.status === 501);
const bare = (etag: unknown): string => String(etag ?? '').replaceAll('"', '');
const metadataOf = (head: Head): Record<string, string> =>
  Object.fromEntries(Object.entries(head.Metadata ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]));
/** Of an object in one part, not under a KMS key, the ETag is the MD5. */
function wrong(data: Uint8Array, head: Head): string {
  const etag = bare(head.ETag);
  if (!/^[0-9a-f]{32}$/.test(etag) || (head.ServerSideEncryption ?? 'AES256') !== 'AES256' || head.SSECustomerAlgorithm) return '';
  const md5 = createHash('md5').update(data).digest('hex');
  return md5 === etag ? '' : `MD5 ${md5} instead of ${etag}`;
}
const changed = (bucket: string, key: string): AplombError =>
  new AplombError('ObjectChanged', `s3://${bucket}/${key} is not the one that was listed: it has changed since.`, {
    fix: 'List it again. Log files of CloudTrail never change: see who wrote it.',
    exit: EXIT.partial,
  });
