import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Account, World } from '../../contract.ts';
import { type Bucket, objectId, type StoredObject } from '../s3/shared.ts';

/** The account that owns a bucket, which need not be the trail's. */
export const ownerOf = (world: World, bucket: string): Account | undefined =>
  Object.values(world.accounts).find((account) => account.tables.s3Buckets !== undefined && Object.hasOwn(account.tables.s3Buckets, bucket));

/** 16 letters and digits that belong to a text: names that differ, without the world's dice, which a reading must not spend. */
export const uniqueOf = (text: string): string =>
  createHash('sha256')
    .update(text)
    .digest('base64')
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 16);

/** Puts a gzipped JSON document into a bucket, as CloudTrail does. Where there is no such bucket it is lost. */
export function deposit(
  world: World,
  object: { bucket: string; key: string; text: string; time: number; metadata?: Record<string, string> },
): { hash: string } {
  const { bucket, key, text, time, metadata = {} } = object;
  const owner = ownerOf(world, bucket);
  if (owner) {
    const body = gzipSync(text);
    const row: StoredObject = {
      bucket,
      key,
      body: body.toString('base64'),
      size: body.length,
      etag: createHash('md5').update(body).digest('hex'),
      modified: time,
      contentType: 'application/json',
      metadata,
      ...((owner.tables.s3Buckets![bucket] as Bucket).versioning === 'Enabled'
        ? { versionId: createHash('sha256').update(`version ${key}`).digest('hex').slice(0, 32) }
        : {}),
    };
    (owner.tables.s3Objects ??= {})[objectId(bucket, key)] = row;
  }
  return { hash: createHash('sha256').update(text).digest('hex') };
}
