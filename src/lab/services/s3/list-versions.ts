import type { LabOperations } from '../../contract.ts';
import { trailArrivals } from '../cloudtrail/arrivals.ts';
import { date } from '../paging.ts';
import { bucketArn, bucketAt, objects, type StoredObject } from './shared.ts';
import { type Marker, markers, older } from './versions.ts';

interface Entry {
  readonly key: string;
  readonly versionId: string;
  readonly latest: boolean;
  readonly modified: number;
  /** Absent: a marker of a deletion. */
  readonly object?: StoredObject;
}
const bytes = (text: string): Buffer => Buffer.from(text);

/** Everything of a bucket below a prefix: by key, of each key the newest first. */
function entriesOf(rows: { current: StoredObject[]; older: StoredObject[]; markers: Marker[] }): Entry[] {
  const standing = new Set(rows.current.map(({ key }) => key));
  const newest = new Map<string, Marker>();
  for (const marker of rows.markers)
    if (!standing.has(marker.key) && !((newest.get(marker.key)?.modified ?? -1) > marker.modified)) newest.set(marker.key, marker);
  const version = (object: StoredObject, latest: boolean): Entry => ({ ...object, versionId: object.versionId ?? 'null', latest, object });
  return [
    ...rows.current.map((one) => version(one, true)),
    ...rows.older.map((one) => version(one, false)),
    ...rows.markers.map((one) => ({ ...one, latest: newest.get(one.key) === one })),
  ].sort((a, b) => Buffer.compare(bytes(a.key), bytes(b.key)) || Number(b.latest) - Number(a.latest) || b.modified - a.modified);
}

export const operations: LabOperations = {
  ListObjectVersions: {
    dataPlane: true,
    resources: bucketArn,
    run(input, ctx) {
      const bucket = bucketAt(ctx, input);
      const prefix: string = input.Prefix ?? '';
      const delimiter: string | undefined = input.Delimiter || undefined;
      trailArrivals(ctx, bucket.name, prefix, delimiter !== undefined);
      const inside = <T extends { bucket: string; key: string }>(all: T[]): T[] =>
        all.filter((one) => one.bucket === bucket.name && one.key.startsWith(prefix));
      const all = entriesOf({ current: inside(objects.all(ctx)), older: inside(older.all(ctx)), markers: inside(markers.all(ctx)) });
      const rows: (Entry | string)[] = [];
      for (const one of all) {
        const end = delimiter === undefined ? -1 : one.key.indexOf(delimiter, prefix.length);
        const common = end < 0 ? undefined : one.key.slice(0, end + delimiter!.length);
        if (common === undefined) rows.push(one);
        else if (rows.at(-1) !== common) rows.push(common);
      }
      const nameOf = (row: Entry | string): string => (typeof row === 'string' ? row : row.key);
      // With a version the marked entry itself is behind us, without one the whole key is.
      const marked = input.KeyMarker === undefined || input.KeyMarker === '' ? undefined : bytes(input.KeyMarker);
      const at = rows.findIndex((row) => typeof row !== 'string' && row.key === input.KeyMarker && row.versionId === input.VersionIdMarker);
      const left = at >= 0 ? rows.slice(at + 1) : marked ? rows.filter((row) => Buffer.compare(bytes(nameOf(row)), marked) > 0) : rows;
      const size = Math.min(input.MaxKeys ?? 1000, 1000, ctx.world.settings.pageSize || 1000);
      const page = left.slice(0, size);
      const last = left.length > size ? page.at(-1) : undefined;
      const shown = (text: string) => (input.EncodingType === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text);
      const entries = page.filter((row): row is Entry => typeof row !== 'string');
      const told = (one: Entry) => ({ Key: shown(one.key), VersionId: one.versionId, IsLatest: one.latest, LastModified: date(one.modified) });
      return {
        Name: bucket.name,
        Prefix: shown(prefix),
        MaxKeys: Math.min(input.MaxKeys ?? 1000, 1000),
        IsTruncated: last !== undefined,
        ...(delimiter === undefined ? {} : { Delimiter: shown(delimiter) }),
        ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
        ...(last === undefined ? {} : { NextKeyMarker: shown(nameOf(last)) }),
        ...(last === undefined || typeof last === 'string' ? {} : { NextVersionIdMarker: last.versionId }),
        Versions: entries.flatMap((one) =>
          one.object ? [{ ...told(one), ETag: `"${one.object.etag}"`, Size: one.object.size, StorageClass: 'STANDARD' }] : [],
        ),
        DeleteMarkers: entries.flatMap((one) => (one.object ? [] : [told(one)])),
        CommonPrefixes: page.filter((row) => typeof row === 'string').map((row) => ({ Prefix: shown(row) })),
      };
    },
  },
};
