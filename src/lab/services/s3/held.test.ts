import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench } from '../testing.ts';

const Bucket = 'held';
const MIB = 1024 * 1024;
const sha = (...pieces: Uint8Array[]) => createHash('sha256').update(Buffer.concat(pieces)).digest('base64');
let b: Bench;
const call = (operation: string, input: object) => b.call(`s3:${operation}`, { Bucket, ...input });
const later = (days: number): string => new Date(Date.UTC(2026, 10, 22, 12) + days * 86_400_000).toISOString();
beforeEach(async () => {
  b = bench({ seed: 's3 held' });
  await call('CreateBucket', { CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' }, ObjectLockEnabledForBucket: true });
});

describe('versions', () => {
  it('keeps what was overwritten or deleted, and brings it back when the marker is deleted', async () => {
    const first = await call('PutObject', { Key: 'a', Body: 'one' });
    b.pass(1);
    const second = await call('PutObject', { Key: 'a', Body: 'two' });
    b.pass(1);
    expect(first.VersionId).not.toBe(second.VersionId);
    expect((await call('GetObject', { Key: 'a', VersionId: first.VersionId })).Body.toString()).toBe('one');
    const marker = await call('DeleteObject', { Key: 'a' });
    expect(marker.DeleteMarker).toBe(true);
    await expect(call('GetObject', { Key: 'a' })).rejects.toMatchObject({ code: 'NoSuchKey' });
    const { Versions, DeleteMarkers } = await call('ListObjectVersions', {});
    expect(Versions.map((one: any) => one.IsLatest)).toEqual([false, false]);
    expect(DeleteMarkers).toMatchObject([{ Key: 'a', VersionId: marker.VersionId, IsLatest: true }]);
    await call('DeleteObject', { Key: 'a', VersionId: marker.VersionId });
    expect((await call('ListObjectVersions', {})).DeleteMarkers).toEqual([]);
    expect((await call('GetObject', { Key: 'a' })).Body.toString()).toBe('two');
    await expect(call('DeleteBucket', {})).rejects.toMatchObject({ code: 'BucketNotEmpty' });
  });
});

describe('ListObjectVersions', () => {
  it('gives every version and marker once, page after page, and folders of which nothing is current', async () => {
    const made: string[] = [];
    for (const Key of ['a/1', 'a/2', 'b', 'c/ñ']) {
      for (const Body of ['one', 'two']) {
        made.push((await call('PutObject', { Key, Body })).VersionId);
        b.pass(1);
      }
      if (Key !== 'b') made.push((await call('DeleteObject', { Key })).VersionId);
    }
    const read = async (MaxKeys: number, more: object = {}) => {
      const rows: any[] = [];
      const folders: string[] = [];
      for (let at = {}; ; ) {
        const page = await call('ListObjectVersions', { MaxKeys, ...more, ...at });
        expect(page.Versions.length + page.DeleteMarkers.length + page.CommonPrefixes.length).toBeLessThanOrEqual(MaxKeys);
        rows.push(...page.Versions, ...page.DeleteMarkers);
        folders.push(...page.CommonPrefixes.map(({ Prefix }: any) => Prefix));
        if (!page.IsTruncated) return { rows, folders };
        at = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      }
    };
    for (const size of [1, 2, 3, 1000]) {
      const { rows } = await read(size);
      expect(rows.map(({ VersionId }) => VersionId).sort()).toEqual([...made].sort());
      expect(
        rows
          .filter(({ IsLatest }) => IsLatest)
          .map(({ Key }) => Key)
          .sort(),
      ).toEqual(['a/1', 'a/2', 'b', 'c/ñ']);
    }
    const { rows, folders } = await read(1, { Delimiter: '/' });
    expect([folders, rows.map(({ Key }) => Key)]).toEqual([
      ['a/', 'c/'],
      ['b', 'b'],
    ]);
    expect((await read(9, { Prefix: 'c/', EncodingType: 'url' })).rows[0].Key).toBe('c/%C3%B1');
  });
});

describe('Object Lock', () => {
  const lock = (mode: string, days: number) => ({ ObjectLockMode: mode, ObjectLockRetainUntilDate: later(days) });
  it.each(['GOVERNANCE', 'COMPLIANCE'])('refuses to delete a version in %s, not to hide it', async (mode) => {
    const { VersionId } = await call('PutObject', { Key: 'a', Body: 'x', ...lock(mode, 2) });
    await expect(call('DeleteObject', { Key: 'a', VersionId })).rejects.toMatchObject({ code: 'AccessDenied' });
    const refusal = call('PutObjectRetention', { Key: 'a', Retention: { Mode: mode, RetainUntilDate: later(1) } });
    await expect(refusal).rejects.toMatchObject({ code: 'AccessDenied' });
    await call('PutObjectRetention', { Key: 'a', Retention: { Mode: mode, RetainUntilDate: later(3) } });
    expect((await call('GetObjectRetention', { Key: 'a' })).Retention.RetainUntilDate.toISOString()).toBe(later(3));
    expect((await call('DeleteObject', { Key: 'a' })).DeleteMarker).toBe(true);
    const bypass = call('DeleteObject', { Key: 'a', VersionId, BypassGovernanceRetention: true });
    if (mode === 'COMPLIANCE') {
      await expect(bypass).rejects.toMatchObject({ code: 'AccessDenied' });
      b.pass(4 * 86_400);
      await call('DeleteObject', { Key: 'a', VersionId });
    } else await bypass;
    expect((await call('ListObjectVersions', {})).Versions).toEqual([]);
  });
  it('a legal hold has no end and no way past it', async () => {
    const { VersionId } = await call('PutObject', { Key: 'a', Body: 'x', ObjectLockLegalHoldStatus: 'ON' });
    b.pass(9999 * 86_400);
    const refused = { Errors: [{ Key: 'a', VersionId, Code: 'AccessDenied' }] };
    expect(await call('DeleteObjects', { Delete: { Objects: [{ Key: 'a', VersionId }] }, BypassGovernanceRetention: true })).toMatchObject(refused);
    await call('PutObjectLegalHold', { Key: 'a', LegalHold: { Status: 'OFF' } });
    expect(await call('DeleteObjects', { Delete: { Objects: [{ Key: 'a', VersionId }] } })).not.toHaveProperty('Errors');
  });
  it('gives every new version the bucket’s default, and cannot be had without versioning', async () => {
    await call('PutObjectLockConfiguration', {
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 5 } } },
    });
    await call('PutObject', { Key: 'a', Body: 'x' });
    expect(await call('HeadObject', { Key: 'a' })).toMatchObject({ ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: new Date(later(5)) });
    const plain = { Bucket: 'plain' };
    await call('CreateBucket', { ...plain, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
    await expect(call('GetObjectLockConfiguration', plain)).rejects.toMatchObject({ code: 'ObjectLockConfigurationNotFoundError', status: 404 });
    await expect(call('PutObjectLockConfiguration', { ...plain, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } })).rejects.toMatchObject({
      code: 'InvalidBucketState',
    });
    await expect(call('PutObject', { ...plain, Key: 'a', Body: 'x', ...lock('GOVERNANCE', 1) })).rejects.toMatchObject({ code: 'InvalidRequest' });
  });
});

