import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { type Problem, type Read, readSource } from '../readers/read.ts';
import { LIMITS } from '../readers/unpack.ts';
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
export const BATCH = 32 << 20;
/** Packed files longer than this are not held in memory. */
const LONGEST = LIMITS.whole;

/**
 * Reads files one after another into a file of lines.
 * @param known says of a hash whether it was read before
 */
export function openWork(place: string, known: (sha256: string) => boolean) {
  const lines: Lines = openLines(place);
  const packs = openPacks(place, lines);
  let done: Done[] = [];
  const one = ({ source, path, file, plain, careful, etag, version }: Job): Done => {
    const named = { source, file, path, ...(etag ? { etag } : {}), ...(version ? { version } : {}) };
    const nothing = { ...named, kind: 'unreadable', records: 0, written: 0, bytes: 0, sha256: '' };
    try {
      const { size } = statSync(path);
      if (size > LONGEST)
        return { ...nothing, bytes: size, problems: [{ offset: null, why: `longer than ${LONGEST} bytes: split it into several files`, lost: true }] };
      const packed = readFileSync(path);
      const sha256 = createHash('sha256').update(packed).digest('hex');
      if (known(sha256)) return { ...nothing, kind: 'known', sha256, bytes: packed.length, problems: [], known: true };
      return {
        ...named,
        sha256,
        bytes: packed.length,
        ...readSource(packed, source, lines, careful ? { careful } : plain ? {} : { packing: packs }),
      };
    } catch (error) {
      return { ...nothing, problems: [{ offset: null, why: `cannot be read: ${(error as Error).message.slice(0, 200)}`, lost: true }] };
    }
  };
  return {
    /** @returns true when a batch is full */
    read(job: Job): boolean {
      done.push(one(job));
      return lines.size() + packs.lines.size() >= BATCH;
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
