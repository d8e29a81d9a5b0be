import { createHash } from 'node:crypto';
import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { date, pageOf } from '../paging.ts';
import { shelf } from '../shelf.ts';
import { bytesOf, checkedSha256, MAX_PART, refuseTooMuch } from './bodies.ts';
import { lockFor } from './object-lock.ts';
import { bucketArn, bucketAt, canonicalId, MODES, objectArn, type StoredObject } from './shared.ts';
import { addVersion } from './versions.ts';

/** Objects that come in parts (Amazon S3 User Guide, "Uploading and copying objects using multipart upload"). */

interface Part {
  /** base64 */
  body: string;
  size: number;
  etag: string;
  sha256?: string;
  modified: number;
}
interface Upload {
  id: string;
  bucket: string;
  key: string;
  started: number;
  owner: string;
  contentType: string;
  metadata: Record<string, string>;
  /** SHA256: each part comes with its checksum, and the object has theirs together. */
  checksum?: string;
  lock: Pick<StoredObject, 'retention' | 'legalHold'>;
  parts: Record<string, Part>;
}
const uploads = shelf<Upload>(
  's3Uploads',
  () =>
    new LabError('NoSuchUpload', 'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.', {
      status: 404,
    }),
  'account',
);
const SMALLEST = 5 * 1024 * 1024;
const invalidPart = (): LabError =>
  new LabError(
    'InvalidPart',
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    {
      status: 400,
    },
  );
const PART_NUMBER = { PartNumber: { min: 1, max: 10_000 } };

function uploadAt(ctx: LabContext, input: any): Upload {
  const bucket = bucketAt(ctx, input);
  const upload = uploads.get(ctx, input.UploadId);
  if (upload.bucket !== bucket.name || upload.key !== input.Key) uploads.get(ctx, '');
  return upload;
}
const owner = (account: string) => ({ ID: canonicalId(account) });

