import { createHash } from 'node:crypto';
import { LabError, type LabOperations } from '../../contract.ts';
import { trailArrivals } from '../cloudtrail/arrivals.ts';
import { date, pageOf } from '../paging.ts';
import { bytesOf, checkedSha256, refuseTooMuch } from './bodies.ts';
import { lockFor, lockHeaders, refuseIfHeld } from './object-lock.ts';
import { bucketArn, bucketAt, MODES, objectArn, objectId, objects, type StoredObject } from './shared.ts';
import { addVersion, removeVersion, versionOf } from './versions.ts';

const headers = (one: StoredObject, input: { ChecksumMode?: string } = {}) => ({
  ETag: `"${one.etag}"`,
  LastModified: date(one.modified),
  ContentType: one.contentType,
  AcceptRanges: 'bytes',
  ServerSideEncryption: 'AES256',
  ...(Object.keys(one.metadata).length > 0 ? { Metadata: one.metadata } : {}),
  ...(one.versionId === undefined ? {} : { VersionId: one.versionId }),
  ...(input.ChecksumMode === 'ENABLED' && one.checksum ? { ChecksumSHA256: one.checksum.sha256, ChecksumType: one.checksum.type } : {}),
  ...lockHeaders(one),
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
    constraints: { ObjectLockMode: { enum: MODES }, ObjectLockLegalHoldStatus: { enum: ['ON', 'OFF'] } },
    async run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      const body = await bytesOf(input.Body);
      refuseTooMuch(ctx, body.length);
      const etag = createHash('md5').update(body).digest('hex');
      if (input.ContentMD5 !== undefined && Buffer.from(input.ContentMD5, 'base64').toString('hex') !== etag)
        throw new LabError('BadDigest', 'The Content-MD5 you specified did not match what we received.', { status: 400 });
      const sha256 = checkedSha256(body, input.ChecksumSHA256);
      if (input.IfNoneMatch === '*' && objects.find(ctx, objectId(bucket.name, input.Key)))
        throw new LabError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', { status: 412 });
      const row = addVersion(ctx, bucket, {
        bucket: bucket.name,
        key: input.Key,
        body: body.toString('base64'),
        size: body.length,
        etag,
        modified: ctx.now(),
        contentType: input.ContentType ?? 'binary/octet-stream',
        metadata: { ...input.Metadata },
        ...(sha256 === undefined ? {} : { checksum: { sha256, type: 'FULL_OBJECT' as const } }),
        ...lockFor(ctx, bucket, input),
      });
      return {
        ETag: `"${etag}"`,
        ServerSideEncryption: 'AES256',
        ...(sha256 === undefined ? {} : { ChecksumSHA256: sha256, ChecksumType: 'FULL_OBJECT' }),
        ...(row.versionId === undefined ? {} : { VersionId: row.versionId }),
      };
    },
  },
  GetObject: {
    dataPlane: true,
    resources: objectArn,
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      trailArrivals(ctx, bucket.name, input.Key);
      const one = versionOf(ctx, bucket, input);
      if (input.IfMatch !== undefined && input.IfMatch.replaceAll('"', '') !== one.etag)
        throw new LabError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', { status: 412 });
      const body = Buffer.from(one.body, 'base64');
      const range = rangeOf(input.Range, one.size);
      if (!range) return { Body: body, ContentLength: body.length, ...headers(one, input) };
      const part = body.subarray(range[0], range[1] + 1);
      return { Body: part, ContentLength: part.length, ContentRange: `bytes ${range[0]}-${range[1]}/${one.size}`, ...headers(one, input) };
    },
  },
  HeadObject: {
    dataPlane: true,
    resources: objectArn,
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      trailArrivals(ctx, bucket.name, input.Key);
      const one = versionOf(ctx, bucket, input);
      return { ContentLength: one.size, ...headers(one, input) };
    },
  },
  DeleteObject: {
    dataPlane: true,
    resources: objectArn,
    run(input, ctx) {
      return removeVersion(ctx, bucketAt(ctx, input), input, (row) => refuseIfHeld(ctx, row, input));
    },
  },
  DeleteObjects: {
    dataPlane: true,
    resources: (input) => (input.Delete?.Objects ?? []).map((one: any) => `arn:aws:s3:::${input.Bucket}/${one.Key}`),
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      const deleted: object[] = [];
      const errors: object[] = [];
      for (const one of input.Delete.Objects) {
        const named = { Key: one.Key, ...(one.VersionId === undefined ? {} : { VersionId: one.VersionId }) };
        try {
          const { DeleteMarker, VersionId } = removeVersion(ctx, bucket, one, (row) => refuseIfHeld(ctx, row, input));
          deleted.push({ ...named, ...(DeleteMarker ? { DeleteMarker, DeleteMarkerVersionId: VersionId } : {}) });
        } catch (error) {
          if (!(error instanceof LabError)) throw error;
          errors.push({ ...named, Code: error.code, Message: error.message });
        }
      }
      return { ...(input.Delete.Quiet ? {} : { Deleted: deleted }), ...(errors.length > 0 ? { Errors: errors } : {}) };
    },
  },
  ListObjectsV2: {
    dataPlane: true,
    resources: bucketArn,
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      const prefix: string = input.Prefix ?? '';
      const delimiter: string | undefined = input.Delimiter || undefined;
      trailArrivals(ctx, bucket.name, prefix, delimiter !== undefined);
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
