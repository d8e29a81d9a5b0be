import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { ec2Found, present, time } from '../hunting/found.ts';

interface Endpoint {
  InstanceConnectEndpointId?: string;
  InstanceConnectEndpointArn?: string;
  State?: string;
  CreatedAt?: string;
  VpcId?: string;
  SubnetId?: string;
  DnsName?: string;
  NetworkInterfaceIds?: string[];
}

/** A way in to private addresses that needs no public one and no open port. */
export const hunter: Hunter = {
  type: 'AWS::EC2::InstanceConnectEndpoint',
  scope: 'regional',
  title: text('EC2 Instance Connect endpoints', 'Puntos de EC2 Instance Connect'),
  permissions: ['ec2:DescribeInstanceConnectEndpoints'],
  createdByEvents: ['CreateInstanceConnectEndpoint'],
  changedByEvents: ['ModifyInstanceConnectEndpoint', 'DeleteInstanceConnectEndpoint'],
  names: ['instanceConnectEndpointId'],
  async *scan(ctx, region) {
    for await (const one of listed<Endpoint>(ctx, 'ec2', region, 'DescribeInstanceConnectEndpoints', 'InstanceConnectEndpoints', { MaxResults: 50 })) {
      if (one.InstanceConnectEndpointId === undefined) continue;
      const found = ec2Found(ctx, 'AWS::EC2::InstanceConnectEndpoint', 'instance-connect-endpoint', region, one.InstanceConnectEndpointId, {
        createdAt: time(one.CreatedAt),
        alive: !/^(delete-|create-failed)/.test(one.State ?? ''),
        detail: present({
          state: one.State,
          vpc: one.VpcId,
          subnet: one.SubnetId,
          dnsName: oneLine(one.DnsName, 255),
          interface: one.NetworkInterfaceIds?.[0],
        }),
      });
      yield one.InstanceConnectEndpointArn?.startsWith('arn:') ? { ...found, arn: one.InstanceConnectEndpointArn } : found;
    }
  },
};
