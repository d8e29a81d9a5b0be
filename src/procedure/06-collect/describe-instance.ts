import { type Collector, text } from '../../kernel/index.ts';
import { take, takeEach } from '../shared/collected.ts';
import { ec2, filter, type Reservation, targetOf } from '../shared/ec2.ts';

/** What EC2 says of the instance now: itself, its status checks, its type, its credits. `LaunchTime` is the last start, not the first. */
export const collector: Collector = {
  id: 'describe-instance',
  step: 6,
  title: text('The instance as EC2 describes it', 'La instancia según EC2'),
  permissions: [
    'ec2:DescribeInstances',
    'ec2:DescribeInstanceStatus',
    'ec2:DescribeInstanceTypes',
    'ec2:DescribeInstanceCreditSpecifications',
    'ec2:DescribeTags',
  ],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const ids = { InstanceIds: [instanceId] };
    const instance = await take<{ Reservations?: Reservation[] }>(ctx, 'instance', ec2(region, 'DescribeInstances', ids));
    yield instance.item;
    const type = instance.output?.Reservations?.[0]?.Instances?.[0]?.InstanceType;
    yield* takeEach(ctx, [
      // Without IncludeAllInstances a stopped instance has no status.
      ['instance-status', ec2(region, 'DescribeInstanceStatus', { ...ids, IncludeAllInstances: true })],
      ['instance-tags', ec2(region, 'DescribeTags', { Filters: [filter('resource-id', instanceId)] }), { all: true }],
      // `Hypervisor` says xen for Nitro too; the type tells the truth, and whether there is instance store.
      ...(type ? ([['instance-type', ec2(region, 'DescribeInstanceTypes', { InstanceTypes: [type] })]] as const) : []),
      // Only burstable types have credits; EC2 refuses the question for others.
      ...(type && /^t\d/.test(type) ? ([['credit-specification', ec2(region, 'DescribeInstanceCreditSpecifications', ids)]] as const) : []),
    ]);
  },
};
