import { type Collector, text } from '../../kernel/index.ts';
import { take } from '../shared/collected.ts';
import { ec2, filter, targetOf } from '../shared/ec2.ts';

/** Every network interface (managed ones too) and the Elastic IP addresses: the only record of addresses a stop takes away. */
export const collector: Collector = {
  id: 'network-interfaces',
  step: 6,
  title: text('The network interfaces and addresses', 'Las interfaces de red y direcciones'),
  permissions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeAddresses'],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const attached = { Filters: [filter('attachment.instance-id', instanceId)], IncludeManagedResources: true };
    yield (await take(ctx, 'network-interfaces', ec2(region, 'DescribeNetworkInterfaces', attached), { all: true })).item;
    yield (await take(ctx, 'addresses', ec2(region, 'DescribeAddresses', { Filters: [filter('instance-id', instanceId)] }))).item;
  },
};
