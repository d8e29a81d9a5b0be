import { createHash } from 'node:crypto';
import { LabError, type LabOperations } from '../../contract.ts';
import { date, pageOf } from '../paging.ts';
import { bucketArn, bucketAt, objectArn, objectId, objects, type StoredObject } from './shared.ts';

/** Bodies live in the world, which is JSON in memory: enough for notes, manifests and logs, not for images of disks. */
const MAX_OBJECT = 8 * 1024 * 1024;
const MAX_ALL = 64 * 1024 * 1024;

async function bytesOf(body: unknown): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  return typeof body === 'string' ? Buffer.from(body) : Buffer.from(body as Uint8Array);
}
const headers = (one: StoredObject) => ({
  ETag: `"${one.etag}"`,
  LastModified: date(one.modified),
  ContentType: one.contentType,
  AcceptRanges: 'bytes',
  ServerSideEncryption: 'AES256',
  ...(Object.keys(one.metadata).length > 0 ? { Metadata: one.metadata } : {}),
});
/** bytes=0-9, bytes=10-, bytes=-5. @returns first and last byte, or undefined for no (or several) ranges */
function rangeOf(range: string | undefined, size: number): [number, number] | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first > last || first >= size) throw new LabError('InvalidRange', 'The requested range is not satisfiable', { status: 416 });
  return [first, last];
}

export const operations: LabOperations = {
  PutObject: {
    dataPlane: true,
    resources: objectArn,
    async run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      const body = await bytesOf(input.Body);
      const used = objects.all(ctx).reduce((sum, one) => sum + one.size, 0);
      if (body.length > MAX_OBJECT || used + body.length > MAX_ALL)
        throw new LabError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.', { status: 400 });
      const etag = createHash('md5').update(body).digest('hex');
      if (input.ContentMD5 !== undefined && Buffer.from(input.ContentMD5, 'base64').toString('hex') !== etag)
        throw new LabError('BadDigest', 'The Content-MD5 you specified did not match what we received.', { status: 400 });
      const id = objectId(bucket.name, input.Key);
      if (input.IfNoneMatch === '*' && objects.find(ctx, id))
        throw new LabError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', { status: 412 });
      objects.put(ctx, id, {
        bucket: bucket.name,
        key: input.Key,
        body: body.toString('base64'),
        size: body.length,
        etag,
        modified: ctx.now(),
        contentType: input.ContentType ?? 'binary/octet-stream',
        metadata: { ...input.Metadata },
      });
      return { ETag: `"${etag}"`, ServerSideEncryption: 'AES256' };
    },
  },
  GetObject: {
    dataPlane: true,
    resources: objectArn,
    run(input, ctx) {
      const one = objects.get(ctx, objectId(bucketAt(ctx, input).name, input.Key));
      const body = Buffer.from(one.body, 'base64');
      const range = rangeOf(input.Range, one.size);
      if (!range) return { Body: body, ContentLength: body.length, ...headers(one) };
      const part = body.subarray(range[0], range[1] + 1);
      return { Body: part, ContentLength: part.length, ContentRange: `bytes ${range[0]}-${range[1]}/${one.size}`, ...headers(one) };
    },
  },
  HeadObject: {
    dataPlane: true,
    resources: objectArn,
    run(input, ctx) {
      const one = objects.get(ctx, objectId(bucketAt(ctx, input).name, input.Key));
      return { ContentLength: one.size, ...headers(one) };
    },
  },
  DeleteObject: {
    dataPlane: true,
    resources: objectArn,
    run(input, ctx) {
      objects.drop(ctx, objectId(bucketAt(ctx, input).name, input.Key));
    },
  },
  DeleteObjects: {
    dataPlane: true,
    resources: (input) => (input.Delete?.Objects ?? []).map((one: any) => `arn:aws:s3:::${input.Bucket}/${one.Key}`),
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      const keys: string[] = input.Delete.Objects.map((one: any) => one.Key);
      for (const key of keys) objects.drop(ctx, objectId(bucket.name, key));
      return input.Delete.Quiet ? {} : { Deleted: keys.map((Key) => ({ Key })) };
    },
  },
  ListObjectsV2: {
    dataPlane: true,
    resources: bucketArn,
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      const prefix: string = input.Prefix ?? '';
      const delimiter: string | undefined = input.Delimiter || undefined;
      const inside = objects
        .all(ctx)
        .filter((one) => one.bucket === bucket.name && one.key.startsWith(prefix) && one.key > (input.StartAfter ?? ''))
        .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
      // Keys that share a prefix up to the delimiter are listed as one.
      const rows: (StoredObject | string)[] = [];
      for (const one of inside) {
        const end = delimiter === undefined ? -1 : one.key.indexOf(delimiter, prefix.length);
        const common = end < 0 ? undefined : one.key.slice(0, end + delimiter!.length);
        if (common === undefined) rows.push(one);
        else if (rows.at(-1) !== common) rows.push(common);
      }
      const { items, next } = pageOf(ctx, rows, { token: input.ContinuationToken, max: Math.min(input.MaxKeys ?? 1000, 1000) }, [
        'InvalidArgument',
        'The continuation token provided is incorrect',
      ]);
      const shown = (text: string) => (input.EncodingType === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text);
      return {
        Name: bucket.name,
        Prefix: shown(prefix),
        MaxKeys: Math.min(input.MaxKeys ?? 1000, 1000),
        KeyCount: items.length,
        IsTruncated: next !== undefined,
        ...(delimiter === undefined ? {} : { Delimiter: shown(delimiter) }),
        ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
        ...(input.ContinuationToken === undefined ? {} : { ContinuationToken: input.ContinuationToken }),
        ...(next === undefined ? {} : { NextContinuationToken: next }),
        Contents: items
          .filter((one) => typeof one !== 'string')
          .map((one) => ({ Key: shown(one.key), LastModified: date(one.modified), ETag: `"${one.etag}"`, Size: one.size, StorageClass: 'STANDARD' })),
        CommonPrefixes: items.filter((one) => typeof one === 'string').map((one) => ({ Prefix: shown(one) })),
      };
    },
  },
};
