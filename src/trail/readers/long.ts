import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { RECORD_BITS } from '../event.ts';
import { Enough, openProblems } from './problems.ts';
import type { Read } from './read.ts';
import { type Kind, recognise } from './recognise.ts';
import { type Hand, openRecords, type Sink } from './records.ts';
import type { Limits, Trouble } from './unpack.ts';
import { type Bytes, Unusable, unpackLong } from './unpack-long.ts';

/** A file that is too long to be held at once. */
export interface LongFile {
  readonly bytes: Bytes;
  readonly size: number;
  /** Of the bytes up to `size`. */
  sha256(): Promise<string>;
  /** Whether these bytes have another hash by now. */
  changed(sha256: string): Promise<boolean>;
  close(): void;
}
const BLOCK = 256 << 10;
/** So much is read before others have their turn. */
const TURN = 16 << 20;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What is appended to it from now on is not read. @throws as `openSync` */
export function openLong(path: string): LongFile {
  const file = openSync(path, 'r');
  const state = (): string => {
    const { size, mtimeNs, ctimeNs } = fstatSync(file, { bigint: true });
    return `${size} ${mtimeNs} ${ctimeNs}`;
  };
  const before = state();
  const { size } = fstatSync(file);
  const bytes: Bytes = async function* (from) {
    for (let at = from; at < size; ) {
      // Slices of it are in use until the next one is asked for, and beyond.
      const block = Buffer.allocUnsafeSlow(Math.min(BLOCK, size - at));
      const read = readSync(file, block, 0, block.length, at);
      if (read === 0) return;
      at += read;
      yield block.subarray(0, read);
    }
  };
  const sha256 = async (): Promise<string> => {
    const hash = createHash('sha256');
    const block = Buffer.allocUnsafeSlow(1 << 20);
    for (let at = 0, pause = TURN; at < size; ) {
      const read = readSync(file, block, 0, Math.min(block.length, size - at), at);
      if (read === 0) break;
      hash.update(block.subarray(0, read));
      at += read;
      if (at < pause) continue;
      pause = at + TURN;
      await turn();
    }
    return hash.digest('hex');
  };
  return { bytes, size, sha256, changed: async (was) => state() !== before && (await sha256()) !== was, close: () => closeSync(file) };
}

export interface LongOptions {
  readonly careful?: boolean;
  readonly limits: Limits;
  /** After each part of the file. @returns false to end it here */
  after(so: { readonly records: number; readonly written: number }): Promise<boolean>;
}
/** The file is damaged in a way that makes any record doubtful: it is to be read with care, from its beginning. */
export class Doubt extends Error {}

/**
 * As `readSource`, of a file that is too long to be held: part by part, each cut where a record surely ends, with numbers and offsets that go on. Records in it may
 * have `limits.record` bytes. Lines are parsed by the store, or here with `careful`.
 * @throws Doubt, never with `careful`; what `after` throws
 */
export async function readLong(file: LongFile, source: number, sink: Sink, { careful = false, limits, after }: LongOptions): Promise<Read> {
  const told = openProblems();
  const troubles: readonly [Trouble[], Trouble[]] = [[], []];
  const count = { records: 0, written: 0 };
  let kind: Kind = 'unknown';
  let stopped = false;
  const parts = partsOf(
    unpackLong(file.bytes, file.size, limits, (one, inner) => {
      troubles[inner ? 1 : 0].push(one);
      if (!careful) throw new Doubt();
    }),
    limits,
  );
  try {
    const course = { first: source * 2 ** RECORD_BITS, sink, careful, tell: told.tell, count };
    let read: ((hand: Hand) => number) | undefined;
    for (let next = await parts.next(0); !next.done; ) {
      const hand = next.value;
      if (!read) {
        kind = recognise(hand.bytes);
        // A beginning of white space; and what has no records.
        if (kind === 'empty' && !hand.last) {
          next = await parts.next(hand.bytes.length);
          continue;
        }
        if (kind === 'empty' || kind === 'digest') break;
        read = openRecords(kind, hand.bytes, course);
      }
      const done = read(hand);
      await turn();
      try {
        if (!(await after(count))) break;
      } catch (error) {
        stopped = true;
        throw error;
      }
      next = await parts.next(done);
    }
  } catch (error) {
    if (error instanceof Unusable) {
      return { kind: 'empty', records: 0, written: 0, problems: [{ offset: error.offset, why: error.message, lost: true }] };
    }
    if (stopped || error instanceof Doubt) throw error;
    const { message } = error as Error;
    told.tell(null, error instanceof Enough ? message : `cannot be read to its end: ${message.slice(0, 200)}`, true);
  } finally {
    await parts.return(undefined);
  }
  return { kind, ...count, problems: told.all(troubles.flat().map((one) => ({ ...one, lost: true }))) };
}

/**
 * Gathers bytes into parts. Each is asked for with the number of bytes of the one before that are done; what is left of that comes first. A part of which nothing is
 * done grows, up to the longest there may be.
 */
async function* partsOf(bytes: AsyncGenerator<Buffer>, limits: Limits): AsyncGenerator<Hand, void, number> {
  let hand = Buffer.allocUnsafeSlow(limits.part);
  let [filled, base, last, full] = [0, 0, false, false];
  let rest: Buffer = Buffer.alloc(0);
  try {
    for (;;) {
      while (filled < hand.length && !last) {
        if (rest.length === 0) {
          const { value, done } = await bytes.next();
          if (done) last = true;
          else rest = value;
          continue;
        }
        const copied = rest.copy(hand, filled);
        filled += copied;
        rest = rest.subarray(copied);
      }
      const done = yield { bytes: hand.subarray(0, filled), base, last, full };
      if (last) return;
      base += done;
      if (base > limits.most) throw new Enough(`longer than ${limits.most} bytes: the rest of the file was not read`);
      const left = filled - done;
      full = done === 0 && filled >= limits.record;
      const size = Math.min(limits.record, Math.max(limits.part, left * 2));
      if (size === hand.length) hand.copyWithin(0, done, filled);
      else {
        const other = Buffer.allocUnsafeSlow(size);
        hand.copy(other, 0, done, filled);
        hand = other;
      }
      filled = left;
    }
  } finally {
    await bytes.return(undefined);
  }
}
