import { type Collector, text } from '../../kernel/index.ts';
import { ofInstance, takeEach } from '../shared/collected.ts';
import { ec2, filter } from '../shared/ec2.ts';

/** Where the traffic of the VPC, the subnet and each interface is logged, and in which form. */
export const collector: Collector = {
  id: 'flow-logs',
  step: 6,
  title: text('The flow log configuration', 'La configuración de los registros de flujo'),
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeFlowLogs'],
  collect: ofInstance('flow-logs', async function* (ctx, { region, instance }) {
    const interfaces = (instance.NetworkInterfaces ?? []).flatMap((one) => [one.NetworkInterfaceId, one.SubnetId]);
    const ids = [...new Set([instance.VpcId, instance.SubnetId, ...interfaces].filter((id) => id !== undefined))];
    if (ids.length > 0) yield* takeEach(ctx, [['flow-logs', ec2(region, 'DescribeFlowLogs', { Filter: [filter('resource-id', ...ids)] }), { all: true }]]);
  }),
};
