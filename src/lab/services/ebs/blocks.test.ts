import { createHash } from 'node:crypto';
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BLOCK_BYTES } from '../../disks/image.ts';
import { type Bench, bench } from '../testing.ts';

let folder: string;
let b: Bench;
let volume: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aplomb-ebs-'));
  b = bench({ disks: folder });
  volume = (await b.call('ec2:CreateVolume', { AvailabilityZone: 'eu-west-1a', Size: 1 })).VolumeId;
  b.pass(60);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An image with these blocks filled, the last one only in part. */
async function disk(file: string, blocks: number[], fill = 'x'): Promise<void> {
  const handle = await open(join(folder, file), 'w');
  for (const index of blocks) await handle.write(Buffer.from(`${fill} block ${index}`), 0, null, index * BLOCK_BYTES + 100);
  await handle.close();
}
const put = (file: string, more: object = {}) => {
  b.account.regions['eu-west-1']!.tables.volumes![volume].disk = { file, ...more };
};
async function snapshot(wait = 600): Promise<string> {
  const { SnapshotId } = await b.call('ec2:CreateSnapshot', { VolumeId: volume });
  b.pass(wait);
  return SnapshotId;
}
const list = (SnapshotId: string, more: object = {}) => b.call('ebs:ListSnapshotBlocks', { SnapshotId, ...more });
async function download(SnapshotId: string): Promise<Map<number, Buffer>> {
  const found = new Map<number, Buffer>();
  let NextToken: string | undefined;
  do {
    const page = await list(SnapshotId, { NextToken, MaxResults: 100 });
    for (const { BlockIndex, BlockToken } of page.Blocks) {
      const block = await b.call('ebs:GetSnapshotBlock', { SnapshotId, BlockIndex, BlockToken });
      expect(block).toMatchObject({ DataLength: BLOCK_BYTES, ChecksumAlgorithm: 'SHA256' });
      expect(block.Checksum).toBe(createHash('sha256').update(block.BlockData).digest('base64'));
      found.set(BlockIndex, block.BlockData);
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

describe('reading a snapshot', () => {
  it('gives the written blocks, ascending, and through them the whole disk', async () => {
    await disk('root.img', [0, 3, 7]);
    put('root.img');
    const id = await snapshot();
    expect(await list(id)).toMatchObject({
      Blocks: [{ BlockIndex: 0 }, { BlockIndex: 3 }, { BlockIndex: 7 }],
      VolumeSize: 1,
      BlockSize: BLOCK_BYTES,
      NextToken: undefined,
    });
    const image = Buffer.alloc(8 * BLOCK_BYTES);
    for (const [index, data] of await download(id)) data.copy(image, index * BLOCK_BYTES);
    const source = await readFile(join(folder, 'root.img'));
    expect(image.subarray(0, source.length).equals(source)).toBe(true);
  });
  it('comes in pages, begins where told, and has no blocks without a disk', async () => {
    await disk(
      'root.img',
      Array.from({ length: 150 }, (_, index) => index * 2),
    );
    put('root.img');
    const id = await snapshot();
    const first = await list(id);
    expect(first.Blocks).toHaveLength(100);
    const second = await list(id, { NextToken: first.NextToken, StartingBlockIndex: 290 });
    expect(second.Blocks.map((block: any) => block.BlockIndex)).toEqual(Array.from({ length: 50 }, (_, index) => 200 + index * 2));
    expect((await list(id, { StartingBlockIndex: 297 })).Blocks).toMatchObject([{ BlockIndex: 298 }]);
    b.account.regions['eu-west-1']!.tables.volumes![volume].disk = undefined;
    expect((await list(await snapshot())).Blocks).toEqual([]);
  });
  it('waits for the snapshot, and knows only the caller’s', async () => {
    await disk('root.img', [1]);
    put('root.img');
    const id = await snapshot(1);
    await expect(list(id)).rejects.toMatchObject({ code: 'ValidationException', fields: { Reason: 'INVALID_SNAPSHOT_ID' } });
    await expect(list('snap-0000000000000000f')).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
      fields: { Reason: 'SNAPSHOT_NOT_FOUND' },
    });
  });
});

describe('tokens', () => {
  it('differ from listing to listing, belong to one block, live seven days', async () => {
    await disk('root.img', [0, 1]);
    put('root.img');
    const id = await snapshot();
    const [zero, one] = (await list(id)).Blocks;
    expect((await list(id)).Blocks[0].BlockToken).not.toBe(zero.BlockToken);
    const get = (BlockIndex: number, BlockToken: string) => b.call('ebs:GetSnapshotBlock', { SnapshotId: id, BlockIndex, BlockToken });
    const refused = { code: 'ValidationException', fields: { Reason: 'INVALID_BLOCK_TOKEN' } };
    await expect(get(1, zero.BlockToken)).rejects.toMatchObject(refused);
    await expect(get(0, `${zero.BlockToken.slice(0, -4)}AAAA`)).rejects.toMatchObject(refused);
    await expect(get(0, 'AAAA')).rejects.toMatchObject(refused);
    expect(zero.BlockToken).toMatch(/^[A-Za-z0-9+/=]{1,256}$/);
    b.pass(6 * 86_400);
    expect((await get(1, one.BlockToken)).BlockData.toString('latin1', 100, 109)).toBe('x block 1');
    b.pass(2 * 86_400);
    await expect(get(1, one.BlockToken)).rejects.toMatchObject(refused);
  });
  it('of pages live one hour', async () => {
    await disk(
      'root.img',
      Array.from({ length: 101 }, (_, index) => index),
    );
    put('root.img');
    const id = await snapshot();
    const { NextToken } = await list(id);
    b.pass(3500);
    expect((await list(id, { NextToken })).Blocks).toHaveLength(1);
    b.pass(200);
    await expect(list(id, { NextToken })).rejects.toMatchObject({ fields: { Reason: 'INVALID_PAGE_TOKEN' } });
  });
});

describe('what a snapshot holds', () => {
  it('stays when a volume that is written to changes', async () => {
    await disk('root.img', [0, 2], 'before');
    put('root.img', { writable: true });
    const first = await snapshot();
    await disk('root.img', [0, 2, 5], 'after');
    const second = await snapshot();
    expect((await download(first)).get(0)!.toString('latin1', 100, 114)).toBe('before block 0');
    expect([...(await download(first)).keys()]).toEqual([0, 2]);
    expect([...(await download(second)).keys()]).toEqual([0, 2, 5]);
    expect((await stat(join(folder, `${first}.img`))).mode & 0o222).toBe(0);
    const { ChangedBlocks } = await b.call('ebs:ListChangedBlocks', { FirstSnapshotId: first, SecondSnapshotId: second });
    expect(ChangedBlocks.map((block: any) => [block.BlockIndex, block.FirstBlockToken !== undefined, block.SecondBlockToken !== undefined])).toEqual([
      [0, true, true],
      [2, true, true],
      [5, false, true],
    ]);
  });
  it('is shared, not copied, when nobody writes', async () => {
    await disk('root.img', [4]);
    put('root.img');
    const id = await snapshot();
    const copy = (await b.call('ec2:CopySnapshot', { SourceRegion: 'eu-west-1', SourceSnapshotId: id })).SnapshotId;
    const restored = (await b.call('ec2:CreateVolume', { AvailabilityZone: 'eu-west-1a', SnapshotId: id })).VolumeId;
    b.pass(600);
    for (const held of [copy, (await b.call('ec2:CreateSnapshot', { VolumeId: restored })).SnapshotId]) {
      b.pass(600);
      expect([...(await download(held)).keys()]).toEqual([4]);
      expect((await b.call('ebs:ListChangedBlocks', { FirstSnapshotId: id, SecondSnapshotId: held })).ChangedBlocks).toEqual([]);
    }
  });
  it('is compared within one lineage only', async () => {
    await disk('root.img', [1]);
    put('root.img');
    const id = await snapshot();
    volume = (await b.call('ec2:CreateVolume', { AvailabilityZone: 'eu-west-1a', Size: 1 })).VolumeId;
    b.pass(60);
    put('root.img');
    const other = await snapshot();
    await expect(b.call('ebs:ListChangedBlocks', { FirstSnapshotId: id, SecondSnapshotId: other })).rejects.toMatchObject({
      fields: { Reason: 'UNRELATED_SNAPSHOTS' },
    });
  });
  it('never lies outside the disk folder', async () => {
    await writeFile(join(folder, '..', 'aplomb-outside.img'), 'secret');
    put('../aplomb-outside.img');
    const id = await snapshot();
    await expect(list(id)).rejects.toThrow('not a disk image');
    await rm(join(folder, '..', 'aplomb-outside.img'));
  });
});
