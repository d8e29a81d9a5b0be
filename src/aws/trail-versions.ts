import { AplombError, type JsonObject, type ListedObject, type ObjectSource } from '../kernel/index.ts';

/** A version of an object, or a marker of its deletion, as a bucket with versioning keeps them. */
export interface StoredVersion extends ListedObject {
  /** `null` of an object that is older than the bucket's versioning. */
  readonly version: string;
  /** `current`: what everybody gets who names no version. */
  readonly standing: 'current' | 'earlier' | 'marker';
  /** What its coming did to an object that was there, or had been. */
  readonly did?: 'overwrote' | 'deleted' | 'restored';
  /** The version it did that to: the newest older one that is left. */
  readonly before?: { readonly version: string; readonly etag: string };
}
type Entry = Omit<StoredVersion, 'did' | 'before'>;
type Ask = (input: JsonObject) => Promise<JsonObject>;
export interface VersionListing extends Pick<ObjectSource, 'folders'> {
  /** As of `ObjectSource`, with every version: of each key the oldest first. */
  list(prefix: string, options?: { readonly after?: string }): AsyncIterable<StoredVersion>;
}

/** Of one key so many are ordered and compared with each other. */
const MOST = 10_000;

/**
 * A bucket's objects with all their versions (ListObjectVersions), for `listTrail`: folders in which everything was deleted are folders
 * still. @param ask sends one request. @throws AplombError EndlessPages. AwsFailure
 */
export function versionListing(name: string, ask: Ask): VersionListing {
  async function* pages(input: JsonObject): AsyncGenerator<JsonObject> {
    let at: JsonObject = {};
    for (let marks = ''; ; ) {
      const page = await ask({ ...input, ...at, EncodingType: 'url' });
      yield page;
      if (page.IsTruncated !== true) return;
      at = {
        KeyMarker: decoded(String(page.NextKeyMarker ?? '')),
        ...(typeof page.NextVersionIdMarker === 'string' && page.NextVersionIdMarker !== '' ? { VersionIdMarker: page.NextVersionIdMarker } : {}),
      };
      if (at.KeyMarker === '' || JSON.stringify(at) === marks)
        throw new AplombError('EndlessPages', `s3:ListObjectVersions of ${name} does not go on; the list is not complete.`);
      marks = JSON.stringify(at);
    }
  }
  return {
    async *list(prefix, { after = '' } = {}) {
      let group: Entry[] = [];
      for await (const page of pages({ Prefix: prefix, ...(after === '' ? {} : { KeyMarker: after }) })) {
        for (const entry of entriesOf(page)) {
          if (group.length > 0 && (group[0]!.key !== entry.key || group.length >= MOST)) {
            yield* told(group);
            group = [];
          }
          if (after === '' || entry.key > after) group.push(entry);
        }
      }
      yield* told(group);
    },
    async *folders(prefix) {
      for await (const page of pages({ Prefix: prefix, Delimiter: '/' })) {
        for (const one of rows(page, 'CommonPrefixes')) yield { folder: decoded(String(one.Prefix)) };
        for (const one of entriesOf(page)) if (one.key !== prefix && one.standing !== 'earlier') yield one;
      }
    },
  };
}

const rows = (page: JsonObject, member: string): JsonObject[] => (page[member] ?? []) as JsonObject[];
/** Of a page, by key. The XML has versions and markers of a key in order; the SDK puts them into two lists. */
function entriesOf(page: JsonObject): Entry[] {
  const common = (one: JsonObject) => ({ key: decoded(String(one.Key)), version: String(one.VersionId ?? 'null'), modified: String(one.LastModified ?? '') });
  const versions = rows(page, 'Versions').map(
    (one): Entry => ({
      ...common(one),
      bytes: Number(one.Size ?? 0),
      etag: String(one.ETag ?? '').replaceAll('"', ''),
      standing: one.IsLatest === true ? 'current' : 'earlier',
    }),
  );
  const markers = rows(page, 'DeleteMarkers').map((one): Entry & { readonly latest: boolean } => ({
    ...common(one),
    bytes: 0,
    etag: '',
    standing: 'marker',
    latest: one.IsLatest === true,
  }));
  const [shown, hidden] = [markers.filter(({ latest }) => latest), markers.filter(({ latest }) => !latest)];
  // Stable: of those of the same second the one that S3 calls the latest is, and a deletion came after what it deleted.
  const all = [...versions.filter(({ standing }) => standing === 'current'), ...shown, ...hidden, ...versions.filter(({ standing }) => standing === 'earlier')];
  return all.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
}
/** The versions of one key, oldest first, each with what it did to those before it. */
function* told(group: readonly Entry[]): Generator<StoredVersion> {
  const rank = (one: Entry): number => (one.standing === 'current' ? 1 : 0);
  const order = group.toSorted((a, b) => rank(b) - rank(a) || (Date.parse(b.modified) || 0) - (Date.parse(a.modified) || 0)).reverse();
  let last: Entry | undefined;
  let before: { version: string; etag: string } | undefined;
  for (const { ...one } of order) {
    const did =
      one.standing === 'marker'
        ? last?.standing === 'marker'
          ? undefined
          : 'deleted'
        : last === undefined
          ? undefined
          : last.standing === 'marker'
            ? 'restored'
            : 'overwrote';
    yield { ...one, ...(did === undefined ? {} : { did }), ...(did === undefined || before === undefined ? {} : { before }) };
    last = one;
    if (one.standing !== 'marker') before = { version: one.version, etag: one.etag };
  }
}
/** EncodingType=url: keys may hold what XML cannot. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
