import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { described, ec2Found, nameTag, present, time } from './describe.ts';

interface Instance {
  InstanceId?: string;
  InstanceType?: string;
  ImageId?: string;
  KeyName?: string;
  LaunchTime?: string;
  PublicIpAddress?: string;
  PrivateIpAddress?: string;
  InstanceLifecycle?: string;
  State?: { Name?: string };
  IamInstanceProfile?: { Arn?: string };
  Tags?: { Key?: string; Value?: string }[];
  NetworkInterfaces?: { Attachment?: { DeviceIndex?: number; AttachTime?: string } }[];
}

export const hunter: Hunter = {
  type: 'AWS::EC2::Instance',
  scope: 'regional',
  title: text('Instances', 'Instancias'),
  permissions: ['ec2:DescribeInstances'],
  createdByEvents: ['RunInstances'],
  changedByEvents: [
    'ModifyInstanceAttribute',
    'StopInstances',
    'StartInstances',
    'RebootInstances',
    'TerminateInstances',
    'AssociateIamInstanceProfile',
    'ReplaceIamInstanceProfileAssociation',
    'ModifyInstanceMetadataOptions',
    'SendSSHPublicKey',
    'SendSerialConsoleSSHPublicKey',
  ],
  names: ['instanceId'],
  async *scan(ctx, region) {
    const reservations = described<{ Instances?: Instance[] }>(ctx, region, 'DescribeInstances', 'Reservations', { MaxResults: 1000 });
    for await (const reservation of reservations)
      for (const one of reservation.Instances ?? []) {
        if (one.InstanceId === undefined) continue;
        // LaunchTime is the last start; the first one is when the primary interface was attached.
        const first = one.NetworkInterfaces?.find((each) => each.Attachment?.DeviceIndex === 0)?.Attachment?.AttachTime;
        const state = one.State?.Name ?? '';
        yield ec2Found(ctx, 'AWS::EC2::Instance', 'instance', region, one.InstanceId, {
          createdAt: time(first) ?? time(one.LaunchTime),
          alive: state !== 'terminated' && state !== 'shutting-down',
          detail: present({
            state,
            instanceType: one.InstanceType,
            name: oneLine(nameTag(one.Tags)),
            image: one.ImageId,
            publicIp: one.PublicIpAddress,
            privateIp: one.PrivateIpAddress,
            keyName: oneLine(one.KeyName),
            profile: one.IamInstanceProfile?.Arn,
            lifecycle: one.InstanceLifecycle,
          }),
        });
      }
  },
};
