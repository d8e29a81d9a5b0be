import { crc32 } from 'node:zlib';

export const SECTOR = 512;
const ENTRIES = 128;
const ENTRY_BYTES = 128;
/** Linux file system data, UEFI specification 2.10 section 5.3.3 with the type GUID of the Discoverable Partitions Specification. */
const LINUX_DATA = '0fc63daf-8483-4772-8e79-3d69d8477de4';

/** A GUID in the mixed-endian order GPT stores it in. */
const guidBytes = (guid: string): Buffer => {
  const hex = Buffer.from(guid.replaceAll('-', ''), 'hex');
  hex.subarray(0, 4).reverse();
  hex.subarray(4, 6).reverse();
  hex.subarray(6, 8).reverse();
  return hex;
};

export interface GptLayout {
  /** Size of the disk in bytes, a multiple of 512. */
  bytes: number;
  diskGuid: string;
  partition: { guid: string; name: string; firstByte: number; lastByte: number };
}

/**
 * A protective MBR and both copies of a GUID partition table with one Linux partition (UEFI 2.10, section 5.3).
 * @returns pieces to write: byte offset and content.
 */
export function gptPieces(layout: GptLayout): { offset: number; data: Buffer }[] {
  const sectors = layout.bytes / SECTOR;
  const tableSectors = (ENTRIES * ENTRY_BYTES) / SECTOR;
  const entries = Buffer.alloc(ENTRIES * ENTRY_BYTES);
  guidBytes(LINUX_DATA).copy(entries, 0);
  guidBytes(layout.partition.guid).copy(entries, 16);
  entries.writeBigUInt64LE(BigInt(layout.partition.firstByte / SECTOR), 32);
  entries.writeBigUInt64LE(BigInt((layout.partition.lastByte + 1) / SECTOR - 1), 40);
  entries.write(layout.partition.name.slice(0, 36), 56, 'utf16le');

  const header = (own: number, other: number, table: number): Buffer => {
    const block = Buffer.alloc(SECTOR);
    block.write('EFI PART', 0, 'latin1');
    block.writeUInt32LE(0x00010000, 8);
    block.writeUInt32LE(92, 12);
    block.writeBigUInt64LE(BigInt(own), 24);
    block.writeBigUInt64LE(BigInt(other), 32);
    block.writeBigUInt64LE(BigInt(2 + tableSectors), 40);
    block.writeBigUInt64LE(BigInt(sectors - tableSectors - 2), 48);
    guidBytes(layout.diskGuid).copy(block, 56);
    block.writeBigUInt64LE(BigInt(table), 72);
    block.writeUInt32LE(ENTRIES, 80);
    block.writeUInt32LE(ENTRY_BYTES, 84);
    block.writeUInt32LE(crc32(entries), 88);
    block.writeUInt32LE(crc32(block.subarray(0, 92)), 16);
    return block;
  };

  const mbr = Buffer.alloc(SECTOR);
  mbr.writeUInt8(0, 446);
  mbr.set([0x00, 0x02, 0x00, 0xee, 0xff, 0xff, 0xff], 447);
  mbr.writeUInt32LE(1, 454);
  mbr.writeUInt32LE(Math.min(sectors - 1, 0xffffffff), 458);
  mbr.writeUInt16LE(0xaa55, 510);

  return [
    { offset: 0, data: Buffer.concat([mbr, header(1, sectors - 1, 2), entries]) },
    { offset: (sectors - 1 - tableSectors) * SECTOR, data: Buffer.concat([entries, header(sectors - 1, 1, sectors - 1 - tableSectors)]) },
  ];
}
