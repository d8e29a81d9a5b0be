import { type Collector, text } from '../../kernel/index.ts';
import { take } from '../shared/collected.ts';
import { ec2, filter, type Reservation, targetOf } from '../shared/ec2.ts';

/** What EC2 says of the instance now: itself, its status checks, its type, its image. `LaunchTime` is the last start, not the first. */
export const collector: Collector = {
  id: 'describe-instance',
  step: 6,
  title: text('The instance as EC2 describes it', 'La instancia según EC2'),
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeInstanceStatus', 'ec2:DescribeInstanceTypes', 'ec2:DescribeImages', 'ec2:DescribeTags'],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const instance = await take<{ Reservations?: Reservation[] }>(ctx, 'instance', ec2(region, 'DescribeInstances', { InstanceIds: [instanceId] }));
    yield instance.item;
    // Without IncludeAllInstances a stopped instance has no status.
    yield (await take(ctx, 'instance-status', ec2(region, 'DescribeInstanceStatus', { InstanceIds: [instanceId], IncludeAllInstances: true }))).item;
    yield (await take(ctx, 'instance-tags', ec2(region, 'DescribeTags', { Filters: [filter('resource-id', instanceId)] }), { all: true })).item;
    const known = instance.output?.Reservations?.[0]?.Instances?.[0];
    // `Hypervisor` says xen for Nitro too; the type tells the truth, and whether there is instance store.
    if (known?.InstanceType) yield (await take(ctx, 'instance-type', ec2(region, 'DescribeInstanceTypes', { InstanceTypes: [known.InstanceType] }))).item;
    if (known?.ImageId) yield (await take(ctx, 'image', ec2(region, 'DescribeImages', { ImageIds: [known.ImageId] }))).item;
  },
};
