import type { Hunter, JsonObject } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { described } from '../hunting/calls.ts';
import { ec2Found, present, time } from '../hunting/found.ts';

interface Volume {
  VolumeId?: string;
  CreateTime?: string;
  Size?: number;
  State?: string;
  VolumeType?: string;
  Encrypted?: boolean;
  SnapshotId?: string;
  Attachments?: { InstanceId?: string; Device?: string; AttachTime?: string; DeleteOnTermination?: boolean }[];
  Operator?: { Principal?: string };
}
const TOGETHER = 60_000;
/** The answer of RunInstances does not name the volumes yet: one that came with its instance was made for it. */
function madeFor(one: Volume): JsonObject {
  const [attachment] = one.Attachments ?? [];
  const [made, attached] = [Date.parse(one.CreateTime ?? ''), Date.parse(attachment?.AttachTime ?? '')];
  return attachment?.InstanceId !== undefined && attachment.DeleteOnTermination === true && Math.abs(attached - made) <= TOGETHER
    ? { startedBy: attachment.InstanceId, startedByType: 'AWS::EC2::Instance' }
    : {};
}

/** Disks: made from a snapshot, one reads what its machine had. */
export const hunter: Hunter = {
  type: 'AWS::EC2::Volume',
  scope: 'regional',
  title: text('EBS volumes', 'Volúmenes de EBS'),
  permissions: ['ec2:DescribeVolumes'],
  createdByEvents: ['CreateVolume', 'CopyVolumes', 'RunInstances'],
  changedByEvents: ['ModifyVolume', 'AttachVolume', 'DetachVolume', 'ModifyVolumeAttribute'],
  names: ['volumeId'],
  async *scan(ctx, region) {
    for await (const one of described<Volume>(ctx, region, 'DescribeVolumes', 'Volumes', { MaxResults: 500 })) {
      if (one.VolumeId === undefined) continue;
      yield ec2Found(ctx, 'AWS::EC2::Volume', 'volume', region, one.VolumeId, {
        createdAt: time(one.CreateTime),
        alive: one.State !== 'deleting' && one.State !== 'deleted',
        detail: {
          ...present({
            state: one.State,
            sizeGiB: one.Size,
            volumeType: one.VolumeType,
            encrypted: one.Encrypted,
            snapshot: one.SnapshotId,
            attachedTo: one.Attachments?.[0]?.InstanceId,
            managedBy: oneLine(one.Operator?.Principal),
          }),
          ...madeFor(one),
        },
      });
    }
  },
};