describe('objects in parts', () => {
  const parts = [Buffer.alloc(5 * MIB, 1), Buffer.alloc(5 * MIB, 2), Buffer.from('end')];
  const begin = async (): Promise<string> =>
    (await call('CreateMultipartUpload', { Key: 'big', ChecksumAlgorithm: 'SHA256', ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: later(9) }))
      .UploadId;
  const send = (UploadId: string, PartNumber: number, Body = parts[PartNumber - 1]!) =>
    call('UploadPart', { Key: 'big', UploadId, PartNumber, Body, ChecksumSHA256: sha(Body) });
  const listed = async (UploadId: string) =>
    (await call('ListParts', { Key: 'big', UploadId })).Parts.map(({ PartNumber, ETag, ChecksumSHA256 }: any) => ({ PartNumber, ETag, ChecksumSHA256 }));
  const complete = (UploadId: string, Parts: object[]) => call('CompleteMultipartUpload', { Key: 'big', UploadId, MultipartUpload: { Parts } });

  it('come together in order, with a checksum over those of the parts and the lock they were begun with', async () => {
    const id = await begin();
    for (const number of [3, 1, 2]) await send(id, number);
    expect((await call('ListMultipartUploads', {})).Uploads).toMatchObject([{ UploadId: id, Key: 'big' }]);
    expect(await complete(id, await listed(id))).toMatchObject({
      ChecksumType: 'COMPOSITE',
      ChecksumSHA256: `${sha(...parts.map((part) => Buffer.from(sha(part), 'base64')))}-3`,
    });
    expect((await call('GetObject', { Key: 'big' })).Body.equals(Buffer.concat(parts))).toBe(true);
    expect(await call('HeadObject', { Key: 'big', ChecksumMode: 'ENABLED' })).toMatchObject({ ObjectLockMode: 'GOVERNANCE', ChecksumType: 'COMPOSITE' });
    await expect(call('ListParts', { Key: 'big', UploadId: id })).rejects.toMatchObject({ code: 'NoSuchUpload' });
  });
  it('are refused when they are wrong, too small, out of order or not there', async () => {
    const id = await begin();
    await expect(call('UploadPart', { Key: 'big', UploadId: id, PartNumber: 1, Body: parts[0], ChecksumSHA256: sha(parts[1]!) })).rejects.toMatchObject({
      code: 'BadDigest',
    });
    await expect(call('UploadPart', { Key: 'big', UploadId: id, PartNumber: 1, Body: parts[0] })).rejects.toMatchObject({ code: 'InvalidRequest' });
    await send(id, 1, parts[2]);
    await send(id, 2);
    const all = await listed(id);
    await expect(complete(id, all)).rejects.toMatchObject({ code: 'EntityTooSmall' });
    await expect(complete(id, [...all].reverse())).rejects.toMatchObject({ code: 'InvalidPartOrder' });
    await expect(complete(id, [all[1], { PartNumber: 3, ETag: '"none"' }])).rejects.toMatchObject({ code: 'InvalidPart' });
    await call('AbortMultipartUpload', { Key: 'big', UploadId: id });
    await expect(complete(id, all)).rejects.toMatchObject({ code: 'NoSuchUpload' });
    await expect(call('HeadObject', { Key: 'big' })).rejects.toMatchObject({ code: 'NoSuchKey' });
  });
});
