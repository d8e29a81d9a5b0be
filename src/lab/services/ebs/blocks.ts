import type { Constraint, LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { BLOCK_BYTES, readBlock, writtenBlocks } from '../../disks/image.ts';
import type { Snapshot } from '../ec2/rows.ts';
import { gone, phase } from '../ec2/tables.ts';
import { keyRefusal } from '../kms/key-model.ts';
import { readToken, writeToken } from './tokens.ts';

/** EBS direct APIs, reading (Amazon EBS API Reference). The same snapshots and disks as EC2's. */

const BLOCK_TOKEN_LIFE = 7 * 86_400_000;
const PAGE_TOKEN_LIFE = 3_600_000;
const ID = '^snap-[0-9a-f]+$';
const TOKEN = '^[A-Za-z0-9+/=]+$';

const validation = (Reason: string, message: string): LabError => new LabError('ValidationException', message, { status: 400, fields: { Reason } });
const missing = (id: string): LabError =>
  new LabError('ResourceNotFoundException', `The snapshot '${id}' does not exist.`, { status: 404, fields: { Reason: 'SNAPSHOT_NOT_FOUND' } });

/** A completed snapshot, the caller's own or shared with its account. Public ones are not readable. */
function snapshot(ctx: LabContext, id: string): Snapshot {
  const readable = Object.values(ctx.world.accounts).flatMap((account) => {
    const tables = account.id === ctx.account.id ? ctx.region.tables : account.regions[ctx.region.name]?.tables;
    return (Object.values(tables?.snapshots ?? {}) as Snapshot[]).filter((row) => account.id === ctx.account.id || row.sharedWith.includes(ctx.account.id));
  });
  const row = readable.find((item) => item.id === id && !gone(item, ctx.now()));
  if (!row) throw missing(id);
  if (phase(row.timeline, ctx.now()) !== 'completed') throw validation('INVALID_SNAPSHOT_ID', `The snapshot '${id}' is not in the completed state.`);
  const refusal = row.kmsKeyId === undefined ? null : keyRefusal(ctx, row.kmsKeyId, ['Decrypt']);
  if (refusal) throw KEY_TROUBLE[refusal](row.kmsKeyId!);
  return row;
}
/** An encrypted snapshot is read with its key, in the caller's name. */
const KEY_TROUBLE = {
  denied: (key: string) =>
    new LabError('AccessDeniedException', `You do not have permission to use the KMS key ${key}.`, {
      status: 403,
      fields: { Reason: 'DEPENDENCY_ACCESS_DENIED' },
    }),
  unusable: (key: string) => validation('INVALID_CUSTOMER_KEY', `The KMS key ${key} is disabled or pending deletion.`),
  missing: (key: string) =>
    new LabError('ResourceNotFoundException', `The KMS key ${key} does not exist.`, { status: 404, fields: { Reason: 'DEPENDENCY_RESOURCE_NOT_FOUND' } }),
};
/** Small pages in the lab are never smaller here than the smallest that can be asked for. */
function pageSize(ctx: LabContext, asked: number | undefined): number {
  const cap = ctx.world.settings.pageSize;
  return Math.min(asked ?? 100, cap ? Math.max(cap, 100) : Number.POSITIVE_INFINITY);
}
/** Where a page begins: the token's place wins over StartingBlockIndex. */
function begin(ctx: LabContext, token: string | undefined, of: string, starting: number | undefined): number {
  if (token === undefined) return starting ?? 0;
  const read = readToken(ctx, token, 'n', of);
  if (typeof read === 'string') throw validation('INVALID_PAGE_TOKEN', `The NextToken is ${read}.`);
  return read.at;
}
/** One page of block indexes, and the token of the next. */
function cut(ctx: LabContext, blocks: number[], input: { NextToken?: string; MaxResults?: number; StartingBlockIndex?: number }, of: string) {
  const from = begin(ctx, input.NextToken, of, input.StartingBlockIndex);
  const rest = blocks.filter((index) => index >= from);
  const size = pageSize(ctx, input.MaxResults);
  const next = rest[size];
  return {
    page: rest.slice(0, size),
    NextToken: next === undefined ? undefined : writeToken(ctx, { kind: 'n', of, at: next, expires: ctx.now() + PAGE_TOKEN_LIFE }, ctx.requestId.slice(0, 8)),
  };
}
const blockToken = (ctx: LabContext, id: string, index: number): string =>
  writeToken(ctx, { kind: 'b', of: id, at: index, expires: ctx.now() + BLOCK_TOKEN_LIFE }, ctx.requestId.slice(0, 8));
const common = (ctx: LabContext, row: Snapshot) => ({ ExpiryTime: new Date(ctx.now() + BLOCK_TOKEN_LIFE), VolumeSize: row.size, BlockSize: BLOCK_BYTES });
const resources = (input: any, ctx: LabContext): string[] =>
  [input.SnapshotId, input.FirstSnapshotId, input.SecondSnapshotId]
    .filter((id) => id !== undefined)
    .map((id) => `arn:aws:ec2:${ctx.region.name}::snapshot/${id}`);
const LISTING: Record<string, Constraint> = {
  NextToken: { length: [0, 256], pattern: TOKEN },
  MaxResults: { min: 100, max: 10_000 },
  StartingBlockIndex: { min: 0 },
};

export const operations: LabOperations = {
  ListSnapshotBlocks: {
    async run(input, ctx) {
      const row = snapshot(ctx, input.SnapshotId);
      const { page, NextToken } = cut(ctx, await writtenBlocks(ctx.world, row.disk), input, row.id);
      return { Blocks: page.map((BlockIndex) => ({ BlockIndex, BlockToken: blockToken(ctx, row.id, BlockIndex) })), ...common(ctx, row), NextToken };
    },
    dataPlane: true,
    resources,
    constraints: { SnapshotId: { length: [1, 64], pattern: ID }, ...LISTING },
  },
  GetSnapshotBlock: {
    async run(input, ctx) {
      const row = snapshot(ctx, input.SnapshotId);
      const token = readToken(ctx, input.BlockToken, 'b', row.id);
      if (typeof token === 'string' || token.at !== input.BlockIndex)
        throw validation(
          'INVALID_BLOCK_TOKEN',
          token === 'expired' ? 'The block token has expired.' : 'The block token is not valid for this snapshot and block.',
        );
      if (!row.disk) throw new LabError('ResourceNotFoundException', 'The block does not exist.', { status: 404, fields: { Reason: 'SNAPSHOT_NOT_FOUND' } });
      const block = await readBlock(ctx.world, row.disk, input.BlockIndex);
      return { DataLength: block.data.length, BlockData: block.data, Checksum: block.checksum, ChecksumAlgorithm: 'SHA256' };
    },
    dataPlane: true,
    resources,
    constraints: { SnapshotId: { length: [1, 64], pattern: ID }, BlockIndex: { min: 0 }, BlockToken: { length: [0, 256], pattern: TOKEN } },
  },
  /** Blocks that differ between two snapshots of one lineage. Without a first one: all written blocks. */
  ListChangedBlocks: {
    async run(input, ctx) {
      const second = snapshot(ctx, input.SecondSnapshotId);
      const first = input.FirstSnapshotId === undefined ? undefined : snapshot(ctx, input.FirstSnapshotId);
      if (first && first.lineage !== second.lineage) throw validation('UNRELATED_SNAPSHOTS', 'The two snapshots are not of the same lineage.');
      const [before, after] = [new Set(first ? await writtenBlocks(ctx.world, first.disk) : []), new Set(await writtenBlocks(ctx.world, second.disk))];
      const changed: number[] = [];
      for (const index of [...new Set([...before, ...after])].sort((a, b) => a - b))
        if (await differs(ctx, first, second, index, before, after)) changed.push(index);
      const { page, NextToken } = cut(ctx, changed, input, `${first?.id ?? '-'}/${second.id}`);
      return {
        ChangedBlocks: page.map((BlockIndex) => ({
          BlockIndex,
          FirstBlockToken: before.has(BlockIndex) ? blockToken(ctx, first!.id, BlockIndex) : undefined,
          SecondBlockToken: after.has(BlockIndex) ? blockToken(ctx, second.id, BlockIndex) : undefined,
        })),
        ...common(ctx, second),
        NextToken,
      };
    },
    dataPlane: true,
    resources,
    constraints: { FirstSnapshotId: { length: [1, 64], pattern: ID }, SecondSnapshotId: { length: [1, 64], pattern: ID }, ...LISTING },
  },
};
async function differs(
  ctx: LabContext,
  first: Snapshot | undefined,
  second: Snapshot,
  index: number,
  before: Set<number>,
  after: Set<number>,
): Promise<boolean> {
  if (!before.has(index) || !after.has(index)) return true;
  if (first!.disk!.file === second.disk!.file) return false;
  const [a, b] = await Promise.all([readBlock(ctx.world, first!.disk!, index), readBlock(ctx.world, second.disk!, index)]);
  return a.checksum !== b.checksum;
}
