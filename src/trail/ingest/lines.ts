import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import type { Sink } from '../readers/read.ts';

/** Small pieces are gathered before they are written. */
const GATHER = 1 << 20;

export interface Lines extends Sink {
  readonly path: string;
  /** Bytes so far. */
  size(): number;
  /** Back to an earlier size: what was written since is gone. */
  back(size: number): void;
  /** Cuts the file to what was written since the last `again`. */
  finish(): void;
  /** Begins anew over the same pages: a memory file system need not find new ones. */
  again(): void;
  remove(): void;
}

/** A file of JSON lines that is written over and over. */
export function openLines(path: string): Lines {
  const file = openSync(path, 'w+', 0o600);
  const gather = { bytes: Buffer.allocUnsafeSlow(GATHER), at: 0 };
  let [end, longest] = [0, 0];
  const flush = (): void => {
    if (gather.at > 0) end += writeAll(gather.bytes, gather.at);
    gather.at = 0;
  };
  const writeAll = (bytes: Uint8Array, length: number): number => {
    for (let done = 0; done < length; ) done += writeSync(file, bytes, done, length - done, end + done);
    return length;
  };
  return {
    path,
    size: () => end + gather.at,
    back(size) {
      gather.at = Math.max(0, size - end);
      end = Math.min(end, size);
    },
    write(bytes) {
      if (gather.at + bytes.length > GATHER) flush();
      if (bytes.length > GATHER / 4) {
        flush();
        end += writeAll(bytes, bytes.length);
        return;
      }
      gather.bytes.set(bytes, gather.at);
      gather.at += bytes.length;
    },
    finish() {
      flush();
      if (end < longest) ftruncateSync(file, end);
      longest = end;
    },
    again() {
      [gather.at, end] = [0, 0];
    },
    remove() {
      closeSync(file);
      rmSync(path, { force: true });
    },
  };
}
