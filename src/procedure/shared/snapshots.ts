import type { ActionContext, JsonObject, Reading } from '../../kernel/index.ts';
import { ec2, filter, type InstanceTarget, tagText } from './ec2.ts';
import { caughtUp, lateSnapshots, madeSnapshots } from './made.ts';

/** A snapshot of this case, as EC2 has it. */
export interface CaseSnapshot {
  readonly snapshotId: string;
  readonly volumeId: string;
  /** pending, completed, error, recoverable, recovering. */
  readonly state: string;
  /** UTC. */
  readonly startTime: string;
  /** GiB. */
  readonly size: number;
  readonly progress: string;
  readonly stateMessage: string;
  /** standard, or archive: unreadable until restored, which takes up to 72 hours. */
  readonly tier?: string;
}
interface Described {
  readonly SnapshotId: string;
  readonly VolumeId?: string;
  readonly State?: string;
  readonly StartTime?: string;
  readonly VolumeSize?: number;
  readonly Progress?: string;
  readonly StateMessage?: string;
  readonly StorageTier?: string;
}

const plain = (answer: readonly Described[]): CaseSnapshot[] =>
  answer.map((one) => ({
    snapshotId: one.SnapshotId,
    volumeId: one.VolumeId ?? '',
    state: one.State ?? 'unknown',
    startTime: one.StartTime ?? '',
    size: one.VolumeSize ?? 0,
    progress: one.Progress ?? '',
    stateMessage: one.StateMessage ?? '',
    tier: one.StorageTier ?? 'standard',
  }));

/**
 * All snapshots of this case and instance as EC2 describes them, found by their tags. Receipts say only which of them must be there
 * by now: an answer without those that were just made is not the whole of them yet.
 */
export async function describedSnapshots<T extends Described>(ctx: ActionContext, target: InstanceTarget): Promise<Reading<readonly T[]>> {
  const { region, instanceId } = target;
  const list = ec2(region, 'DescribeSnapshots', {
    OwnerIds: ['self'],
    Filters: [filter('tag:ir:case', tagText(ctx.facts.caseId)), filter('tag:ir:instance', instanceId)],
  });
  const made = madeSnapshots(ctx, target);
  const { output, evidence } = await caughtUp(
    ctx,
    () => ctx.readAll<{ Snapshots?: T[] }>(list),
    (seen) => lateSnapshots(ctx, made, seen.output.Snapshots ?? []),
  );
  return { output: output.Snapshots ?? [], evidence };
}

/** The snapshots of this case and instance, newest first. */
export async function caseSnapshots(ctx: ActionContext, target: InstanceTarget): Promise<{ snapshots: CaseSnapshot[]; evidence: readonly string[] }> {
  const { output, evidence } = await describedSnapshots(ctx, target);
  const snapshots = plain(output).sort((a, b) => (a.startTime < b.startTime ? 1 : a.startTime > b.startTime ? -1 : a.snapshotId < b.snapshotId ? -1 : 1));
  return { snapshots, evidence };
}

/** The snapshot that counts for each volume: the newest that did not fail, else the newest. */
export function bestByVolume(snapshots: readonly CaseSnapshot[]): Map<string, CaseSnapshot> {
  const best = new Map<string, CaseSnapshot>();
  for (const one of snapshots) {
    const before = best.get(one.volumeId);
    if (!before || (before.state === 'error' && one.state !== 'error')) best.set(one.volumeId, one);
  }
  return best;
}

/** Tags by which a thing made for the case is found again. */
export const caseTags = (caseId: string, responder: string, instanceId: string): JsonObject[] => [
  { Key: 'ir:case', Value: tagText(caseId) },
  { Key: 'ir:change', Value: { $token: true } },
  { Key: 'ir:instance', Value: instanceId },
  { Key: 'ir:responder', Value: tagText(responder) },
];
