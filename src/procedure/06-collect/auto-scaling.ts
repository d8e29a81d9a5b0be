import { type Call, type Collector, type Json, text } from '../../kernel/index.ts';
import { notApplicable, take, takeEach, type Wanted } from '../shared/collected.ts';
import { targetOf } from '../shared/ec2.ts';

/** The Auto Scaling group that may end the instance, or start another like it: members, processes, what it did lately. */
export const collector: Collector = {
  id: 'auto-scaling',
  step: 6,
  title: text('Its Auto Scaling group', 'Su grupo de Auto Scaling'),
  permissions: [
    'autoscaling:DescribeAutoScalingInstances',
    'autoscaling:DescribeAutoScalingGroups',
    'autoscaling:DescribeScalingActivities',
    'autoscaling:DescribeLaunchConfigurations',
  ],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const ask = (operation: string, input: Json): Call => ({ service: 'auto-scaling', operation, region, input });
    const { item, output } = await take<{ AutoScalingInstances?: { AutoScalingGroupName?: string; LaunchConfigurationName?: string }[] }>(
      ctx,
      'auto-scaling-instance',
      ask('DescribeAutoScalingInstances', { InstanceIds: [instanceId] }),
    );
    yield item;
    const member = output?.AutoScalingInstances?.[0];
    if (output && !member)
      yield notApplicable('auto-scaling-group', text('It is in no Auto Scaling group.', 'No está en ningún grupo de Auto Scaling.'), item.reading);
    const { AutoScalingGroupName: group, LaunchConfigurationName: configuration } = member ?? {};
    const wanted: Wanted[] = [];
    if (group)
      wanted.push(
        ['auto-scaling-group', ask('DescribeAutoScalingGroups', { AutoScalingGroupNames: [group] })],
        // The newest hundred; a group that grows and shrinks all day has thousands.
        ['auto-scaling-activities', ask('DescribeScalingActivities', { AutoScalingGroupName: group, MaxRecords: 100 })],
      );
    if (configuration) wanted.push(['launch-configuration', ask('DescribeLaunchConfigurations', { LaunchConfigurationNames: [configuration] })]);
    yield* takeEach(ctx, wanted);
  },
};
