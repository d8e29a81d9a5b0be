/** What was recognised, by its magic numbers, at one place of a disk. Sizes and offsets in bytes. */
export interface FileSystem {
  /** Partition number as Linux counts; 0 is the whole disk. */
  readonly number: number;
  readonly offset: number;
  readonly size: number;
  readonly type: 'ext2' | 'ext3' | 'ext4' | 'xfs' | 'btrfs' | 'ntfs' | 'fat' | 'lvm' | 'luks' | 'swap' | 'unknown';
  /** ext: the journal holds changes that were not checkpointed (INCOMPAT_RECOVER). Not known for others. */
  readonly needsRecovery?: boolean;
}
/** Bytes of a disk. Fewer than asked for at its end. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

const SECTOR = 512;
/** No disk needs more; a forged table must not keep us busy. */
const MOST_PARTITIONS = 128;

/**
 * Partitions and their file systems. GPT (UEFI 2.10, chapter 5), MBR with logical partitions; ext (super block at 1024),
 * XFS, btrfs, NTFS, FAT, LVM2, LUKS, swap. The disk is hostile: every number is bounded.
 */
export async function findFileSystems(read: ReadAt, size: number): Promise<FileSystem[]> {
  const whole = await recognise(read, 0, size);
  if (whole.type !== 'unknown') return [{ number: 0, offset: 0, size, ...whole }];
  const partitions = (await gpt(read, size)) ?? (await mbr(read, size));
  if (partitions.length === 0) return [{ number: 0, offset: 0, size, ...whole }];
  return Promise.all(partitions.map(async (one) => ({ ...one, ...(await recognise(read, one.offset, one.size)) })));
}

type Partition = Pick<FileSystem, 'number' | 'offset' | 'size'>;
const inside = ({ offset, size }: Partition, disk: number): boolean =>
  Number.isSafeInteger(offset) && Number.isSafeInteger(size) && offset > 0 && size > 0 && offset + size <= disk;

async function gpt(read: ReadAt, disk: number): Promise<Partition[] | undefined> {
  const header = await read(SECTOR, 92);
  if (header.length < 92 || header.toString('latin1', 0, 8) !== 'EFI PART') return undefined;
  const start = Number(header.readBigUInt64LE(72)) * SECTOR;
  const count = Math.min(header.readUInt32LE(80), MOST_PARTITIONS);
  const entry = header.readUInt32LE(84);
  if (entry < 128 || entry > 4096 || !Number.isSafeInteger(start) || start + count * entry > disk) return undefined;
  const table = await read(start, count * entry);
  return Array.from({ length: Math.floor(table.length / entry) }, (_, index) => {
    const at = index * entry;
    const empty = table.subarray(at, at + 16).every((byte) => byte === 0);
    const first = Number(table.readBigUInt64LE(at + 32)) * SECTOR;
    const end = (Number(table.readBigUInt64LE(at + 40)) + 1) * SECTOR;
    return { number: index + 1, offset: empty ? 0 : first, size: end - first };
  }).filter((one) => inside(one, disk));
}

async function mbr(read: ReadAt, disk: number): Promise<Partition[]> {
  const table = async (at: number) => {
    const sector = await read(at, SECTOR);
    if (sector.length < SECTOR || sector.readUInt16LE(510) !== 0xaa55) return [];
    return [0, 1, 2, 3].map((index) => {
      const entry = 446 + index * 16;
      return { type: sector[entry + 4]!, first: sector.readUInt32LE(entry + 8) * SECTOR, size: sector.readUInt32LE(entry + 12) * SECTOR };
    });
  };
  const extended = (type: number) => [0x05, 0x0f, 0x85].includes(type);
  const primary = await table(0);
  const found: Partition[] = primary.flatMap(({ type, first, size }, index) =>
    type === 0 || extended(type) ? [] : [{ number: index + 1, offset: first, size }],
  );
  const chain = primary.find(({ type }) => extended(type));
  let at = chain?.first ?? 0;
  for (let number = 5; chain && at > 0 && at < disk && number < 5 + MOST_PARTITIONS; number += 1) {
    const [logical, next] = await table(at);
    if (!logical || logical.type === 0) break;
    found.push({ number, offset: at + logical.first, size: logical.size });
    at = next && extended(next.type) ? chain.first + next.first : 0;
  }
  return found.filter((one) => inside(one, disk));
}

async function recognise(read: ReadAt, offset: number, size: number): Promise<Pick<FileSystem, 'type' | 'needsRecovery'>> {
  const head = Buffer.alloc(0x10048);
  (await read(offset, Math.min(head.length, size))).copy(head);
  const text = (at: number, length: number) => head.toString('latin1', at, at + length);
  if (text(0, 4) === 'XFSB') return { type: 'xfs' };
  if (text(3, 8) === 'NTFS    ') return { type: 'ntfs' };
  if (text(0, 6) === 'LUKS\xba\xbe') return { type: 'luks' };
  if ([0, 1, 2, 3].some((sector) => text(sector * SECTOR, 8) === 'LABELONE' && text(sector * SECTOR + 24, 8) === 'LVM2 001')) return { type: 'lvm' };
  if (text(0x10040, 8) === '_BHRfS_M') return { type: 'btrfs' };
  if (text(4086, 10) === 'SWAPSPACE2') return { type: 'swap' };
  if (head.readUInt16LE(1024 + 0x38) === 0xef53) return ext(head);
  if (text(82, 5) === 'FAT32' || text(54, 5) === 'FAT16' || text(54, 5) === 'FAT12') return { type: 'fat' };
  return { type: 'unknown' };
}

/** Feature words of the ext super block (kernel documentation, ext4 super block). */
function ext(head: Buffer): Pick<FileSystem, 'type' | 'needsRecovery'> {
  const compat = head.readUInt32LE(1024 + 0x5c);
  const incompat = head.readUInt32LE(1024 + 0x60);
  const readOnlyCompat = head.readUInt32LE(1024 + 0x64);
  // 64bit, extents, flex_bg, inline data, ...: what ext3 does not know.
  const isExt4 = (incompat & 0x1ffc0) !== 0 || (readOnlyCompat & 0x7f8) !== 0;
  return { type: isExt4 ? 'ext4' : (compat & 0x4) !== 0 ? 'ext3' : 'ext2', needsRecovery: (incompat & 0x4) !== 0 };
}
