import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AplombError, type Json, type JsonObject, turns } from '../kernel/index.ts';
import { isAwsFailure } from './errors.ts';
import type { Answer, Aws, SendRequest } from './types.ts';

/**
 * The body of a PutObject in a plan: not the bytes, which are no JSON and may be gigabytes, but which they are. Plan, intent and
 * receipt hold this; the bytes are joined on the way out, checked against it.
 */
export interface BodyReference {
  /** For `bytesOf`, the reader of whoever made the plan. */
  readonly file: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Sent in parts of this size, and what each must hash to (base64). */
  readonly partSize?: number;
  readonly parts?: readonly string[];
}
export interface UploadOptions {
  bytesOf(body: BodyReference, start: number, length: number): Promise<Uint8Array>;
  /** Folder for the ids of uploads that are under way. */
  readonly state: string;
  readonly signal?: AbortSignal;
  /** Bodies in memory and on the wire at once. Default 4. */
  readonly atOnce?: number;
}
/** Beyond this an object goes in parts; S3 takes no part but the last below 5 MiB, and no more than 10,000. */
export const PART = 8 * 1024 * 1024;
const MOST_PARTS = 10_000;
/** Of a part: a body is text on its way to the client, and texts end at half a gigabyte. */
const LARGEST_PART = 256 * 1024 * 1024;
/** @throws AplombError TooLarge beyond 2.4 TiB */
export function partSizeOf(bytes: number, least = PART): number {
  const size = Math.max(least, Math.ceil(bytes / MOST_PARTS / 1_048_576) * 1_048_576);
  if (size <= LARGEST_PART) return size;
  throw new AplombError('TooLarge', `An item of ${bytes} bytes cannot be sent to S3 from here.`, {
    fix: 'Copy it with another tool and note its SHA-256 in the case.',
  });
}
/** The checksum S3 gives an object that came in parts: over theirs, with their number. @param parts base64 */
export const compositeOf = (parts: readonly string[]): string =>
  `${createHash('sha256')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part, 'base64'))))
    .digest('base64')}-${parts.length}`;

/** The same door, which knows how to send bodies that are named and not held. Everything else goes through as it is. */
export function uploading(aws: Aws, options: UploadOptions): Aws {
  const { signal } = options;
  const turn = turns(options.atOnce ?? 4);
  const piece = async (body: BodyReference, start: number, length: number, expected: string): Promise<string> => {
    const bytes = await options.bytesOf(body, start, length);
    if (createHash('sha256').update(bytes).digest('base64') !== expected)
      throw new AplombError('ItemAltered', `${body.file} changed since the plan was made.`, {
        fix: 'Nothing of it was sent. aplomb verify says what is wrong.',
      });
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  };
  const whole = (request: SendRequest, input: JsonObject, body: BodyReference): Promise<Answer> =>
    turn(async () => {
      signal?.throwIfAborted();
      return aws.send({ ...request, input: { ...input, Body: await piece(body, 0, body.bytes, Buffer.from(body.sha256, 'hex').toString('base64')) } });
    });

  const inParts = async (request: SendRequest, input: JsonObject, body: BodyReference): Promise<Answer> => {
    const { parts = [], partSize = PART } = body;
    const { Bucket, Key } = input as { Bucket: string; Key: string };
    const ask = (operation: string, more: JsonObject, purpose: 'read' | 'mutation' = 'mutation') => {
      const all: Json = { Bucket, Key, ...more };
      return aws.send({ ...request, call: { ...request.call, operation, input: all }, input: all, purpose, keep: purpose === 'mutation' && request.keep });
    };
    const remember = join(
      options.state,
      `upload-${createHash('sha256').update(`${Bucket}\n${Key}\n${body.sha256}\n${partSize}`).digest('hex').slice(0, 32)}.json`,
    );
    const sent = new Map<number, string>();
    let upload = await begun(remember);
    if (upload) {
      try {
        // Parts that came before, as S3 has them: only those with the right checksum count.
        for (let marker = '0', more = true; more; ) {
          const { output } = await ask('ListParts', { UploadId: upload, PartNumberMarker: marker }, 'read');
          const page = output as {
            Parts?: { PartNumber: number; ETag: string; ChecksumSHA256?: string }[];
            IsTruncated?: boolean;
            NextPartNumberMarker?: string;
          };
          for (const one of page.Parts ?? []) if (one.ChecksumSHA256 === parts[one.PartNumber - 1]) sent.set(one.PartNumber, one.ETag);
          more = page.IsTruncated === true && typeof page.NextPartNumberMarker === 'string' && page.NextPartNumberMarker !== marker;
          marker = page.NextPartNumberMarker ?? marker;
        }
      } catch (error) {
        if (!isAwsFailure(error) || error.code !== 'NoSuchUpload') throw error;
        upload = null;
        sent.clear();
      }
    }
    if (!upload) {
      const { Body: _body, Bucket: _bucket, Key: _key, ...rest } = input;
      const { output } = await ask('CreateMultipartUpload', { ...rest, ChecksumAlgorithm: 'SHA256' });
      upload = String((output as JsonObject).UploadId);
      await writeFile(remember, JSON.stringify({ upload }), { mode: 0o600 });
    }
    const id: string = upload;
    const missing = parts.map((_, index) => index + 1).filter((number) => !sent.has(number));
    const ends = await Promise.allSettled(
      missing.map((number) =>
        turn(async () => {
          signal?.throwIfAborted();
          const start = (number - 1) * partSize;
          const checksum = parts[number - 1]!;
          const data = await piece(body, start, Math.min(partSize, body.bytes - start), checksum);
          const { output } = await patiently(aws, signal, () => ask('UploadPart', { UploadId: id, PartNumber: number, ChecksumSHA256: checksum, Body: data }));
          sent.set(number, String((output as JsonObject).ETag));
        }),
      ),
    );
    const broken = ends.find((end) => end.status === 'rejected');
    if (broken) throw broken.reason;
    signal?.throwIfAborted();
    const Parts = parts.map((checksum, index) => ({ PartNumber: index + 1, ETag: sent.get(index + 1)!, ChecksumSHA256: checksum }));
    const answer = await ask('CompleteMultipartUpload', { UploadId: id, MultipartUpload: { Parts } });
    await rm(remember, { force: true });
    return answer;
  };

  // The methods of the door do not look at `this`, and its region may be none: nothing of it is copied.
  return Object.assign(Object.create(aws) as Aws, {
    async send(request: SendRequest): Promise<Answer> {
      const input = request.input as JsonObject | null;
      const body = input?.Body as unknown as BodyReference | undefined;
      if (request.call.service !== 's3' || request.call.operation !== 'PutObject' || typeof body !== 'object' || body === null) return aws.send(request);
      return body.parts ? inParts(request, input!, body) : whole(request, input!, body);
    },
  });
}

async function begun(file: string): Promise<string | null> {
  try {
    const { upload } = JSON.parse(await readFile(file, 'utf8')) as { upload?: unknown };
    return typeof upload === 'string' ? upload : null;
  } catch {
    return null;
  }
}
/** A part is the same bytes under the same number, and counts for nothing until all are there: it may be sent again at once. */
async function patiently(aws: Aws, signal: AbortSignal | undefined, send: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      const passing = isAwsFailure(error) && (error.status === undefined || error.status >= 500 || /^(SlowDown|Throttl|RequestTimeout)/.test(error.code));
      if (!passing || attempt === 5 || signal?.aborted) throw error;
      await aws.clock.sleep(500 * 2 ** attempt * (0.5 + Math.random()), signal);
    }
  }
}
