import { type Collector, text } from '../../kernel/index.ts';
import { ofInstance, takeEach, type Wanted } from '../shared/collected.ts';
import { ec2, filter } from '../shared/ec2.ts';

/** Doors that no public address is needed for: EC2 Instance Connect endpoints and the serial console. */
export const collector: Collector = {
  id: 'remote-access',
  step: 6,
  title: text('Instance Connect and the serial console', 'Instance Connect y la consola serie'),
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeInstanceConnectEndpoints', 'ec2:GetSerialConsoleAccessStatus'],
  collect: ofInstance('remote-access', async function* (ctx, { region, instance }) {
    const inVpc: Wanted[] = instance.VpcId
      ? [['instance-connect-endpoints', ec2(region, 'DescribeInstanceConnectEndpoints', { Filters: [filter('vpc-id', instance.VpcId)] }), { all: true }]]
      : [];
    yield* takeEach(ctx, [['serial-console-access', ec2(region, 'GetSerialConsoleAccessStatus', {})], ...inVpc]);
  }),
};
