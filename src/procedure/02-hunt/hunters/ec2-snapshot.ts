import type { ActionContext, Found, Hunter, JsonObject } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { readOrAbsent } from '../../shared/reading.ts';
import { each, listed } from '../hunting/calls.ts';
import { ec2Found, present, time } from '../hunting/found.ts';
import { OLD_ASKED, type Permission, type Shared, sharedWith, sharingReasons } from '../hunting/sharing.ts';

interface Snapshot {
  SnapshotId?: string;
  StartTime?: string;
  State?: string;
  VolumeId?: string;
  VolumeSize?: number;
  Description?: string;
  Encrypted?: boolean;
}
/** An image's snapshots are made by EC2 itself; no event names them, only their own description names the image. */
const madeFor = (description: string | undefined): JsonObject => {
  const image = /^Created by CreateImage\(i-[0-9a-f]{8,17}\) for (ami-[0-9a-f]{8,17})/.exec(description ?? '')?.[1];
  return image === undefined ? {} : { startedBy: image, startedByType: 'AWS::EC2::Image' };
};
const own = (ctx: ActionContext, region: string, input: { RestorableByUserIds?: string[] } = {}) =>
  // Without an owner every public snapshot in the world would answer.
  listed<Snapshot>(ctx, 'ec2', region, 'DescribeSnapshots', 'Snapshots', { OwnerIds: ['self'], MaxResults: 1000, ...input });

/** Null when the snapshot is gone by now. */
async function sharing(ctx: ActionContext, region: string, id: string): Promise<Shared | null> {
  const input = { SnapshotId: id, Attribute: 'createVolumePermission' };
  const answer = await readOrAbsent<{ CreateVolumePermissions?: Permission[] }>(ctx, { service: 'ec2', operation: 'DescribeSnapshotAttribute', region, input });
  return answer && sharedWith(answer.output.CreateVolumePermissions ?? [], ctx.facts.account ?? '');
}

/**
 * Copies of disks: shared with another account, the data are gone. Public snapshots come in one list. With which accounts one is
 * shared takes a call for each: those of the window are asked about, and a number of older ones; the others say in their detail that
 * they were not.
 */
export const hunter: Hunter = {
  type: 'AWS::EC2::Snapshot',
  scope: 'regional',
  title: text('EBS snapshots', 'Instantáneas de EBS'),
  permissions: ['ec2:DescribeSnapshots', 'ec2:DescribeSnapshotAttribute'],
  createdByEvents: ['CreateSnapshot', 'CreateSnapshots', 'CopySnapshot', 'ImportSnapshot'],
  changedByEvents: ['ModifySnapshotAttribute', 'ResetSnapshotAttribute', 'ModifySnapshotTier', 'DeleteSnapshot', 'UnlockSnapshot'],
  names: ['snapshotId'],
  arn: (id, { partition, region }) => `arn:${partition}:ec2:${region}::snapshot/${id}`,
  async *scan(ctx, region, since) {
    const open = new Set<string>();
    for await (const one of own(ctx, region, { RestorableByUserIds: ['all'] })) if (one.SnapshotId !== undefined) open.add(one.SnapshotId);
    let old = 0;
    const look = async (one: Snapshot): Promise<Found[]> => {
      if (one.SnapshotId === undefined) return [];
      const createdAt = time(one.StartTime);
      const asked = createdAt === null || createdAt >= since || open.has(one.SnapshotId) || old++ < OLD_ASKED;
      const shared = asked ? await sharing(ctx, region, one.SnapshotId) : null;
      const reasons = sharingReasons(shared ?? { public: open.has(one.SnapshotId), outside: [] });
      return [
        ec2Found(ctx, 'AWS::EC2::Snapshot', 'snapshot', region, one.SnapshotId, {
          createdAt,
          alive: true,
          detail: {
            ...present({
              state: one.State,
              volume: one.VolumeId,
              sizeGiB: one.VolumeSize,
              description: oneLine(one.Description),
              encrypted: one.Encrypted,
              sharingNotAsked: asked ? undefined : true,
            }),
            ...madeFor(one.Description),
            ...(shared && shared.outside.length > 0 ? { sharedWith: [...shared.outside] } : {}),
          },
          reasons,
        }),
      ];
    };
    yield* each(own(ctx, region), look);
  },
};
