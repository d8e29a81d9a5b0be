import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { described } from '../hunting/calls.ts';
import { ec2Found, present } from '../hunting/found.ts';

interface Interface {
  NetworkInterfaceId?: string;
  Description?: string;
  InterfaceType?: string;
  Status?: string;
  PrivateIpAddress?: string;
  VpcId?: string;
  RequesterId?: string;
  RequesterManaged?: boolean;
  Association?: { PublicIp?: string };
  Attachment?: { InstanceId?: string; InstanceOwnerId?: string; AttachTime?: string };
  Operator?: { Principal?: string };
}

/**
 * Interfaces that tie a machine to a network, with the public addresses on them. AWS keeps no creation time for an interface: only
 * CloudTrail tells who made one and when.
 */
export const hunter: Hunter = {
  type: 'AWS::EC2::NetworkInterface',
  scope: 'regional',
  title: text('Network interfaces', 'Interfaces de red'),
  permissions: ['ec2:DescribeNetworkInterfaces'],
  createdByEvents: ['CreateNetworkInterface', 'RunInstances'],
  changedByEvents: ['ModifyNetworkInterfaceAttribute', 'AttachNetworkInterface', 'AssignPrivateIpAddresses', 'CreateNetworkInterfacePermission'],
  names: ['networkInterfaceId'],
  async *scan(ctx, region) {
    for await (const one of described<Interface>(ctx, region, 'DescribeNetworkInterfaces', 'NetworkInterfaces', { MaxResults: 1000 })) {
      if (one.NetworkInterfaceId === undefined) continue;
      const holder = one.Attachment?.InstanceOwnerId;
      yield ec2Found(ctx, 'AWS::EC2::NetworkInterface', 'network-interface', region, one.NetworkInterfaceId, {
        createdAt: null,
        alive: true,
        detail: present({
          state: one.Status,
          kind: one.InterfaceType,
          description: oneLine(one.Description),
          vpc: one.VpcId,
          privateIp: one.PrivateIpAddress,
          publicIp: one.Association?.PublicIp,
          attachedTo: one.Attachment?.InstanceId,
          // Services attach with accounts of their own: amazon-elb, amazon-rds.
          attachedToAccount: holder !== ctx.facts.account ? oneLine(holder, 40) : undefined,
          managedBy: oneLine(one.Operator?.Principal ?? (one.RequesterManaged ? one.RequesterId : undefined), 80),
        }),
      });
    }
  },
};
