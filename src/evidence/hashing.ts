import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { open } from 'node:fs/promises';
import type { Stored } from '../kernel/evidence.ts';
import { itemPath } from './layout.ts';

const CHUNK = 1 << 20;
const FLAGS = fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0);

/**
 * Hashes stored items in 1 MiB pieces. Small files are read at once, without the round trips through the thread pool that
 * would cost more than their hashing; of large ones the next piece is read while this one is hashed.
 * `found` is undefined when the item is not a plain file that can be read.
 */
export async function* hashFiles(dir: string, items: readonly string[]): AsyncGenerator<{ sha256: string; found: Stored | undefined }> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  let since = 0;
  for (const sha256 of items) {
    const file = itemPath(dir, sha256);
    let found: Stored | undefined;
    try {
      found = small(file, buffer) ?? (await large(file, [buffer, Buffer.allocUnsafe(CHUNK)]));
    } catch {
      found = undefined;
    }
    yield { sha256, found };
    since += found?.bytes ?? 0;
    if (since > 32 * CHUNK) {
      since = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** undefined when the file needs more than one piece. */
function small(file: string, buffer: Buffer): Stored | undefined {
  const fd = fs.openSync(file, FLAGS);
  try {
    if (!fs.fstatSync(fd).isFile()) throw new Error('not a plain file');
    let bytes = 0;
    while (bytes < buffer.length) {
      const read = fs.readSync(fd, buffer, bytes, buffer.length - bytes, null);
      if (read === 0) return { sha256: createHash('sha256').update(buffer.subarray(0, bytes)).digest('hex'), bytes };
      bytes += read;
    }
    return undefined;
  } finally {
    fs.closeSync(fd);
  }
}

async function large(file: string, [one, other]: [Buffer, Buffer]): Promise<Stored> {
  const handle = await open(file, FLAGS);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    let full = one;
    let empty = other;
    let read = (await handle.read(full, 0, CHUNK, 0)).bytesRead;
    while (read > 0) {
      const next = handle.read(empty, 0, CHUNK, bytes + read);
      hash.update(full.subarray(0, read));
      bytes += read;
      [full, empty] = [empty, full];
      read = (await next).bytesRead;
    }
    return { sha256: hash.digest('hex'), bytes };
  } finally {
    await handle.close();
  }
}
