import { createHash } from 'node:crypto';
import { chmod, constants, copyFile, type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from '../contract.ts';

/** Disk images behind volumes and snapshots: raw files in `world.disks`, read in the blocks of the EBS direct APIs. */

/** 512 KiB (Amazon EBS User Guide, "EBS direct APIs concepts"). */
export const BLOCK_BYTES = 524_288;
const ZEROS = Buffer.alloc(BLOCK_BYTES);

export interface Disk {
  file: string;
  writable?: boolean;
}
export interface Block {
  data: Buffer;
  /** SHA-256, base64. */
  checksum: string;
}

/** Path of an image. File names come out of a saved world: anything but a plain name is refused. */
export function diskPath(world: World, disk: Disk): string {
  if (world.disks === undefined) throw new Error(`the world has no disk folder for ${disk.file}`);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/.test(disk.file)) throw new Error(`not a disk image's name: ${disk.file}`);
  return join(world.disks, disk.file);
}

/** Block indexes by path; valid while size and time of the file stay. */
const indexes = new Map<string, { stamp: string; blocks: Promise<number[]> }>();

/** Indexes of the blocks that hold anything but zeros, ascending. The file is scanned once; the last block may be partial. */
export async function writtenBlocks(world: World, disk: Disk | undefined): Promise<number[]> {
  if (!disk) return [];
  const path = diskPath(world, disk);
  const { size, mtimeMs } = await stat(path);
  const stamp = `${size} ${mtimeMs}`;
  let known = indexes.get(path);
  if (known?.stamp !== stamp) {
    known = { stamp, blocks: scan(path, size) };
    // A failed scan is not remembered.
    known.blocks.catch(() => indexes.delete(path));
    indexes.set(path, known);
  }
  return known.blocks;
}
async function scan(path: string, size: number): Promise<number[]> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
    const found: number[] = [];
    for (let index = 0; index * BLOCK_BYTES < size; index++) {
      const length = await fill(handle, buffer, index);
      if (!buffer.subarray(0, length).equals(ZEROS.subarray(0, length))) found.push(index);
    }
    return found;
  } finally {
    await handle.close();
  }
}
/** Reads block `index` into `buffer`; answers how many bytes the file had for it. */
async function fill(handle: FileHandle, buffer: Buffer, index: number): Promise<number> {
  let length = 0;
  while (length < BLOCK_BYTES) {
    const { bytesRead } = await handle.read(buffer, length, BLOCK_BYTES - length, index * BLOCK_BYTES + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

/** One whole block; what lies beyond the end of the file is zeros. */
export async function readBlock(world: World, disk: Disk, index: number): Promise<Block> {
  const handle = await open(diskPath(world, disk), 'r');
  try {
    const data = Buffer.allocUnsafe(BLOCK_BYTES);
    data.fill(0, await fill(handle, data, index));
    return { data, checksum: createHash('sha256').update(data).digest('base64') };
  } finally {
    await handle.close();
  }
}

/**
 * The content of `disk` as of now, for a snapshot called `name`. An image nobody writes to is shared; a writable one is
 * copied (a reflink where the file system has them, else without its zero blocks) and made read-only.
 */
export async function freeze(world: World, disk: Disk, name: string): Promise<Disk> {
  if (!disk.writable) return { file: disk.file };
  const frozen = { file: `${name}.img` };
  const [from, to] = [diskPath(world, disk), diskPath(world, frozen)];
  await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL).catch(() => copySparse(world, disk, to));
  await chmod(to, 0o444);
  return frozen;
}
async function copySparse(world: World, disk: Disk, to: string): Promise<void> {
  const path = diskPath(world, disk);
  const source = await open(path, 'r');
  const target = await open(to, 'w', 0o600);
  try {
    const { size } = await source.stat();
    await target.truncate(size);
    const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
    for (const index of await scan(path, size)) {
      const length = await fill(source, buffer, index);
      await target.write(buffer, 0, length, index * BLOCK_BYTES);
    }
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}
