import { type ActionContext, AplombError, EXIT, isAplombError } from '../../kernel/index.ts';
import { filter, type InstanceTarget, type Tag, tagText, tagValue, targetOf } from './ec2.ts';
import { caughtUp, isRecent, madeVolumes } from './made.ts';
import { flagOption, textOption } from './options.ts';
import { ec2At, isHome, type Place } from './place.ts';
import { copyOf, snapshotCopies } from './snapshot-copies.ts';
import { bestByVolume, type CaseSnapshot, caseSnapshots } from './snapshots.ts';
import { type SourceVolume, sourceVolumes } from './source-volumes.ts';

/** A working copy of a snapshot, made in this case. */
export interface Copy {
  readonly volumeId: string;
  readonly snapshotId: string;
  /** The disk it is a copy of; empty when its tags do not say. */
  readonly sourceVolume: string;
  readonly state: string;
  readonly zone: string;
  /** Zone ids are the same in every account; names are not. Empty when EC2 does not say. */
  readonly zoneId: string;
  readonly type: string;
  readonly encrypted: boolean;
  readonly kmsKeyId: string;
  /** Who works on it; empty for anybody. */
  readonly analyst: string;
  readonly attachment: { readonly instanceId: string; readonly device: string; readonly state: string } | null;
}
interface Answer {
  Volumes?: {
    VolumeId: string;
    SnapshotId?: string;
    State?: string;
    AvailabilityZone?: string;
    AvailabilityZoneId?: string;
    VolumeType?: string;
    Encrypted?: boolean;
    KmsKeyId?: string;
    Tags?: Tag[];
    Attachments?: { InstanceId?: string; Device?: string; State?: string }[];
  }[];
}

/** Whose working copy is meant: option `analyst`, else the responder. Each works on a volume of his own. */
export const analystOf = (ctx: ActionContext): string => tagText(textOption(ctx, 'analyst') ?? ctx.facts.responder);

/** Working copies of the case for this analyst, found by their tags. Those being deleted are left out; failed ones say `error`. */
export async function caseCopies(
  ctx: ActionContext,
  { region, instanceId }: InstanceTarget,
  place: Place = { region },
): Promise<{ copies: Copy[]; failed: Copy[]; evidence: readonly string[] }> {
  const made = madeVolumes(ctx, place, { instanceId });
  const { output, evidence } = await caughtUp(
    ctx,
    () =>
      ctx.readAll<Answer>(
        ec2At(place, 'DescribeVolumes', { Filters: [filter('tag:ir:case', tagText(ctx.facts.caseId)), filter('tag:ir:instance', instanceId)] }),
      ),
    (seen) => made.filter((one) => isRecent(ctx, one) && !seen.output.Volumes?.some(({ VolumeId }) => VolumeId === one.id)).map(({ id }) => id),
    async (ids) => {
      const standing = await ctx.standing(9, ['volume']);
      return made.flatMap(({ id, step }) => (ids.includes(id) && standing.some((one) => one.step === step) ? [id] : []));
    },
  );
  const analyst = analystOf(ctx);
  const mine = (output.Volumes ?? [])
    .filter((one) => !['deleting', 'deleted'].includes(one.State ?? '') && (tagValue(one.Tags, 'ir:analyst') ?? analyst) === analyst)
    .map((one): Copy => {
      const [first] = one.Attachments ?? [];
      return {
        volumeId: one.VolumeId,
        snapshotId: tagValue(one.Tags, 'ir:snapshot') ?? one.SnapshotId ?? '',
        sourceVolume: tagValue(one.Tags, 'ir:source-volume') ?? '',
        state: one.State ?? 'unknown',
        zone: one.AvailabilityZone ?? '',
        zoneId: one.AvailabilityZoneId ?? '',
        type: one.VolumeType ?? '',
        encrypted: one.Encrypted === true,
        kmsKeyId: one.KmsKeyId ?? '',
        analyst: tagValue(one.Tags, 'ir:analyst') ?? '',
        attachment: first ? { instanceId: first.InstanceId ?? '', device: first.Device ?? '', state: first.State ?? '' } : null,
      };
    })
    .sort((a, b) => (a.volumeId < b.volumeId ? -1 : 1));
  return { copies: mine.filter((one) => one.state !== 'error'), failed: mine.filter((one) => one.state === 'error'), evidence };
}
/** A volume and an instance are in one zone: by the id where EC2 gives both, else by the name, which means the same within an account. */
export const sameZone = (copy: Pick<Copy, 'zone' | 'zoneId'>, station: { readonly zone: string; readonly zoneId: string }): boolean =>
  copy.zoneId !== '' && station.zoneId !== '' ? copy.zoneId === station.zoneId : copy.zone === station.zone;