export const operations: LabOperations = {
  CreateMultipartUpload: {
    dataPlane: true,
    resources: objectArn,
    constraints: { ObjectLockMode: { enum: MODES }, ObjectLockLegalHoldStatus: { enum: ['ON', 'OFF'] } },
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      const id = ctx.letters(32);
      uploads.put(ctx, id, {
        id,
        bucket: bucket.name,
        key: input.Key,
        started: ctx.now(),
        owner: ctx.account.id,
        contentType: input.ContentType ?? 'binary/octet-stream',
        metadata: { ...input.Metadata },
        ...(input.ChecksumAlgorithm === undefined ? {} : { checksum: input.ChecksumAlgorithm }),
        lock: lockFor(ctx, bucket, input),
        parts: {},
      });
      return {
        Bucket: bucket.name,
        Key: input.Key,
        UploadId: id,
        ServerSideEncryption: 'AES256',
        ...(input.ChecksumAlgorithm === undefined ? {} : { ChecksumAlgorithm: input.ChecksumAlgorithm, ChecksumType: 'COMPOSITE' }),
      };
    },
  },
  UploadPart: {
    dataPlane: true,
    resources: objectArn,
    constraints: PART_NUMBER,
    async run(input, ctx) {
      const upload = uploadAt(ctx, input);
      const body = await bytesOf(input.Body);
      if (body.length > MAX_PART) throw new LabError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.', { status: 400 });
      const sha256 = checkedSha256(body, input.ChecksumSHA256);
      if (upload.checksum === 'SHA256' && sha256 === undefined)
        throw new LabError('InvalidRequest', `The upload was created using a sha256 checksum. The part must be uploaded with the same checksum type.`, {
          status: 400,
        });
      const etag = createHash('md5').update(body).digest('hex');
      upload.parts[input.PartNumber] = {
        body: body.toString('base64'),
        size: body.length,
        etag,
        modified: ctx.now(),
        ...(sha256 === undefined ? {} : { sha256 }),
      };
      return { ETag: `"${etag}"`, ServerSideEncryption: 'AES256', ...(sha256 === undefined ? {} : { ChecksumSHA256: sha256 }) };
    },
  },
  ListParts: {
    dataPlane: true,
    resources: objectArn,
    run(input, ctx) {
      const upload = uploadAt(ctx, input);
      const marker = Number(input.PartNumberMarker ?? 0);
      const all = Object.entries(upload.parts)
        .map(([number, part]) => ({ ...part, number: Number(number) }))
        .filter((part) => part.number > marker)
        .sort((a, b) => a.number - b.number);
      const most = Math.min(input.MaxParts ?? 1000, 1000, ctx.world.settings.pageSize || 1000);
      const shown = all.slice(0, most);
      return {
        Bucket: upload.bucket,
        Key: upload.key,
        UploadId: upload.id,
        PartNumberMarker: String(marker),
        MaxParts: most,
        IsTruncated: all.length > most,
        ...(all.length > most ? { NextPartNumberMarker: String(shown.at(-1)!.number) } : {}),
        Initiator: owner(upload.owner),
        Owner: owner(upload.owner),
        StorageClass: 'STANDARD',
        ...(upload.checksum === undefined ? {} : { ChecksumAlgorithm: upload.checksum, ChecksumType: 'COMPOSITE' }),
        Parts: shown.map((part) => ({
          PartNumber: part.number,
          LastModified: date(part.modified),
          ETag: `"${part.etag}"`,
          Size: part.size,
          ...(part.sha256 === undefined ? {} : { ChecksumSHA256: part.sha256 }),
        })),
      };
    },
  },
  ListMultipartUploads: {
    dataPlane: true,
    resources: bucketArn,
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      const prefix: string = input.Prefix ?? '';
      const mine = uploads
        .all(ctx)
        .filter((one) => one.bucket === bucket.name && one.key.startsWith(prefix))
        .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.started - b.started));
      const { items } = pageOf(ctx, mine, { max: Math.min(input.MaxUploads ?? 1000, 1000) }, ['InvalidArgument', 'Invalid upload id marker']);
      return {
        Bucket: bucket.name,
        Prefix: prefix,
        MaxUploads: 1000,
        IsTruncated: false,
        Uploads: items.map((one) => ({
          UploadId: one.id,
          Key: one.key,
          Initiated: date(one.started),
          Initiator: owner(one.owner),
          Owner: owner(one.owner),
          StorageClass: 'STANDARD',
          ...(one.checksum === undefined ? {} : { ChecksumAlgorithm: one.checksum, ChecksumType: 'COMPOSITE' }),
        })),
      };
    },
  },
  CompleteMultipartUpload: {
    dataPlane: true,
    resources: objectArn,
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      const upload = uploadAt(ctx, input);
      const named: any[] = input.MultipartUpload?.Parts ?? [];
      if (named.length === 0)
        throw new LabError('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema', { status: 400 });
      const parts = named.map((one, index): Part => {
        const part = upload.parts[one.PartNumber];
        if (index > 0 && one.PartNumber <= named[index - 1].PartNumber)
          throw new LabError('InvalidPartOrder', 'The list of parts was not in ascending order. Parts must be ordered by part number.', { status: 400 });
        if (!part || String(one.ETag).replaceAll('"', '') !== part.etag) throw invalidPart();
        if (upload.checksum === 'SHA256' && one.ChecksumSHA256 !== part.sha256) throw invalidPart();
        if (index < named.length - 1 && part.size < SMALLEST)
          throw new LabError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', { status: 400 });
        return part;
      });
      const body = Buffer.concat(parts.map((part) => Buffer.from(part.body, 'base64')));
      refuseTooMuch(ctx, body.length);
      const whole = (algorithm: string, digests: Buffer[]) => createHash(algorithm).update(Buffer.concat(digests));
      const etag = `${whole(
        'md5',
        parts.map((part) => Buffer.from(part.etag, 'hex')),
      ).digest('hex')}-${parts.length}`;
      const composite =
        upload.checksum === 'SHA256'
          ? `${whole(
              'sha256',
              parts.map((part) => Buffer.from(part.sha256!, 'base64')),
            ).digest('base64')}-${parts.length}`
          : undefined;
      const row = addVersion(ctx, bucket, {
        bucket: bucket.name,
        key: upload.key,
        body: body.toString('base64'),
        size: body.length,
        etag,
        modified: ctx.now(),
        contentType: upload.contentType,
        metadata: upload.metadata,
        ...(composite === undefined ? {} : { checksum: { sha256: composite, type: 'COMPOSITE' as const } }),
        ...upload.lock,
      });
      uploads.drop(ctx, upload.id);
      return {
        Location: `https://${bucket.name}.s3.${bucket.region}.amazonaws.com/${upload.key}`,
        Bucket: bucket.name,
        Key: upload.key,
        ETag: `"${etag}"`,
        ServerSideEncryption: 'AES256',
        ...(composite === undefined ? {} : { ChecksumSHA256: composite, ChecksumType: 'COMPOSITE' }),
        ...(row.versionId === undefined ? {} : { VersionId: row.versionId }),
      };
    },
  },
  AbortMultipartUpload: {
    dataPlane: true,
    resources: objectArn,
    run(input, ctx) {
      uploads.drop(ctx, uploadAt(ctx, input).id);
      return {};
    },
  },
};
