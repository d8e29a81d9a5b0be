import { type ActionContext, AplombError, EXIT, isAplombError } from '../../kernel/index.ts';
import { describeInstance, ec2, filter, type InstanceTarget, type Tag, tagText, tagValue, targetOf, volumesOf } from './ec2.ts';
import { flagOption } from './options.ts';
import { bestByVolume, type CaseSnapshot, caseSnapshots } from './snapshots.ts';

/** A working copy of a snapshot, made in this case. */
export interface Copy {
  readonly volumeId: string;
  readonly snapshotId: string;
  readonly state: string;
  readonly zone: string;
  readonly type: string;
  readonly attachment: { readonly instanceId: string; readonly device: string; readonly state: string } | null;
}
interface Answer {
  Volumes?: {
    VolumeId: string;
    SnapshotId?: string;
    State?: string;
    AvailabilityZone?: string;
    VolumeType?: string;
    Tags?: Tag[];
    Attachments?: { InstanceId?: string; Device?: string; State?: string }[];
  }[];
}

/** Working copies of the case, found by their tags; those being deleted or failed are left out. */
export async function caseCopies(ctx: ActionContext, { region, instanceId }: InstanceTarget): Promise<{ copies: Copy[]; evidence: readonly string[] }> {
  const { output, evidence } = await ctx.readAll<Answer>(
    ec2(region, 'DescribeVolumes', { Filters: [filter('tag:ir:case', tagText(ctx.facts.caseId)), filter('tag:ir:instance', instanceId)] }),
  );
  const copies = (output.Volumes ?? [])
    .filter((one) => !['deleting', 'deleted', 'error'].includes(one.State ?? ''))
    .map((one) => {
      const [first] = one.Attachments ?? [];
      return {
        volumeId: one.VolumeId,
        snapshotId: tagValue(one.Tags, 'ir:snapshot') ?? one.SnapshotId ?? '',
        state: one.State ?? 'unknown',
        zone: one.AvailabilityZone ?? '',
        type: one.VolumeType ?? '',
        attachment: first ? { instanceId: first.InstanceId ?? '', device: first.Device ?? '', state: first.State ?? '' } : null,
      };
    })
    .sort((a, b) => (a.volumeId < b.volumeId ? -1 : 1));
  return { copies, evidence };
}

/**
 * Copies in the order of the disks they come from, the root first: ids are drawn by AWS and would give the disks other
 * device names each time. Of an instance that is gone the order is not known, and that of the ids stays.
 */
export async function bySource(ctx: ActionContext, copies: readonly Copy[]): Promise<{ copies: Copy[]; evidence: readonly string[] }> {
  if (copies.length < 2) return { copies: [...copies], evidence: [] };
  const target = targetOf(ctx);
  const [mine, disks] = await Promise.all([caseSnapshots(ctx, target), sourceVolumes(ctx, target)]);
  const place = (one: Copy): number => {
    const source = mine.snapshots.find((snapshot) => snapshot.snapshotId === one.snapshotId)?.volumeId;
    const at = disks.findIndex((disk) => disk.volumeId === source);
    return at < 0 ? disks.length : at;
  };
  return { copies: [...copies].sort((a, b) => place(a) - place(b)), evidence: mine.evidence };
}

/** What the two below throw, and what EC2's answers may say a moment too long. */
export const UNREADY = ['NoSnapshot', 'SnapshotsNotComplete'] as const;
/**
 * The snapshots to examine: the root volume's, or every one with the option `all`. When the instance is gone its root
 * is not known, and every snapshot counts.
 * @throws AplombError NoSnapshot
 */
export async function chosenSnapshots(ctx: ActionContext): Promise<{ snapshots: CaseSnapshot[]; evidence: readonly string[] }> {
  const target = targetOf(ctx);
  const [mine, root] = await Promise.all([caseSnapshots(ctx, target), rootVolume(ctx, target)]);
  const best = [...bestByVolume(mine.snapshots).values()].sort((a, b) => (a.snapshotId < b.snapshotId ? -1 : 1));
  const snapshots = flagOption(ctx, 'all') || root === undefined ? best : best.filter((one) => one.volumeId === root);
  if (snapshots.length === 0)
    throw new AplombError('NoSnapshot', `This case has no snapshot of ${root ?? `the volumes of ${target.instanceId}`}.`, {
      fix: 'Take it first: aplomb snapshot.',
    });
  return { snapshots, evidence: mine.evidence };
}
/** Of these snapshots, all must be complete to make volumes from or to be read. @throws AplombError SnapshotsNotComplete */
export function completed(snapshots: readonly CaseSnapshot[]): readonly CaseSnapshot[] {
  const open = snapshots.filter((one) => one.state !== 'completed');
  if (open.length === 0) return snapshots;
  const list = open.map((one) => `${one.snapshotId} (${[one.state, one.progress, one.stateMessage].filter(Boolean).join(', ')})`).join(', ');
  throw new AplombError('SnapshotsNotComplete', `Not complete: ${list}.`, {
    exit: EXIT.partial,
    fix: 'Wait until AWS has copied them. One in error never completes: take a new set.',
  });
}

const rootVolume = async (ctx: ActionContext, target: InstanceTarget): Promise<string | undefined> =>
  (await sourceVolumes(ctx, target)).find((volume) => volume.root)?.volumeId;

async function sourceVolumes(ctx: ActionContext, target: InstanceTarget): Promise<ReturnType<typeof volumesOf>> {
  try {
    return volumesOf((await describeInstance(ctx, target)).instance);
  } catch (error) {
    if (isAplombError(error) && error.code === 'UnknownInstance') return [];
    throw error;
  }
}
