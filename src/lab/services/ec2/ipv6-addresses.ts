import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { cidr, contains, toNumber, v6 } from './cidr.ts';
import { refuseManaged } from './managed-interface.ts';
import type { Interface, Subnet } from './rows.ts';
import { arns, edit, need, rowsOf } from './tables.ts';

const written = (ip: string): string => v6(cidr(`${ip}/128`, 6).first);

function free(ctx: LabContext, row: Interface, given: any): string[] {
  const subnet = need<Subnet>(ctx, 'subnets', row.subnetId);
  if (!subnet.ipv6) throw new LabError('InvalidParameterValue', `The subnet ${subnet.id} has no IPv6 CIDR block.`);
  const range = cidr(subnet.ipv6.cidr, 6);
  const used = new Set(rowsOf<Interface>(ctx, 'interfaces').flatMap((item) => item.ipv6));
  if (given.Ipv6Addresses?.length) {
    const asked = (given.Ipv6Addresses as string[]).map(written);
    const outside = asked.find((ip) => !contains(range, cidr(`${ip}/128`, 6)));
    if (outside !== undefined) throw new LabError('InvalidParameterValue', `Address ${outside} does not fall within the subnet's address range`);
    const taken = asked.find((ip) => used.has(ip));
    if (taken !== undefined) throw new LabError('InvalidIPAddress.InUse', `Address ${taken} is in use.`);
    return asked;
  }
  const made: string[] = [];
  while (made.length < given.Ipv6AddressCount) {
    const ip = v6(range.first + (BigInt(`0x${ctx.id('x').slice(2)}`) & 0xffff_ffff_ffff_ffffn));
    if (!used.has(ip)) made.push(ip);
    used.add(ip);
  }
  return made;
}
const resources = (input: any, ctx: LabContext): string[] => arns(ctx, 'network-interface', input.NetworkInterfaceId);

export const operations: LabOperations = {
  AssignIpv6Addresses: {
    run(input, ctx) {
      const row = edit<Interface>(ctx, 'interfaces', input.NetworkInterfaceId);
      refuseManaged(row);
      if ((input.Ipv6Addresses?.length ? 1 : 0) + (input.Ipv6AddressCount === undefined ? 0 : 1) !== 1)
        throw new LabError('InvalidParameterCombination', 'Exactly one of Ipv6Addresses and Ipv6AddressCount must be given.');
      const added = free(ctx, row, input);
      row.ipv6 = [...row.ipv6, ...added];
      return { NetworkInterfaceId: row.id, AssignedIpv6Addresses: added };
    },
    resources,
  },
  UnassignIpv6Addresses: {
    run(input, ctx) {
      const row = edit<Interface>(ctx, 'interfaces', input.NetworkInterfaceId);
      refuseManaged(row);
      const asked = ((input.Ipv6Addresses ?? []) as string[]).map(written);
      const strange = asked.find((ip) => !row.ipv6.some((own) => toNumber(own) === toNumber(ip)));
      if (strange !== undefined) throw new LabError('InvalidParameterValue', `Some of ${strange} are not assigned to interface ${row.id}`);
      row.ipv6 = row.ipv6.filter((own) => !asked.includes(written(own)));
      return { NetworkInterfaceId: row.id, UnassignedIpv6Addresses: asked };
    },
    resources,
  },
};
