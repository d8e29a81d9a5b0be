import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createGunzip, gzipSync } from 'node:zlib';

const BLOCK = 4096;
const ZEROS = Buffer.alloc(BLOCK);
const MAGIC = 'aplomb-sparse-1\n';

/**
 * A disk image as gzip of its non-zero 4096-byte blocks: `aplomb-sparse-1\n`, the size in bytes (u64 little-endian), then
 * per block its index (u32 little-endian) and its 4096 bytes. Small in a repository, quick to unfold, unlike gzip over gigabytes of zeros.
 */
export async function packSparse(image: string): Promise<Buffer> {
  const handle = await open(image, 'r');
  try {
    const { size } = await handle.stat();
    const head = Buffer.alloc(8);
    head.writeBigUInt64LE(BigInt(size));
    const parts: Buffer[] = [Buffer.from(MAGIC), head];
    const chunk = Buffer.alloc(1 << 20);
    for (let offset = 0; offset < size; offset += chunk.length) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, offset);
      for (let inside = 0; inside < bytesRead; inside += BLOCK) {
        const block = chunk.subarray(inside, Math.min(inside + BLOCK, bytesRead));
        if (block.equals(ZEROS.subarray(0, block.length))) continue;
        const index = Buffer.alloc(4);
        index.writeUInt32LE((offset + inside) / BLOCK);
        parts.push(index, Buffer.concat([block], BLOCK));
      }
    }
    return gzipSync(Buffer.concat(parts), { level: 9 });
  } finally {
    await handle.close();
  }
}

/** Writes the image packed in `packed` to `file`, leaving holes. @throws Error when the container is not one of ours. */
export async function unpackSparse(packed: string, file: string): Promise<void> {
  const target: FileHandle = await open(file, 'w');
  try {
    let rest: Buffer = Buffer.alloc(0);
    let started = false;
    for await (const chunk of createReadStream(packed).pipe(createGunzip())) {
      rest = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
      if (!started) {
        if (rest.length < MAGIC.length + 8) continue;
        if (rest.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new Error(`${packed} is not a packed disk image`);
        await target.truncate(Number(rest.readBigUInt64LE(MAGIC.length)));
        rest = rest.subarray(MAGIC.length + 8);
        started = true;
      }
      let cursor = 0;
      for (; rest.length - cursor >= 4 + BLOCK; cursor += 4 + BLOCK) {
        await target.write(rest, cursor + 4, BLOCK, rest.readUInt32LE(cursor) * BLOCK);
      }
      rest = rest.subarray(cursor);
    }
    if (!started || rest.length > 0) throw new Error(`${packed} ends in the middle of a block`);
  } finally {
    await target.close();
  }
}
