import { type LabContext, LabError } from '../../contract.ts';
import { shelf } from '../shelf.ts';
import { type Bucket, objectId, objects, type StoredObject } from './shared.ts';

/**
 * Versions of objects (Amazon S3 User Guide, "Retaining multiple versions of objects with S3 Versioning"). The current version is on
 * the shelf of objects; older ones, and the markers of deletions, are here.
 */
export interface Marker {
  bucket: string;
  key: string;
  versionId: string;
  modified: number;
}
const absent = (): LabError => new LabError('NoSuchVersion', 'The specified version does not exist.', { status: 404 });
export const older = shelf<StoredObject>('s3OlderVersions', absent, 'account');
export const markers = shelf<Marker>('s3DeleteMarkers', absent, 'account');

const versionKey = (row: { bucket: string; key: string; versionId?: string }): string => `${row.versionId ?? 'null'} ${objectId(row.bucket, row.key)}`;
const of = <T extends { bucket: string; key: string }>(rows: T[], bucket: string, key: string): T[] =>
  rows.filter((row) => row.bucket === bucket && row.key === key);

export const noSuchKey = (): LabError => new LabError('NoSuchKey', 'The specified key does not exist.', { status: 404 });

/** The current version, or the one that is named. @throws LabError NoSuchKey, NoSuchVersion */
export function versionOf(ctx: LabContext, bucket: Bucket, input: { Key?: string; VersionId?: string }): StoredObject {
  const current = objects.find(ctx, objectId(bucket.name, input.Key ?? ''));
  if (input.VersionId === undefined) {
    if (!current) throw noSuchKey();
    return current;
  }
  if (current && (current.versionId ?? 'null') === input.VersionId) return current;
  return older.get(ctx, versionKey({ bucket: bucket.name, key: input.Key ?? '', versionId: input.VersionId }));
}

/** Makes it the current version. In a bucket with versioning what was there before stays as an older one. */
export function addVersion(ctx: LabContext, bucket: Bucket, row: StoredObject): StoredObject {
  const id = objectId(row.bucket, row.key);
  const before = objects.find(ctx, id);
  if (bucket.versioning === 'Enabled') {
    row.versionId = ctx.uuid().replaceAll('-', '');
    if (before) older.put(ctx, versionKey(before), before);
  }
  return objects.put(ctx, id, row);
}

/**
 * Deletes a version for ever, or, without a version, hides the object behind a marker where the bucket has versioning.
 * @param refuse throws when the version is held
 */
export function removeVersion(
  ctx: LabContext,
  bucket: Bucket,
  input: { Key: string; VersionId?: string },
  refuse: (row: StoredObject) => void,
): { DeleteMarker?: boolean; VersionId?: string } {
  const id = objectId(bucket.name, input.Key);
  const current = objects.find(ctx, id);
  if (input.VersionId === undefined) {
    if (bucket.versioning !== 'Enabled') {
      if (current) refuse(current);
      objects.drop(ctx, id);
      return {};
    }
    if (current) older.put(ctx, versionKey(current), current);
    objects.drop(ctx, id);
    const marker: Marker = { bucket: bucket.name, key: input.Key, versionId: ctx.uuid().replaceAll('-', ''), modified: ctx.now() };
    markers.put(ctx, versionKey(marker), marker);
    return { DeleteMarker: true, VersionId: marker.versionId };
  }
  const named = { bucket: bucket.name, key: input.Key, versionId: input.VersionId };
  if (markers.find(ctx, versionKey(named))) {
    markers.drop(ctx, versionKey(named));
    promote(ctx, bucket, input.Key);
    return { DeleteMarker: true, VersionId: input.VersionId };
  }
  const isCurrent = current !== undefined && (current.versionId ?? 'null') === input.VersionId;
  const row = isCurrent ? current : older.find(ctx, versionKey(named));
  if (!row) return { VersionId: input.VersionId };
  refuse(row);
  if (isCurrent) {
    objects.drop(ctx, id);
    promote(ctx, bucket, input.Key);
  } else older.drop(ctx, versionKey(named));
  return { VersionId: input.VersionId };
}

/** The newest of what is left is current again, unless that is a marker. */
function promote(ctx: LabContext, bucket: Bucket, key: string): void {
  if (objects.find(ctx, objectId(bucket.name, key))) return;
  const last = of(older.all(ctx), bucket.name, key).sort((a, b) => b.modified - a.modified)[0];
  const hidden = of(markers.all(ctx), bucket.name, key).some((marker) => last !== undefined && marker.modified >= last.modified);
  if (!last || hidden) return;
  older.drop(ctx, versionKey(last));
  objects.put(ctx, objectId(bucket.name, key), last);
}
