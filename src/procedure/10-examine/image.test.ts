import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BlockSource } from '../../kernel/index.ts';
import { failure } from '../testing/fake-context.ts';
import { copyVolume, fakeInstance, fakeWorld, STATION, snapshotOf } from '../testing/fake-instance.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { findFileSystems } from './file-systems.ts';
import { writeImage } from './image.ts';
import { collector } from './read-snapshot.ts';

const BLOCK = 524_288;
const sha = (data: Uint8Array) => createHash('sha256').update(data).digest();
const folder = () => temporaryFolder('image');
const file = () => join(folder(), 'snap.img');

/** A disk of 20 blocks with an ext4 super block on its first partition; blocks 0, 2, 3 and 19 are written. */
function disk() {
  const data = Buffer.alloc(20 * BLOCK);
  for (const index of [2, 3, 19]) data.fill(index, index * BLOCK, (index + 1) * BLOCK);
  data.writeUInt16LE(0xaa55, 510);
  data[446 + 4] = 0x83;
  data.writeUInt32LE(64, 446 + 8);
  data.writeUInt32LE(10_000, 446 + 12);
  superBlock(data, 64 * 512);
  return data;
}
function superBlock(data: Buffer, at: number, incompat = 0x2c6) {
  data.writeUInt16LE(0xef53, at + 1024 + 0x38);
  data.writeUInt32LE(0x3c, at + 1024 + 0x5c);
  data.writeUInt32LE(incompat, at + 1024 + 0x60);
}
function source(data: Buffer, written: readonly number[] = [0, 2, 3, 19], delay = (_index: number) => 0): BlockSource & { closed: boolean } {
  return {
    size: data.length,
    blockSize: BLOCK,
    closed: false,
    async *blocks() {
      yield* written;
    },
    async block(index) {
      await new Promise((resolve) => setTimeout(resolve, delay(index)));
      const block = data.subarray(index * BLOCK, (index + 1) * BLOCK);
      return { data: block, checksum: sha(block).toString('hex') };
    },
    async close() {
      this.closed = true;
    },
  };
}

