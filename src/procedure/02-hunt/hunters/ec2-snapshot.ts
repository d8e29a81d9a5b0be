import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { ec2Found, present, readPages, time } from './describe.ts';

export const hunter: Hunter = {
  type: 'AWS::EC2::Snapshot',
  scope: 'regional',
  title: text('Snapshots', 'Instantáneas'),
  permissions: ['ec2:DescribeSnapshots'],
  createdByEvents: ['CreateSnapshot', 'CreateSnapshots', 'CopySnapshot', 'ImportSnapshot'],
  async *scan(ctx, region) {
    // Without an owner every public snapshot in the world would answer.
    const { Snapshots = [] } = await readPages<{
      Snapshots?: { SnapshotId?: string; StartTime?: string; VolumeId?: string; Description?: string; Encrypted?: boolean }[];
    }>(ctx, 'ec2', region, 'DescribeSnapshots', { OwnerIds: ['self'], MaxResults: 1000 });
    for (const one of Snapshots) {
      if (one.SnapshotId === undefined) continue;
      yield ec2Found(ctx, 'AWS::EC2::Snapshot', 'snapshot', region, one.SnapshotId, {
        createdAt: time(one.StartTime),
        alive: true,
        detail: present({ volume: one.VolumeId, description: oneLine(one.Description), encrypted: one.Encrypted }),
      });
    }
  },
};
