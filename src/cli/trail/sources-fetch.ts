import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isAwsFailure } from '../../aws/index.ts';
import { AplombError, isAplombError, type ObjectSource, type ReadObject, sha256 } from '../../kernel/index.ts';
import type { Place } from '../../trail/listing/layout.ts';
import type { TrailObject } from '../../trail/listing/list.ts';
import { SIDECAR } from '../../trail/trust/folder.ts';

/** An object whose bytes lie in a file now: what `ingest` takes. */
export interface Fetched {
  readonly path: string;
  /** `s3://bucket/key`; of an earlier version with `versionId=... ` in front: digests know files by how their names end. */
  readonly file: string;
  readonly bytes: number;
  readonly etag: string;
  readonly version?: string;
  readonly place: Place;
  /** It was there already, by size and time of change. */
  readonly known: boolean;
}
export interface FetchOptions {
  /** Folder that takes the objects under their own names: a copy of the bucket. */
  readonly dir: string;
  /** Default 64: one that is slow holds up nobody for long. */
  readonly atOnce?: number;
  /** Bytes; default 512 MiB. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  /** An object that could not be had; the others go on. */
  problem(one: { readonly file: string; readonly code: string; readonly why: string }): void;
}
/** So many refusals alike before anything was had: nothing here can be read. */
const HOPELESS = 50;
const HEAVY = 256 * 2 ** 20;
/** Names that every file system takes. */
const PLAIN = /^(?!\.{1,2}$)[A-Za-z0-9 !'()+,=@_.-]{1,200}$/;

/**
 * Brings listed objects into a folder, several at once, in the order of the listing. What is there already is not asked for again; an object
 * that has changed since is put beside the one that came first. Digests get their signature in a sidecar. In memory are the
 * bytes of `atOnce` objects, and no more are begun while they have 256 MiB together.
 * @throws AplombError NothingReadable, and whatever ends the work as a whole (credentials that have expired)
 */
export async function* fetchObjects(source: ObjectSource, listing: AsyncIterable<TrailObject>, options: FetchOptions): AsyncGenerator<Fetched> {
  const { dir, atOnce = 64, signal } = options;
  const objects = listing[Symbol.asyncIterator]();
  const flying: { readonly bytes: number; readonly one: Promise<Fetched | Failed> }[] = [];
  let heavy = 0;
  let more = true;
  let had = false;
  let alike: { code: string; count: number } = { code: '', count: 0 };
  try {
    for (;;) {
      while (more && flying.length < atOnce && heavy < HEAVY) {
        signal?.throwIfAborted();
        const { value, done } = await objects.next();
        if (done) more = false;
        else {
          const bytes = value.bytes > 0 ? value.bytes : 0;
          flying.push({ bytes, one: bring(source, value, dir, options.limit) });
          heavy += bytes;
        }
      }
      const first = flying.shift();
      if (!first) return;
      const one = await first.one;
      heavy -= first.bytes;
      if ('path' in one) {
        had = true;
        yield one;
        continue;
      }
      if (one.fatal) throw one.error;
      alike = { code: one.code, count: one.code === alike.code ? alike.count + 1 : 1 };
      options.problem({ file: one.file, code: one.code, why: one.error instanceof Error ? one.error.message : String(one.error) });
      if (!had && alike.count >= HOPELESS)
        throw new AplombError('NothingReadable', `None of the first ${HOPELESS} objects of ${source.name} could be read: ${one.code}.`, {
          fix: 'The caller needs s3:GetObject, and kms:Decrypt on the key the trail encrypts with.',
          cause: one.error,
        });
    }
  } finally {
    await Promise.allSettled(flying.map(({ one }) => one));
    await objects.return?.();
  }
}

interface Failed {
  readonly file: string;
  readonly code: string;
  readonly error: unknown;
  readonly fatal: boolean;
}
const OF_ONE = new Set(['TooLarge', 'ObjectChanged', 'ObjectCorrupt', 'InvalidKey']);

async function bring(source: ObjectSource, object: TrailObject, dir: string, limit: number | undefined): Promise<Fetched | Failed> {
  const file = `${object.version === undefined ? '' : `versionId=${object.version} `}${source.name}/${object.key}`;
  try {
    const told = { file, bytes: object.bytes, etag: object.etag, place: object.place };
    const places = placesFor(dir, object);
    const free: string[] = [];
    for (const path of places) {
      const there = await standsAt(path, object);
      if (there === 'same') return { ...told, path, ...(object.version === undefined ? {} : { version: object.version }), known: true };
      if (there === 'free') free.push(path);
    }
    const one = await source.read(object.key, {
      etag: object.etag,
      bytes: object.bytes,
      ...(object.version === undefined ? {} : { version: object.version }),
      ...(limit === undefined ? {} : { limit }),
    });
    const path = await put(free, one);
    return { ...told, path, ...(one.version === undefined ? {} : { version: one.version }), known: false };
  } catch (error) {
    const code = String((error as { code?: unknown } | null)?.code ?? 'Unknown');
    return { file, code, error, fatal: !(isAwsFailure(error) || (isAplombError(error) && OF_ONE.has(code))) };
  }
}

/** Under its own name where that is one; beside it when another object was there first, or a folder stands in the way. Earlier versions apart. */
function placesFor(dir: string, { key, modified, etag, version }: TrailObject): readonly string[] {
  const names = key.split('/');
  const own = names.length <= 40 && names.every((name) => PLAIN.test(name)) ? names : ['_odd', sha256(key)];
  const mark = sha256(`${key} ${etag} ${modified}${version === undefined ? '' : ` ${version}`}`);
  return [
    version === undefined ? join(dir, ...own) : join(dir, '_earlier', mark.slice(0, 16), ...own),
    join(dir, '_again', mark.slice(0, 16), ...own),
    join(dir, '_odd', mark),
  ];
}
async function standsAt(path: string, { bytes, modified }: TrailObject): Promise<'same' | 'free' | 'other'> {
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => error.code ?? 'EIO');
  if (typeof there === 'string') return there === 'ENOENT' ? 'free' : 'other';
  return there.isFile() && there.size === bytes && Math.round(there.mtimeMs) === Date.parse(modified) ? 'same' : 'other';
}
const IN_THE_WAY = new Set(['EISDIR', 'ENOTDIR', 'EEXIST', 'ENAMETOOLONG', 'ENOTEMPTY']);
/** Into the first place that takes it: what lies in the way may have come in the same moment. */
async function put(places: readonly string[], object: ReadObject): Promise<string> {
  const time = new Date(object.modified);
  const write = async (at: string, data: Uint8Array | string): Promise<void> => {
    const half = `${dirname(at)}/.${randomBytes(8).toString('hex')}`;
    try {
      await writeFile(half, data, { mode: 0o400, flag: 'wx' });
      if (!Number.isNaN(time.getTime())) await utimes(half, time, time);
      await rename(half, at);
    } catch (error) {
      await rm(half, { force: true }).catch(() => undefined);
      throw error;
    }
  };
  const { etag: ETag, version: VersionId = null, modified: LastModified, metadata: Metadata } = object;
  for (const path of places) {
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      // The sidecar first: a digest that is there has its signature.
      if (Metadata.signature !== undefined) await write(path + SIDECAR, JSON.stringify({ ETag, VersionId, LastModified, Metadata }));
      await write(path, object.data);
      return path;
    } catch (error) {
      if (!IN_THE_WAY.has(String((error as NodeJS.ErrnoException).code))) throw error;
    }
  }
  throw new AplombError('InvalidKey', `There is no place for ${object.key.slice(0, 200)} in the copy of the bucket.`);
}