/**
 * Copies in the order of the disks they come from, the root first: ids are drawn by AWS and would give the disks other
 * device names each time. Of an instance that is gone the order is not known, and that of the ids stays.
 */
export async function bySource(ctx: ActionContext, copies: readonly Copy[]): Promise<{ copies: Copy[]; evidence: readonly string[] }> {
  if (copies.length < 2) return { copies: [...copies], evidence: [] };
  const target = targetOf(ctx);
  const [mine, disks] = await Promise.all([caseSnapshots(ctx, target), disksOf(ctx, target)]);
  const place = (one: Copy): number => {
    const source = one.sourceVolume || mine.snapshots.find((snapshot) => snapshot.snapshotId === one.snapshotId)?.volumeId;
    const at = disks.findIndex((disk) => disk.volumeId === source);
    return at < 0 ? disks.length : at;
  };
  return { copies: [...copies].sort((a, b) => place(a) - place(b)), evidence: mine.evidence };
}

/** What the two below throw, and what EC2's answers may say a moment too long. */
export const UNREADY = ['NoSnapshot', 'SnapshotsNotComplete', 'NoForensicCopy'] as const;
/**
 * The snapshots to examine: the root volume's, or every one with the option `all`. When the instance is gone its root
 * is not known, and every snapshot counts. In another account or region it is their copies there; `volumeId` stays the
 * original disk's, since that of a copy is arbitrary.
 * @throws AplombError NoSnapshot, NoForensicCopy
 */
export async function chosenSnapshots(ctx: ActionContext, place?: Place): Promise<{ snapshots: CaseSnapshot[]; evidence: readonly string[] }> {
  const target = targetOf(ctx);
  const [mine, root] = await Promise.all([caseSnapshots(ctx, target), rootVolume(ctx, target)]);
  const best = [...bestByVolume(mine.snapshots).values()].sort((a, b) => (a.snapshotId < b.snapshotId ? -1 : 1));
  const snapshots = flagOption(ctx, 'all') || root === undefined ? best : best.filter((one) => one.volumeId === root);
  if (snapshots.length === 0)
    throw new AplombError('NoSnapshot', `This case has no snapshot of ${root ?? `the volumes of ${target.instanceId}`}.`, {
      fix: 'Take it first: aplomb snapshot.',
    });
  if (place === undefined || isHome(place, target)) return { snapshots, evidence: mine.evidence };
  const there = await snapshotCopies(ctx, place, target);
  const copied = snapshots.map((one) => ({ one, copy: copyOf(there.copies, one.snapshotId, 'copy') }));
  const missing = copied.filter(({ copy }) => !copy).map(({ one }) => one.snapshotId);
  if (missing.length > 0)
    throw new AplombError('NoForensicCopy', `In ${place.as ?? 'this account'}, ${place.region}, there is no copy of ${missing.join(', ')}.`, {
      fix: 'Copy the snapshots there first (aplomb copy --forensic), or leave --forensic out to work beside the incident.',
    });
  return {
    snapshots: copied.flatMap(({ one, copy }) => {
      if (!copy) return [];
      const { snapshotId, state, startTime, size, progress, stateMessage } = copy;
      return [{ snapshotId, volumeId: one.volumeId, state, startTime, size, progress, stateMessage }];
    }),
    evidence: [...mine.evidence, ...there.evidence],
  };
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
  (await disksOf(ctx, target)).find((volume) => volume.root)?.volumeId;

async function disksOf(ctx: ActionContext, target: InstanceTarget): Promise<readonly SourceVolume[]> {
  try {
    return (await sourceVolumes(ctx, target)).volumes;
  } catch (error) {
    if (isAplombError(error) && error.code === 'UnknownInstance') return [];
    throw error;
  }
}