describe('writeImage', () => {
  it('gives the disk byte for byte, sparse, with its hashes, whatever order the blocks arrive in', async () => {
    const path = file();
    const data = disk();
    const image = await writeImage(
      source(data, [0, 2, 3, 19], (index) => 20 - index),
      path,
    );
    expect(readFileSync(path).equals(data)).toBe(true);
    expect(statSync(path).blocks * 512).toBeLessThan(data.length / 2);
    expect(image.sha256).toBe(sha(data).toString('hex'));
    const sums = [0, 2, 3, 19].map((index) => sha(data.subarray(index * BLOCK, (index + 1) * BLOCK)));
    expect(image.linear).toBe(sha(Buffer.concat(sums)).toString('hex'));
    expect(
      image.manifest
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([0, 2, 3, 19].map((index, n) => ({ index, sha256: sums[n]!.toString('hex') })));
    expect(image.fileSystems).toEqual([{ number: 1, offset: 32_768, size: 5_120_000, type: 'ext4', needsRecovery: true }]);
  });

  it('writes an empty snapshot as holes only', async () => {
    const path = file();
    const image = await writeImage(source(Buffer.alloc(4 * BLOCK), []), path);
    expect(statSync(path)).toMatchObject({ size: 4 * BLOCK, blocks: 0 });
    expect(image).toMatchObject({ blocks: 0, sha256: sha(Buffer.alloc(4 * BLOCK)).toString('hex'), linear: sha(Buffer.alloc(0)).toString('hex') });
  });

  it('starts anew over what an interrupted run left behind', async () => {
    const path = file();
    writeFileSync(`${path}.part`, Buffer.alloc(30 * BLOCK, 0xff));
    writeFileSync(path, 'an older image');
    await writeImage(source(disk()), path);
    expect(readFileSync(path).equals(disk())).toBe(true);
    expect(existsSync(`${path}.part`)).toBe(false);
  });

  it('leaves no image behind when a block cannot be had', async () => {
    const path = file();
    const broken = {
      ...source(disk()),
      block: async (index: number) => (index === 3 ? Promise.reject(failure('ValidationException')) : source(disk()).block(index)),
    };
    await expect(writeImage(broken, path)).rejects.toMatchObject({ code: 'ValidationException' });
    expect([existsSync(path), existsSync(`${path}.part`)]).toEqual([false, false]);
  });

  it.each([[[2, 0]], [[0, 0]], [[20]]])('refuses blocks %j', async (written) => {
    await expect(writeImage(source(disk(), written), file())).rejects.toMatchObject({ code: 'BadBlock' });
  });
});

describe('findFileSystems', () => {
  const find = (data: Buffer) => findFileSystems(async (offset, length) => data.subarray(offset, offset + length), data.length);
  const made = (edit: (data: Buffer) => void, size = 4 << 20) => {
    const data = Buffer.alloc(size);
    edit(data);
    return data;
  };
  it.each([
    ['xfs', (data: Buffer): unknown => data.write('XFSB', 0)],
    ['ntfs', (data: Buffer): unknown => data.write('NTFS    ', 3)],
    ['btrfs', (data: Buffer): unknown => data.write('_BHRfS_M', 0x10040)],
    ['luks', (data: Buffer): unknown => data.write('LUKS\xba\xbe', 0, 'latin1')],
    ['lvm', (data: Buffer): unknown => data.write('LABELONE', 512) + data.write('LVM2 001', 512 + 24)],
    ['swap', (data: Buffer): unknown => data.write('SWAPSPACE2', 4086)],
    ['ext4', (data: Buffer): unknown => superBlock(data, 0, 0x2c2)],
    ['ext3', (data: Buffer): unknown => superBlock(data, 0, 0x2)],
    ['unknown', (): unknown => undefined],
  ] as const)('knows %s on a whole disk', async (type, edit) => expect(await find(made(edit))).toMatchObject([{ number: 0, type }]));

  // The witness is mke2fs itself: our idea of a super block is not the only one that counts.
  it.skipIf(!existsSync('/usr/sbin/mke2fs')).each([['ext2'], ['ext3'], ['ext4']] as const)('knows what mke2fs makes as %s', async (type) => {
    const path = file();
    writeFileSync(path, Buffer.alloc(8 << 20));
    execFileSync('/usr/sbin/mke2fs', ['-q', '-F', '-t', type, path]);
    expect(await find(readFileSync(path))).toEqual([{ number: 0, offset: 0, size: 8 << 20, type, needsRecovery: false }]);
  });

  it('reads a GPT', async () => {
    const data = made((d) => {
      d.write('EFI PART', 512);
      d.writeBigUInt64LE(2n, 512 + 72);
      d.writeUInt32LE(128, 512 + 80);
      d.writeUInt32LE(128, 512 + 84);
      for (const [slot, first, last] of [
        [0, 2048n, 4095n],
        [14, 34n, 100n],
        [3, 4096n, 9_999_999n], // beyond the disk
      ] as const) {
        d.fill(7, 1024 + slot * 128, 1024 + slot * 128 + 16);
        d.writeBigUInt64LE(first, 1024 + slot * 128 + 32);
        d.writeBigUInt64LE(last, 1024 + slot * 128 + 40);
      }
      d.write('XFSB', 2048 * 512);
    });
    expect(await find(data)).toEqual([
      { number: 1, offset: 2048 * 512, size: 2048 * 512, type: 'xfs' },
      { number: 15, offset: 34 * 512, size: 67 * 512, type: 'unknown' },
    ]);
  });

  it('reads logical partitions, and is not caught in a loop of them', async () => {
    const table = (d: Buffer, at: number, entries: readonly (readonly [number, number, number])[]) => {
      d.writeUInt16LE(0xaa55, at + 510);
      entries.forEach(([type, first, size], index) => {
        d[at + 446 + index * 16 + 4] = type;
        d.writeUInt32LE(first, at + 446 + index * 16 + 8);
        d.writeUInt32LE(size, at + 446 + index * 16 + 12);
      });
    };
    const data = made((d) => {
      table(d, 0, [
        [0x83, 100, 100],
        [0x05, 1000, 5000],
      ]);
      table(d, 1000 * 512, [
        [0x83, 8, 100],
        [0x05, 0, 5000], // points to itself
      ]);
      d.write('XFSB', 1008 * 512);
    });
    const found = await find(data);
    expect(found.slice(0, 2)).toMatchObject([
      { number: 1, offset: 100 * 512 },
      { number: 5, offset: 1008 * 512, type: 'xfs' },
    ]);
    expect(found.length).toBeLessThan(200);
  });
});

describe('read-snapshot', () => {
  const collect = async (ctx: Parameters<typeof collector.collect>[0]) => {
    const items = [];
    for await (const item of collector.collect(ctx)) items.push(item);
    return items;
  };
  const world = () => ({ ...fakeWorld(), snapshots: [snapshotOf('root'), snapshotOf('data')] });

  it('keeps manifest, hashes, fingerprint and the lines to mount what is on the disk', async () => {
    const seen = { ...world(), volumes: [copyVolume({ State: 'in-use', Attachments: [{ InstanceId: STATION, Device: '/dev/sdg', State: 'attached' }] })] };
    const blocks = source(disk());
    const base = fakeInstance(seen);
    const path = join(folder(), 'image');
    const items = await collect({ ...base, blocks: async () => blocks, derived: async () => path });
    expect(items.map((item) => item.name)).toEqual(['snap-0e0e0e0e0e0e0e0e1-blocks.jsonl', 'snap-0e0e0e0e0e0e0e0e1-image.json', 'mount-image.sh', 'mount.sh']);
    const summary = JSON.parse(Buffer.from(items[1]!.data!).toString());
    expect(summary).toMatchObject({ blocks: 4, size: 20 * BLOCK, sha256: sha(disk()).toString('hex'), manifestSha256: sha(items[0]!.data!).toString('hex') });
    expect(Buffer.from(items[3]!.data!).toString()).toContain('look "$part"1 /mnt/ir-vol-0f0f0f0f0f0f0f0f1-1 ext4 ');
    expect(blocks.closed).toBe(true);
    expect(readFileSync(path).equals(disk())).toBe(true);
  });

  it('says why a snapshot could not be read', async () => {
    const refused = { ...fakeInstance(world()), blocks: async () => Promise.reject(failure('AccessDeniedException', 403)) };
    expect(await collect(refused)).toMatchObject([{ unavailable: expect.stringContaining('AccessDeniedException') }]);
    expect(await collect(fakeInstance({ ...world(), snapshots: [snapshotOf('root', 'pending')] }))).toMatchObject([
      { unavailable: expect.stringContaining('SnapshotsNotComplete') },
    ]);
    expect(await collect(fakeInstance(world(), { options: { snapshot: '../../etc' } }))).toMatchObject([
      { unavailable: expect.stringContaining('InvalidSnapshotId') },
    ]);
  });
});
