import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { AplombError, type BlockSource } from '../../kernel/index.ts';
import { type FileSystem, findFileSystems } from './file-systems.ts';

export interface Image {
  /** Bytes of the disk; the file has holes where the snapshot has no block. */
  readonly size: number;
  readonly blockSize: number;
  /** Blocks the snapshot holds. */
  readonly blocks: number;
  /** SHA-256 of the whole image, holes as zeros. */
  readonly sha256: string;
  /** SHA-256 over the binary block checksums in index order: EBS's own LINEAR aggregation (EBS direct API, CompleteSnapshot). */
  readonly linear: string;
  /** One JSON line for each block: {"index", "sha256"}. */
  readonly manifest: Buffer;
  readonly fileSystems: readonly FileSystem[];
}
const AT_ONCE = 32;
const ZEROS = Buffer.alloc(1 << 20);

/**
 * Writes a snapshot into a sparse file. The file appears under its name only when it is whole; what an interrupted run
 * left behind is overwritten. Blocks come verified from the source.
 * @param progress called after each block with the bytes read and the position on the disk.
 * @throws AplombError BadBlock when the source gives blocks out of order or outside the disk.
 */
export async function writeImage(source: BlockSource, path: string, progress: (bytes: number, position: number) => void = () => undefined): Promise<Image> {
  const { size, blockSize } = source;
  const part = `${path}.part`;
  const file = await open(part, 'w+');
  const whole = createHash('sha256');
  const linear = createHash('sha256');
  const lines: string[] = [];
  let position = 0;
  let bytes = 0;

  /** Holes count as zeros in the hash, and as nothing on disk. */
  async function zerosUntil(end: number): Promise<void> {
    for (let piece = 0; position < end; piece += 1) {
      const length = Math.min(ZEROS.length, end - position);
      whole.update(length === ZEROS.length ? ZEROS : ZEROS.subarray(0, length));
      position += length;
      if (piece % 64 === 63) await new Promise((resolve) => setImmediate(resolve));
    }
  }
  async function consume({ index, data, checksum }: { index: number; data: Uint8Array; checksum: string }): Promise<void> {
    const offset = index * blockSize;
    const kept = data.subarray(0, Math.min(data.length, size - offset));
    if (offset < position || offset >= size || kept.length !== Math.min(blockSize, size - offset))
      throw new AplombError('BadBlock', `Block ${index} is out of order, outside the disk or of the wrong length.`, { fix: 'Read the snapshot again.' });
    await zerosUntil(offset);
    const written = writeAll(file, kept, offset);
    whole.update(kept);
    linear.update(checksum, 'hex');
    lines.push(`{"index":${index},"sha256":"${checksum}"}\n`);
    await written;
    position += kept.length;
    bytes += kept.length;
    progress(bytes, position);
  }

  const queue: Promise<{ index: number; data: Uint8Array; checksum: string }>[] = [];
  try {
    await file.truncate(size);
    for await (const index of source.blocks()) {
      const block = source.block(index).then((answer) => ({ index, ...answer }));
      block.catch(() => undefined); // reported when its turn comes
      queue.push(block);
      if (queue.length >= AT_ONCE) await consume(await queue.shift()!);
    }
    while (queue.length > 0) await consume(await queue.shift()!);
    await zerosUntil(size);
    const fileSystems = await findFileSystems(async (offset, length) => {
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await file.read(buffer, 0, length, offset);
      return buffer.subarray(0, bytesRead);
    }, size);
    await file.sync();
    await file.close();
    await rename(part, path);
    return {
      size,
      blockSize,
      blocks: lines.length,
      sha256: whole.digest('hex'),
      linear: linear.digest('hex'),
      manifest: Buffer.from(lines.join('')),
      fileSystems,
    };
  } catch (error) {
    await Promise.allSettled(queue);
    await file.close().catch(() => undefined);
    await rm(part, { force: true });
    throw error;
  }
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, data: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < data.length; ) done += (await file.write(data, done, data.length - done, offset + done)).bytesWritten;
}
