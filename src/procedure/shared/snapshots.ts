import type { ActionContext, JsonObject } from '../../kernel/index.ts';
import { ec2, filter, type InstanceTarget, type Tag, tagText } from './ec2.ts';

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
interface Answer {
  Snapshots?: {
    SnapshotId: string;
    VolumeId?: string;
    State?: string;
    StartTime?: string;
    VolumeSize?: number;
    Progress?: string;
    StateMessage?: string;
    StorageTier?: string;
    Tags?: Tag[];
  }[];
}

const plain = (answer: Answer): CaseSnapshot[] =>
  (answer.Snapshots ?? []).map((one) => ({
    snapshotId: one.SnapshotId,
    volumeId: one.VolumeId ?? '',
    state: one.State ?? 'unknown',
    startTime: one.StartTime ?? '',
    size: one.VolumeSize ?? 0,
    progress: one.Progress ?? '',
    stateMessage: one.StateMessage ?? '',
    tier: one.StorageTier ?? 'standard',
  }));

/** All snapshots of this case and instance, found by their tags (not from receipts), newest first. */
export async function caseSnapshots(
  ctx: ActionContext,
  { region, instanceId }: InstanceTarget,
): Promise<{ snapshots: CaseSnapshot[]; evidence: readonly string[] }> {
  const { output, evidence } = await ctx.readAll<Answer>(
    ec2(region, 'DescribeSnapshots', {
      OwnerIds: ['self'],
      Filters: [filter('tag:ir:case', tagText(ctx.facts.caseId)), filter('tag:ir:instance', instanceId)],
    }),
  );
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
