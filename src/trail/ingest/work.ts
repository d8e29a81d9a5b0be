import { hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type Problem, type Read, readSource } from '../readers/read.ts';
import { LIMITS, type Limits } from '../readers/unpack.ts';
import { type Lines, openLines } from './lines.ts';
import { openPacks } from './packs.ts';

/** A file to read, with the number it gets when it is new. */
export interface Job {
  readonly source: number;
  /** Where its bytes lie. */
  readonly path: string;
  /** What it is called in the case: its path, or its address in S3. */
  readonly file: string;
  /** Not packed. */
  readonly plain?: boolean;
  readonly careful?: boolean;
  /** As S3 listed it. */
  readonly etag?: string;
  readonly version?: string;
}
export interface Done extends Omit<Read, 'problems'> {
  readonly source: number;
  readonly file: string;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly problems: readonly Problem[];
  readonly etag?: string;
  readonly version?: string;
  /** Read before under this hash: nothing was written. */
  readonly known?: boolean;
}
/** Lines of some files, ready for the store. */
export interface Batch {
  /** Records as lines of their own; beside it `.lines` with packed ones, `.identities` and `.ends`. */
  readonly path: string;
  readonly bytes: number;
  /** Bytes of packed lines. */
  readonly packed: number;
  readonly identities: number;
  readonly ends: number;
  readonly done: readonly Done[];
}
/** Lines are handed over in batches of about so many bytes. */
export const BATCH = 128 << 20;

/** Small files are read into the same bytes over and over. */
const shared = Buffer.allocUnsafeSlow(4 << 20);
/** The file's bytes, which hold until the next call; undefined when there are more than `most`. */
function fileOf(path: string, most: number): Buffer | undefined {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > most) return undefined;
    // One byte more: a file that grows meanwhile is read to where it ends.
    let bytes = size < shared.length ? shared : Buffer.allocUnsafeSlow(size + 1);
    for (let at = 0; ; ) {
      const read = readSync(file, bytes, at, bytes.length - at, null);
      at += read;
      if (read === 0) return bytes.subarray(0, at);
      if (at < bytes.length) continue;
      if (at > most) return undefined;
      const larger = Buffer.allocUnsafeSlow(bytes.length * 2);
      bytes.copy(larger);
      bytes = larger;
    }
  } finally {
    closeSync(file);
  }
}

export const namesOf = ({ source, file, path, etag, version }: Job) => ({ source, file, path, ...(etag ? { etag } : {}), ...(version ? { version } : {}) });
const NOTHING = { records: 0, written: 0 };
export const knownDone = (job: Job, sha256: string, bytes: number): Done => ({
  ...namesOf(job),
  ...NOTHING,
  kind: 'known',
  sha256,
  bytes,
  problems: [],
  known: true,
});
export const unreadable = (job: Job, error: unknown): Done => ({
  ...namesOf(job),
  ...NOTHING,
  kind: 'unreadable',
  sha256: '',
  bytes: 0,
  problems: [{ offset: null, why: `cannot be read: ${(error as Error).message.slice(0, 200)}`, lost: true }],
});

/**
 * Reads files one after another into a file of lines.
 * @param known says of a hash whether it was read before
 */
export function openWork(place: string, known: (sha256: string) => boolean, limits: Limits = LIMITS) {
  const lines: Lines = openLines(place);
  const packs = openPacks(place, lines);
  let done: Done[] = [];
  const one = (job: Job): Done | undefined => {
    const { source, path, plain, careful } = job;
    try {
      const packed = fileOf(path, limits.whole);
      if (!packed) return undefined;
      const sha256 = hash('sha256', packed, 'hex');
      if (known(sha256)) return knownDone(job, sha256, packed.length);
      const read = readSource(packed, source, lines, { limits, ...(careful ? { careful } : plain ? {} : { packing: packs }) });
      return read.long ? undefined : { ...namesOf(job), sha256, bytes: packed.length, ...read };
    } catch (error) {
      return unreadable(job, error);
    }
  };
  return {
    /** @returns `full` when a batch is; `long` when nothing was read because the file cannot be held at once: `loadLong` takes it */
    read(job: Job): 'more' | 'full' | 'long' {
      const read = one(job);
      if (!read) return 'long';
      done.push(read);
      return lines.size() + packs.lines.size() >= BATCH ? 'full' : 'more';
    },
    batch(): Batch {
      lines.finish();
      packs.finish();
      const batch = { path: lines.path, bytes: lines.size(), packed: packs.lines.size(), ...packs.count(), done };
      done = [];
      return batch;
    },
    again() {
      lines.again();
      packs.again();
    },
    remove() {
      lines.remove();
      packs.remove();
    },
  };
}
export type Work = ReturnType<typeof openWork>;
