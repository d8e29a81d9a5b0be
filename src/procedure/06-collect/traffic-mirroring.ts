import { type Collector, text } from '../../kernel/index.ts';
import { ofInstance, takeEach } from '../shared/collected.ts';
import { ec2, filter } from '../shared/ec2.ts';

/** Is somebody given a copy of its traffic, and where does it go? */
export const collector: Collector = {
  id: 'traffic-mirroring',
  step: 6,
  title: text('Traffic mirroring', 'Duplicación de tráfico'),
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeTrafficMirrorSessions', 'ec2:DescribeTrafficMirrorTargets'],
  collect: ofInstance('traffic-mirroring', async function* (ctx, { region, instance }) {
    const ids = (instance.NetworkInterfaces ?? []).flatMap((one) => one.NetworkInterfaceId ?? []);
    if (ids.length === 0) return;
    yield* takeEach(ctx, [
      ['traffic-mirror-sessions', ec2(region, 'DescribeTrafficMirrorSessions', { Filters: [filter('network-interface-id', ...ids)] }), { all: true }],
      ['traffic-mirror-targets', ec2(region, 'DescribeTrafficMirrorTargets', { Filters: [filter('network-interface-id', ...ids)] }), { all: true }],
    ]);
  }),
};
