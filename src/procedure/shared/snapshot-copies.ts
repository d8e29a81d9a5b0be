import type { ActionContext, JsonObject } from '../../kernel/index.ts';
import { filter, type InstanceTarget, type Tag, tagText, tagValue } from './ec2.ts';
import { caughtUp, lateSnapshots, madeCopies } from './made.ts';
import { oneLine } from './names.ts';
import { ec2At, type Place } from './place.ts';

/**
 * A copy of a snapshot of this case. Its source is known by its tags alone: the VolumeId of a copy is arbitrary (EC2 API
 * reference, CopySnapshot). Copies carry no `ir:instance`, so that they are never taken for the originals.
 */
export interface SnapshotCopy {
  readonly snapshotId: string;
  /** copy: where the evidence is to stay. re-encrypted: on the way there, under a key that can be shared. */
  readonly kind: 'copy' | 're-encrypted';
  readonly sourceSnapshot: string;
  readonly sourceVolume: string;
  readonly sourceAccount: string;
  readonly sourceRegion: string;
  /** pending, completed, error, recoverable, recovering. */
  readonly state: string;
  readonly stateMessage: string;
  readonly progress: string;
  readonly owner: string;
  /** GiB. */
  readonly size: number;
  readonly encrypted: boolean;
  /** ARN; empty when it is not encrypted. */
  readonly key: string;
  /** UTC. */
  readonly startTime: string;
}
export interface DescribedSnapshot {
  readonly SnapshotId: string;
  readonly VolumeId?: string;
  readonly State?: string;
  readonly StateMessage?: string;
  readonly Progress?: string;
  readonly OwnerId?: string;
  readonly VolumeSize?: number;
  readonly Encrypted?: boolean;
  readonly KmsKeyId?: string;
  readonly StartTime?: string;
  readonly Tags?: readonly Tag[];
}

/** Copies of this instance's snapshots that lie in one place, newest first. */
export async function snapshotCopies(
  ctx: ActionContext,
  place: Place,
  { instanceId }: Pick<InstanceTarget, 'instanceId'>,
): Promise<{ copies: SnapshotCopy[]; evidence: readonly string[] }> {
  const filters = [filter('tag:ir:case', tagText(ctx.facts.caseId)), filter('tag:ir:source-instance', instanceId)];
  const made = madeCopies(ctx, place, { instanceId });
  const { output, evidence } = await caughtUp(
    ctx,
    () => ctx.readAll<{ Snapshots?: DescribedSnapshot[] }>(ec2At(place, 'DescribeSnapshots', { OwnerIds: ['self'], Filters: filters })),
    (seen) => lateSnapshots(ctx, made, seen.output.Snapshots ?? []),
  );
  const copies = (output.Snapshots ?? []).flatMap((one): SnapshotCopy[] => {
    const tag = (key: string): string => tagValue(one.Tags, key) ?? '';
    const kind = tag('ir:copy');
    if (kind !== 'copy' && kind !== 're-encrypted') return [];
    return [
      {
        snapshotId: one.SnapshotId,
        kind,
        sourceSnapshot: tag('ir:source-snapshot'),
        sourceVolume: tag('ir:source-volume'),
        sourceAccount: tag('ir:source-account'),
        sourceRegion: tag('ir:source-region'),
        state: one.State ?? 'unknown',
        stateMessage: oneLine(one.StateMessage),
        progress: one.Progress ?? '',
        owner: one.OwnerId ?? '',
        size: one.VolumeSize ?? 0,
        encrypted: one.Encrypted === true,
        key: one.KmsKeyId ?? '',
        startTime: one.StartTime ?? '',
      },
    ];
  });
  return { copies: copies.sort((a, b) => (a.startTime < b.startTime ? 1 : a.startTime > b.startTime ? -1 : a.snapshotId < b.snapshotId ? -1 : 1)), evidence };
}
/** The copy of this snapshot that counts: a complete one, else one on its way, else the newest that failed. */
export const copyOf = (copies: readonly SnapshotCopy[], snapshotId: string, kind: SnapshotCopy['kind']): SnapshotCopy | undefined => {
  const mine = copies.filter((one) => one.kind === kind && one.sourceSnapshot === snapshotId);
  return mine.find((one) => one.state === 'completed') ?? mine.find((one) => one.state !== 'error') ?? mine[0];
};

/** Where a copy comes from, in tags: they are the only thing about it that tells. */
export const provenanceTags = (
  about: { readonly caseId: string; readonly responder: string; readonly instanceId: string; readonly account: string; readonly region: string },
  source: { readonly snapshotId: string; readonly volumeId: string; readonly startTime: string },
  kind: SnapshotCopy['kind'],
): JsonObject[] => [
  { Key: 'ir:case', Value: tagText(about.caseId) },
  { Key: 'ir:change', Value: { $token: true } },
  { Key: 'ir:copy', Value: kind },
  { Key: 'ir:responder', Value: tagText(about.responder) },
  { Key: 'ir:source-account', Value: tagText(about.account || 'unknown') },
  { Key: 'ir:source-instance', Value: about.instanceId },
  { Key: 'ir:source-region', Value: about.region },
  { Key: 'ir:source-snapshot', Value: source.snapshotId },
  { Key: 'ir:source-taken', Value: tagText(source.startTime) },
  { Key: 'ir:source-volume', Value: tagText(source.volumeId) },
];
