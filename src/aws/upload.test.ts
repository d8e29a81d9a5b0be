import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../kernel/index.ts';
import { AwsError } from './errors.ts';
import type { Answer, Aws, SendRequest } from './types.ts';
import { compositeOf, PART, partSizeOf, uploading } from './upload.ts';

const MIB = 1024 * 1024;
const data = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
const digest = (bytes: Uint8Array, form: 'hex' | 'base64') => createHash('sha256').update(bytes).digest(form);
const partSize = 400;
const parts = [0, 400, 800].map((at) => digest(data.subarray(at, at + partSize), 'base64'));

/** A bucket that keeps one upload, and what it was asked. */
function bucket(root: string, trouble: (operation: string, times: number) => Error | undefined = () => undefined) {
  const asked: string[] = [];
  const kept = new Map<number, { ETag: string; ChecksumSHA256: string; bytes: Buffer }>();
  let most = 0;
  let now = 0;
  let whole: Buffer | undefined;
  const answer = (output: JsonObject): Answer => ({ output, requestId: 'r', status: 200, date: null, attempts: 1, body: null, sha256: '' });
  const door = {
    clock: { now: () => 0, sleep: async () => undefined },
    async send({ call, input }: SendRequest): Promise<Answer> {
      const { operation } = call;
      const given = input as JsonObject;
      asked.push(operation === 'UploadPart' ? `UploadPart ${given.PartNumber}` : operation);
      const failed = trouble(operation, asked.filter((one) => one.split(' ')[0] === operation).length);
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      if (failed) throw failed;
      const body = () => Buffer.from(given.Body as string, 'base64');
      if (operation === 'CreateMultipartUpload') return answer({ UploadId: 'u1' });
      if (operation === 'UploadPart') {
        kept.set(given.PartNumber as number, { ETag: `e${given.PartNumber}`, ChecksumSHA256: given.ChecksumSHA256 as string, bytes: body() });
        return answer({ ETag: `e${given.PartNumber}` });
      }
      if (operation === 'ListParts')
        return answer({ Parts: [...kept].map(([PartNumber, { ETag, ChecksumSHA256 }]) => ({ PartNumber, ETag, ChecksumSHA256 })), IsTruncated: false });
      if (operation === 'CompleteMultipartUpload') {
        whole = Buffer.concat([...kept].sort(([a], [b]) => a - b).map(([, part]) => part.bytes));
        return answer({ ChecksumSHA256: compositeOf(parts) });
      }
      if (operation === 'PutObject') whole = body();
      return answer({ ChecksumSHA256: given.ChecksumSHA256 ?? null });
    },
  } as unknown as Aws;
  const open = (bytesOf = async (start: number, length: number) => data.subarray(start, start + length)) =>
    uploading(door, { state: root, atOnce: 2, bytesOf: (_body, start, length) => bytesOf(start, length) });
  return { asked, open, kept, most: () => most, whole: () => whole };
}
const put = (aws: Aws, inParts: boolean): Promise<Answer> => {
  const body = { file: 'evidence/x', bytes: data.length, sha256: digest(data, 'hex'), ...(inParts ? { partSize, parts } : {}) };
  const input = { Bucket: 'b', Key: 'k', Body: body } as unknown as JsonObject;
  return aws.send({ call: { service: 's3', operation: 'PutObject', region: 'eu-west-1', input }, input, purpose: 'mutation', keep: false, phase: 'test' });
};
let root: string | undefined;
const folder = (): string => (root = mkdtempSync(join(tmpdir(), 'aplomb-upload-')));
afterEach(() => root && rmSync(root, { recursive: true, force: true }));

describe('bodies that are named', () => {
  it('sends a small one whole, as it is', async () => {
    const s3 = bucket(folder());
    await put(s3.open(), false);
    expect(s3.asked).toEqual(['PutObject']);
    expect(s3.whole()?.equals(data)).toBe(true);
  });
  it('sends a large one in parts, two at once, and forgets the upload when it is complete', async () => {
    const where = folder();
    const s3 = bucket(where);
    expect((await put(s3.open(), true)).output).toEqual({ ChecksumSHA256: compositeOf(parts) });
    expect(s3.whole()?.equals(data)).toBe(true);
    expect(s3.most()).toBe(2);
    expect(readdirSync(where)).toEqual([]);
  });
  it('goes on with what is missing or wrong, and sends nothing twice', async () => {
    const where = folder();
    const s3 = bucket(where, (operation, times) => (operation === 'UploadPart' && times > 2 ? new AwsError('AccessDenied', 'no', { status: 403 }) : undefined));
    await expect(put(s3.open(), true)).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(readdirSync(where)).toHaveLength(1);
    const again = bucket(where);
    for (const [number, part] of s3.kept) again.kept.set(number, part);
    again.kept.set(2, { ETag: 'old', ChecksumSHA256: parts[0]!, bytes: Buffer.from('other') });
    await put(again.open(), true);
    expect(again.asked).toEqual(['ListParts', 'UploadPart 2', 'UploadPart 3', 'CompleteMultipartUpload']);
    expect(again.whole()?.equals(data)).toBe(true);
  });
  it('begins anew when S3 has forgotten the upload', async () => {
    const where = folder();
    const broken = bucket(where, (operation) => (operation === 'CompleteMultipartUpload' ? new AwsError('InternalError', 'no', { status: 500 }) : undefined));
    await expect(put(broken.open(), true)).rejects.toMatchObject({ code: 'InternalError' });
    const s3 = bucket(where, (operation) => (operation === 'ListParts' ? new AwsError('NoSuchUpload', 'gone', { status: 404 }) : undefined));
    await put(s3.open(), true);
    expect(s3.asked.slice(0, 2)).toEqual(['ListParts', 'CreateMultipartUpload']);
    expect(s3.whole()?.equals(data)).toBe(true);
  });
  it('sends a part again that S3 was too busy for', async () => {
    const s3 = bucket(folder(), (operation, times) =>
      operation === 'UploadPart' && times === 1 ? new AwsError('SlowDown', 'slow', { status: 503 }) : undefined,
    );
    await put(s3.open(), true);
    expect(s3.asked.filter((one) => one === 'UploadPart 1')).toHaveLength(2);
    expect(s3.whole()?.equals(data)).toBe(true);
  });
  it('does not send what changed on disk since it was planned', async () => {
    for (const inParts of [false, true]) {
      const s3 = bucket(folder());
      await expect(
        put(
          s3.open(async (start, length) => Buffer.from(data.subarray(start, start + length)).fill(0)),
          inParts,
        ),
      ).rejects.toMatchObject({ code: 'ItemAltered' });
      expect(s3.asked.filter((one) => !one.startsWith('Create'))).toEqual([]);
    }
  });
});

describe('sizes of parts', () => {
  it.each([
    [PART + 1, PART],
    [10_000 * PART, PART],
    [10_000 * PART + 1, PART + MIB],
    [1024 * 1024 * MIB, 105 * MIB],
  ])('%i bytes: parts of %i', (bytes, size) => {
    expect(partSizeOf(bytes)).toBe(size);
    expect(Math.ceil(bytes / size)).toBeLessThanOrEqual(10_000);
  });
  it('says what it cannot send', () => expect(() => partSizeOf(5 * 1024 * 1024 * MIB)).toThrow(expect.objectContaining({ code: 'TooLarge' })));
});
