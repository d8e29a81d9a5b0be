import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { ec2Found, listed, present, time } from './describe.ts';

export const hunter: Hunter = {
  type: 'AWS::EC2::Snapshot',
  scope: 'regional',
  title: text('Snapshots', 'Instantáneas'),
  permissions: ['ec2:DescribeSnapshots'],
  createdByEvents: ['CreateSnapshot', 'CreateSnapshots', 'CopySnapshot', 'ImportSnapshot'],
  changedByEvents: ['ModifySnapshotAttribute', 'ResetSnapshotAttribute', 'ModifySnapshotTier'],
  names: ['snapshotId'],
  async *scan(ctx, region) {
    // Without an owner every public snapshot in the world would answer.
    const snapshots = listed<{ SnapshotId?: string; StartTime?: string; VolumeId?: string; Description?: string; Encrypted?: boolean }>(
      ctx,
      'ec2',
      region,
      'DescribeSnapshots',
      'Snapshots',
      { OwnerIds: ['self'], MaxResults: 1000 },
    );
    for await (const one of snapshots) {
      if (one.SnapshotId === undefined) continue;
      yield ec2Found(ctx, 'AWS::EC2::Snapshot', 'snapshot', region, one.SnapshotId, {
        createdAt: time(one.StartTime),
        alive: true,
        detail: present({ volume: one.VolumeId, description: oneLine(one.Description), encrypted: one.Encrypted }),
      });
    }
  },
};
