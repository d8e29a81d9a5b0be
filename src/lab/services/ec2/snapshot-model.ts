import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { freeze } from '../../disks/image.ts';
import type { Snapshot, Volume } from './rows.ts';
import { date, phase, rowsOf, writable } from './tables.ts';
import { tagsOf } from './tagging.ts';

/** Pending snapshots of one volume; st1 and sc1 have one (ConcurrentSnapshotLimitExceeded). */
const pendingLimit = (volume: Volume): number => (/^s[tc]1$/.test(volume.type) ? 1 : 5);
/** Natural time a snapshot of this size takes, seconds. */
const seconds = (gib: number): number => 45 + gib * 2;

export const snapshotState = (ctx: LabContext, row: Snapshot): string => phase(row.timeline, ctx.now());
export function progress(ctx: LabContext, row: Snapshot): string {
  const end = row.timeline.at(-1)!;
  if (end.at <= ctx.now()) return end.state === 'completed' ? '100%' : '0%';
  return `${Math.min(99, Math.max(0, Math.floor(((ctx.now() - row.started) / (end.at - row.started)) * 100)))}%`;
}

/** Refuses one pending snapshot too many. */
export function roomForSnapshot(ctx: LabContext, volume: Volume): void {
  const pending = rowsOf<Snapshot>(ctx, 'snapshots').filter((row) => row.volumeId === volume.id && snapshotState(ctx, row) === 'pending');
  if (pending.length >= pendingLimit(volume))
    throw new LabError(
      'ConcurrentSnapshotLimitExceeded',
      `Maximum allowed in-progress snapshots for a single volume (${pendingLimit(volume)}) exceeded: ${volume.id}`,
    );
}
/** The point in time is now, whenever the copying ends. `started` is shared by the snapshots of one CreateSnapshots. */
export async function newSnapshot(ctx: LabContext, volume: Volume, description: string, started: number): Promise<Snapshot> {
  const id = ctx.id('snap');
  const row: Snapshot = {
    id,
    volumeId: volume.id,
    size: volume.size,
    ownerId: ctx.account.id,
    description,
    started,
    timeline: [
      { state: 'pending', at: started },
      { state: 'completed', at: ctx.due(seconds(volume.size)) },
    ],
    encrypted: volume.encrypted,
    kmsKeyId: volume.kmsKeyId,
    dataKeyId: volume.encrypted ? dataKey(volume.id) : undefined,
    sharedWith: [],
    isPublic: false,
    productCodes: volume.productCodes,
    lineage: volume.lineage,
    disk: volume.disk && (await freeze(ctx.world, volume.disk, id)),
  };
  writable<Snapshot>(ctx, 'snapshots')[id] = row;
  return row;
}
/** Snapshots of one encrypted volume share their data key. */
const dataKey = (volumeId: string): string => `aes256:${volumeId}`;

/** What CreateSnapshot answers; DescribeSnapshots says a little more. */
export const snapshotView = (ctx: LabContext, row: Snapshot) => ({
  SnapshotId: row.id,
  VolumeId: row.volumeId,
  VolumeSize: row.size,
  OwnerId: row.ownerId,
  Description: row.description,
  StartTime: date(row.started),
  State: snapshotState(ctx, row),
  StateMessage: snapshotState(ctx, row) === 'error' ? row.stateMessage : undefined,
  Progress: progress(ctx, row),
  Encrypted: row.encrypted,
  KmsKeyId: row.kmsKeyId,
  DataEncryptionKeyId: row.dataKeyId,
  Tags: tagsOf(ctx, row.id),
});
export const describedSnapshot = (ctx: LabContext, row: Snapshot) => ({
  ...snapshotView(ctx, row),
  // Tags of a shared snapshot are its owner's to see.
  Tags: row.ownerId === ctx.account.id ? tagsOf(ctx, row.id) : [],
  StorageTier: 'standard',
  CompletionTime: snapshotState(ctx, row) === 'completed' ? date(row.timeline.at(-1)!.at) : undefined,
  CompletionDurationMinutes: row.completionMinutes,
});
