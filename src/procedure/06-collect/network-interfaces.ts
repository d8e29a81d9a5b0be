import { type Collector, text } from '../../kernel/index.ts';
import { take, takeEach } from '../shared/collected.ts';
import { ec2, filter, targetOf } from '../shared/ec2.ts';

/**
 * Every network interface (managed ones too), the branch interfaces of pods and tasks behind a trunk, and the Elastic IP addresses: the
 * only record of addresses a stop takes away.
 */
export const collector: Collector = {
  id: 'network-interfaces',
  step: 6,
  title: text('The network interfaces and addresses', 'Las interfaces de red y direcciones'),
  permissions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeAddresses', 'ec2:DescribeTrunkInterfaceAssociations'],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const attached = { Filters: [filter('attachment.instance-id', instanceId)], IncludeManagedResources: true };
    const [interfaces, addresses] = await Promise.all([
      take<{ NetworkInterfaces?: { NetworkInterfaceId?: string; InterfaceType?: string }[] }>(
        ctx,
        'network-interfaces',
        ec2(region, 'DescribeNetworkInterfaces', attached),
        { all: true },
      ),
      take(ctx, 'addresses', ec2(region, 'DescribeAddresses', { Filters: [filter('instance-id', instanceId)] })),
    ]);
    yield* [interfaces.item, addresses.item];
    const trunks = (interfaces.output?.NetworkInterfaces ?? []).flatMap((one) => (one.InterfaceType === 'trunk' ? (one.NetworkInterfaceId ?? []) : []));
    if (trunks.length === 0) return;
    // EC2 has no filter by trunk: the answer names it.
    const branches = await take<{ InterfaceAssociations?: { TrunkInterfaceId?: string; BranchInterfaceId?: string }[] }>(
      ctx,
      'trunk-associations',
      ec2(region, 'DescribeTrunkInterfaceAssociations', {}),
      { all: true },
    );
    yield branches.item;
    const mine = (branches.output?.InterfaceAssociations ?? []).filter((one) => trunks.includes(one.TrunkInterfaceId ?? ''));
    const ids = mine.flatMap((one) => one.BranchInterfaceId ?? []);
    if (ids.length > 0)
      yield* takeEach(ctx, [['branch-interfaces', ec2(region, 'DescribeNetworkInterfaces', { NetworkInterfaceIds: ids, IncludeManagedResources: true })]]);
  },
};
