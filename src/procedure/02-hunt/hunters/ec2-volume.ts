import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { described, ec2Found, present, time } from './describe.ts';

interface Volume {
  VolumeId?: string;
  CreateTime?: string;
  Size?: number;
  State?: string;
  SnapshotId?: string;
  Attachments?: { InstanceId?: string }[];
}

export const hunter: Hunter = {
  type: 'AWS::EC2::Volume',
  scope: 'regional',
  title: text('Volumes', 'Volúmenes'),
  permissions: ['ec2:DescribeVolumes'],
  createdByEvents: ['CreateVolume'],
  changedByEvents: ['ModifyVolume', 'AttachVolume', 'DetachVolume', 'ModifyVolumeAttribute'],
  names: ['volumeId'],
  async *scan(ctx, region) {
    for await (const one of described<Volume>(ctx, region, 'DescribeVolumes', 'Volumes', { MaxResults: 500 })) {
      if (one.VolumeId === undefined) continue;
      yield ec2Found(ctx, 'AWS::EC2::Volume', 'volume', region, one.VolumeId, {
        createdAt: time(one.CreateTime),
        alive: true,
        detail: present({ state: one.State, sizeGiB: one.Size, snapshot: one.SnapshotId, attachedTo: one.Attachments?.[0]?.InstanceId }),
      });
    }
  },
};
