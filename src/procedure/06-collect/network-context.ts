import { type Collector, text } from '../../kernel/index.ts';
import { ofInstance, take, takeEach, type Wanted } from '../shared/collected.ts';
import { ec2, filter } from '../shared/ec2.ts';

/** What stands around the instance: subnet, VPC and its settings, routes, network ACLs, DHCP options. */
export const collector: Collector = {
  id: 'network-context',
  step: 6,
  title: text('The network around the instance', 'La red en torno a la instancia'),
  permissions: [
    'ec2:DescribeInstances',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcs',
    'ec2:DescribeVpcAttribute',
    'ec2:DescribeRouteTables',
    'ec2:DescribeNetworkAcls',
    'ec2:DescribeDhcpOptions',
  ],
  collect: ofInstance('network-context', async function* (ctx, { region, instance }) {
    const { VpcId: vpc } = instance;
    if (!vpc) return;
    const inVpc = { Filters: [filter('vpc-id', vpc)] };
    const wanted: Wanted[] = [
      ['subnets', ec2(region, 'DescribeSubnets', inVpc), { all: true }],
      ...['enableDnsSupport', 'enableDnsHostnames', 'enableNetworkAddressUsageMetrics'].map(
        (attribute): Wanted => [`vpc-attribute-${attribute}`, ec2(region, 'DescribeVpcAttribute', { VpcId: vpc, Attribute: attribute })],
      ),
      ['route-tables', ec2(region, 'DescribeRouteTables', inVpc), { all: true }],
      ['network-acls', ec2(region, 'DescribeNetworkAcls', inVpc), { all: true }],
    ];
    const { item, output } = await take<{ Vpcs?: { DhcpOptionsId?: string }[] }>(ctx, 'vpc', ec2(region, 'DescribeVpcs', { VpcIds: [vpc] }));
    yield item;
    const options = output?.Vpcs?.[0]?.DhcpOptionsId;
    // "default" stands for "none": its resolver is Amazon's.
    if (options?.startsWith('dopt-')) wanted.push(['dhcp-options', ec2(region, 'DescribeDhcpOptions', { DhcpOptionsIds: [options] })]);
    yield* takeEach(ctx, wanted);
  }),
};
