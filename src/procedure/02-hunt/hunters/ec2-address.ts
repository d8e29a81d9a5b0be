import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { read } from '../hunting/calls.ts';
import { ec2Arn, ec2Found, nameTag, present } from '../hunting/found.ts';

interface Address {
  AllocationId?: string;
  PublicIp?: string;
  AssociationId?: string;
  InstanceId?: string;
  NetworkInterfaceId?: string;
  ServiceManaged?: string;
  Tags?: { Key?: string; Value?: string }[];
}

/**
 * Addresses that stay the same whatever instance they are put on: what an attacker's server is reached by. AWS keeps no creation time
 * for an address, and gives them all in one answer.
 */
export const hunter: Hunter = {
  type: 'AWS::EC2::EIP',
  scope: 'regional',
  title: text('Elastic IP addresses', 'Direcciones IP elásticas'),
  permissions: ['ec2:DescribeAddresses'],
  createdByEvents: ['AllocateAddress'],
  changedByEvents: ['AssociateAddress', 'DisassociateAddress', 'ReleaseAddress', 'EnableAddressTransfer', 'AcceptAddressTransfer', 'ModifyAddressAttribute'],
  names: ['allocationId', 'publicIp'],
  arn: ec2Arn('elastic-ip'),
  async *scan(ctx, region) {
    const { Addresses = [] } = await read<{ Addresses?: Address[] }>(ctx, 'ec2', region, 'DescribeAddresses');
    for (const one of Addresses) {
      const id = one.AllocationId ?? one.PublicIp;
      if (id === undefined) continue;
      yield ec2Found(ctx, 'AWS::EC2::EIP', 'elastic-ip', region, id, {
        createdAt: null,
        alive: true,
        detail: present({
          publicIp: one.PublicIp,
          name: oneLine(nameTag(one.Tags)),
          instance: one.InstanceId,
          interface: one.NetworkInterfaceId,
          managedBy: one.ServiceManaged,
        }),
        ...(one.PublicIp === undefined ? {} : { aliases: [one.PublicIp] }),
      });
    }
  },
};
