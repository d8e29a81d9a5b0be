import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import type { Sink } from '../readers/read.ts';

/** Small pieces are gathered before they are written. */
const GATHER = 1 << 20;

export interface Lines extends Sink {
  readonly path: string;
  /** Bytes so far. */
  size(): number;
  /** Cuts the file to what was written since the last `again`. */
  finish(): void;
  /** Begins anew over the same pages: a memory file system need not find new ones. */
  again(): void;
  remove(): void;
}

/** A file of JSON lines that is written over and over. */
export function openLines(path: string): Lines {
  const file = openSync(path, 'w+', 0o600);
  const gathered = Buffer.allocUnsafeSlow(GATHER);
  let [held, end, longest] = [0, 0, 0];
  const flush = (): void => {
    if (held > 0) end += writeAll(gathered, held);
    held = 0;
  };
  const writeAll = (bytes: Uint8Array, length: number): number => {
    for (let done = 0; done < length; ) done += writeSync(file, bytes, done, length - done, end + done);
    return length;
  };
  return {
    path,
    size: () => end + held,
    write(bytes) {
      if (held + bytes.length > GATHER) flush();
      if (bytes.length > GATHER / 4) {
        flush();
        end += writeAll(bytes, bytes.length);
        return;
      }
      gathered.set(bytes, held);
      held += bytes.length;
    },
    finish() {
      flush();
      if (end < longest) ftruncateSync(file, end);
      longest = end;
    },
    again() {
      [held, end] = [0, 0];
    },
    remove() {
      closeSync(file);
      rmSync(path, { force: true });
    },
  };
}
