import { isDeepStrictEqual } from 'node:util';
import type { BucketSource } from '../../aws/trail-objects.ts';
import type { StoredVersion } from '../../aws/trail-versions.ts';
import { evidenceItems } from '../../evidence/index.ts';
import { type CaseFile, type EvidenceItem, type JsonObject, ofKind, type Text, TOOL, text, utc } from '../../kernel/index.ts';
import type { TrailObject } from '../../trail/listing/list.ts';

/** Something that was done to an object after it was delivered. Plain JSON; all of it comes from outside. */
export interface Change {
  /** `s3://bucket/key`. */
  readonly file: string;
  readonly did: NonNullable<StoredVersion['did']>;
  /** Version (or marker of a deletion) that did it, and when, UTC. */
  readonly version: string;
  readonly when: string;
  /** The version before it that is left, and was read; null: none is. */
  readonly before: string | null;
  /** The content stayed what it was, by its ETag. */
  readonly same: boolean;
}
/** How it stands with the versions of a bucket. */
export interface Versions {
  readonly bucket: string;
  /** `off`: it keeps none. `refused`: they may not be listed. `unasked`: not wanted. */
  readonly looked: 'all' | 'off' | 'refused' | 'unasked';
  readonly code?: string;
  readonly changes: readonly Change[];
}

/** Of a listing of all versions: what is to be read, and, by the way, what was done to it. */
export async function* withoutMarkers(source: string, listing: AsyncIterable<TrailObject>, changes: Change[]): AsyncGenerator<TrailObject> {
  for await (const object of listing) {
    const { standing, did, before, version = 'null', ...plain } = object as TrailObject & Partial<StoredVersion>;
    if (did !== undefined)
      changes.push({
        file: `${source}/${object.key}`,
        did,
        version,
        when: object.modified,
        before: before?.version ?? null,
        same: did !== 'deleted' && before !== undefined && before.etag === object.etag && object.etag !== '',
      });
    // Naming a version asks for another permission: the current one is read without.
    if (standing === 'earlier') yield { ...plain, version };
    else if (standing !== 'marker') yield plain;
  }
}

/** Something is not as it was delivered. */
export const isTampering = ({ same }: Change): boolean => !same;

export function changeText({ did, when, version, before, same }: Change): Text {
  const [en, es] =
    did === 'deleted'
      ? before === null
        ? ['and no version of it is left', 'y no queda ninguna versión']
        : ['what it held is still there as an earlier version', 'lo que contenía sigue ahí como versión anterior']
      : same
        ? ['with the same content', 'con el mismo contenido']
        : before === null
          ? ['no version from before is left', 'no queda ninguna versión anterior']
          : ['what it held before is still there as an earlier version', 'lo que contenía antes sigue ahí como versión anterior'];
  const what = {
    deleted: ['deleted', 'borrado'],
    overwrote: ['overwritten', 'sobrescrito'],
    restored: ['put there again after a deletion', 'puesto de nuevo tras un borrado'],
  } as const;
  return text(`${what[did][0]} at ${when}, version ${version}: ${en}`, `${what[did][1]} a las ${when}, versión ${version}: ${es}`);
}
/** What a person should know of a bucket whose versions were not looked at. */
export function lookedText({ bucket, looked, code }: Versions): Text | null {
  if (looked === 'off')
    return text(
      `${bucket} keeps no versions: what was overwritten or deleted there is gone, and nothing there tells of it`,
      `${bucket} no guarda versiones: lo que se sobrescribió o borró ya no está, y nada allí lo cuenta`,
    );
  if (looked === 'refused')
    return text(
      `Earlier versions in ${bucket} were NOT looked at: ${code}. The caller needs s3:ListBucketVersions and s3:GetObjectVersion.`,
      `Las versiones anteriores de ${bucket} NO se miraron: ${code}. Hacen falta s3:ListBucketVersions y s3:GetObjectVersion.`,
    );
  return looked === 'unasked'
    ? text(`Earlier versions in ${bucket} were not looked at, as asked.`, `Las versiones anteriores de ${bucket} no se miraron, como se pidió.`)
    : null;
}

const CALL = { service: 's3', operation: 'ListObjectVersions' } as const;
/** Puts what was done to the objects on the ledger, once. */
export async function keepChanges(file: CaseFile, { bucket, region }: Pick<BucketSource, 'bucket' | 'region'>, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const lines = changes.map((one) => `${JSON.stringify(one)}\n`).toSorted();
  const stored = await file.store(Buffer.from(lines.join('')));
  if (evidenceItems(file.entries).some((one) => one.sha256 === stored.sha256)) return;
  const item: EvidenceItem = {
    ...stored,
    name: `Objects of s3://${bucket} that were deleted or overwritten: ${changes.length}`,
    mediaType: 'application/x-ndjson',
    source: { tool: TOOL, time: utc(Date.now()), region, call: CALL },
  };
  file.append('evidence', { items: [item] });
}
/** What the case knows to have been done to the objects it read. */
export async function changesKept(file: Pick<CaseFile, 'entries' | 'load'>): Promise<Change[]> {
  const all = new Map<string, Change>();
  for (const { sha256, mediaType, source } of file.entries.filter(ofKind('evidence')).flatMap(({ body }) => body.items)) {
    if (mediaType !== 'application/x-ndjson' || !isDeepStrictEqual(source.call, CALL)) continue;
    for (const line of (await file.load(sha256)).toString('utf8').split('\n')) {
      if (line === '') continue;
      const one = JSON.parse(line) as Change;
      all.set(`${one.file} ${one.version}`, one);
    }
  }
  return [...all.values()];
}
export const changeJson = (one: Change): JsonObject => ({ ...one });
