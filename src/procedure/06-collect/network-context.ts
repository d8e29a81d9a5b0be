import { type Collector, type Json, text } from '../../kernel/index.ts';
import { take, unavailable } from '../shared/collected.ts';
import { describeInstance, ec2, filter, targetOf } from '../shared/ec2.ts';

/** What stands around the instance: subnet, VPC, routes, network ACLs, flow logs. */
export const collector: Collector = {
  id: 'network-context',
  step: 6,
  title: text('The network around the instance', 'La red en torno a la instancia'),
  permissions: [
    'ec2:DescribeInstances',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcs',
    'ec2:DescribeRouteTables',
    'ec2:DescribeNetworkAcls',
    'ec2:DescribeFlowLogs',
  ],
  async *collect(ctx) {
    const target = targetOf(ctx);
    try {
      const { instance } = await describeInstance(ctx, target);
      const { VpcId: vpc, SubnetId: subnet } = instance;
      const calls: [string, string, Json][] = [];
      if (subnet) calls.push(['subnet', 'DescribeSubnets', { SubnetIds: [subnet] }]);
      if (vpc)
        calls.push(
          ['vpc', 'DescribeVpcs', { VpcIds: [vpc] }],
          ['route-tables', 'DescribeRouteTables', { Filters: [filter('vpc-id', vpc)] }],
          ['network-acls', 'DescribeNetworkAcls', { Filters: [filter('vpc-id', vpc)] }],
          ['flow-logs', 'DescribeFlowLogs', { Filter: [filter('resource-id', vpc, ...(subnet ? [subnet] : []))] }],
        );
      for (const { item } of await Promise.all(calls.map(([name, operation, input]) => take(ctx, name, ec2(target.region, operation, input))))) yield item;
    } catch (error) {
      yield unavailable('network-context', error);
    }
  },
};
