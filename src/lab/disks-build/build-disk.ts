import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ext4Tools, makeExt4 } from './ext4.ts';
import { gptPieces, SECTOR } from './gpt.ts';
import type { DiskManifest } from './manifest.ts';
import { unpackSparse } from './sparse.ts';

/** Where the partition begins: 1 MiB, as on cloud images. */
export const PARTITION_OFFSET = 1 << 20;

export interface BuiltDisk {
  file: string;
  /** 'manifest': built with e2fsprogs. 'fixture': the ready-made disk, whose contents do not follow the seed. */
  from: 'manifest' | 'fixture';
}

/**
 * Builds a raw disk image: a GUID partition table, and one ext4 partition with the manifest's files. Sparse; well under a second.
 * Without e2fsprogs `fixture` (see sparse.ts) is unfolded instead.
 */
export async function buildDisk(
  manifest: DiskManifest,
  file: string,
  fixture: string,
  tools?: Awaited<ReturnType<typeof ext4Tools>> | null,
): Promise<BuiltDisk> {
  await mkdir(dirname(file), { recursive: true });
  const found = tools === undefined ? await ext4Tools() : tools;
  if (!found) {
    await unpackSparse(fixture, file);
    return { file, from: 'fixture' };
  }
  const lastByte = manifest.bytes - PARTITION_OFFSET - 1;
  const { uuids } = manifest;
  const layout = {
    bytes: manifest.bytes,
    diskGuid: uuids.disk,
    partition: { guid: uuids.partition, name: 'root', firstByte: PARTITION_OFFSET, lastByte },
  };
  const image = await open(file, 'w');
  try {
    await image.truncate(manifest.bytes);
    for (const { offset, data } of gptPieces(layout)) await image.write(data, 0, data.length, offset);
  } finally {
    await image.close();
  }
  const partition = Math.floor((lastByte + 1 - PARTITION_OFFSET) / (4096 * SECTOR)) * 4096 * SECTOR;
  await makeExt4(found, file, PARTITION_OFFSET, partition, manifest);
  return { file, from: 'manifest' };
}
