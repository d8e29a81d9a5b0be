import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { grow, note } from './launch.ts';
import { type Activity, type Group, groupOf, groups, living, type Member } from './model.ts';
import { endMembers } from './scale.ts';

const NAME = { length: [1, 255] as [number, number] };
const PROCESSES = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
];
const activityView = (row: Group, activity: Activity, now: number) => ({
  ActivityId: activity.id,
  AutoScalingGroupName: row.name,
  AutoScalingGroupARN: row.arn,
  Description: activity.description,
  Cause: activity.cause,
  StartTime: new Date(activity.start),
  EndTime: new Date(activity.end),
  StatusCode: activity.failed ? 'Failed' : activity.end <= now ? 'Successful' : 'InProgress',
  StatusMessage: activity.failed?.slice(0, 255),
  Progress: activity.failed || activity.end <= now ? 100 : 50,
});
const processes = (input: any): string[] => {
  const bad = (input.ScalingProcesses ?? []).filter((name: string) => !PROCESSES.includes(name));
  if (bad.length) throw new LabError('ValidationError', `The requested process(es) are invalid: ${bad.join(', ')}`);
  return input.ScalingProcesses?.length ? input.ScalingProcesses : PROCESSES;
};
function member(ctx: LabContext, id: string): { group: Group; member: Member } {
  const group = groupOf(ctx, id);
  const found = group?.members.find((one) => one.id === id);
  if (!group || !found) throw new LabError('ValidationError', `Instance Id not found - No managed instance found for instance ID: ${id}`);
  return { group, member: found };
}

export const operations: LabOperations = {
  DescribeAutoScalingInstances: {
    run(input, ctx) {
      const all = groups.all(ctx).flatMap((group) => living(ctx, group).map((one) => ({ group, one })));
      const rows = all.filter(({ one }) => !input.InstanceIds?.length || input.InstanceIds.includes(one.id));
      const { items, next } = ctx.page(rows, input.NextToken, input.MaxRecords, { size: 50 });
      return {
        AutoScalingInstances: items.map(({ group, one }) => ({
          InstanceId: one.id,
          InstanceType: one.type,
          AutoScalingGroupName: group.name,
          AvailabilityZone: one.zone,
          LifecycleState: one.ready <= ctx.now() ? 'InService' : 'Pending',
          HealthStatus: 'HEALTHY',
          LaunchConfigurationName: group.launchConfiguration,
          LaunchTemplate: group.template ?? group.mixed?.LaunchTemplate.LaunchTemplateSpecification,
          ProtectedFromScaleIn: one.protected,
        })),
        NextToken: next,
      };
    },
    constraints: { 'InstanceIds[]': { length: [1, 19] } },
  },
  /** The instance runs on, the group forgets it and (without the decrement) starts another. */
  DetachInstances: {
    async run(input, ctx) {
      const row = groups.get(ctx, input.AutoScalingGroupName);
      const ids: string[] = input.InstanceIds ?? [];
      for (const id of ids)
        if (member(ctx, id).group !== row) throw new LabError('ValidationError', `The instance ${id} is not part of Auto Scaling group ${row.name}.`);
      if (input.ShouldDecrementDesiredCapacity && row.desired - ids.length < row.min)
        throw new LabError(
          'ValidationError',
          `AutoScalingGroup ${row.name} has min-size=${row.min}, max-size=${row.max}, and desired-size=${row.desired}. To place into standby ${ids.length} instances, please update the AutoScalingGroup sizes appropriately.`,
        );
      row.members = row.members.filter((one) => !ids.includes(one.id));
      if (input.ShouldDecrementDesiredCapacity) row.desired -= ids.length;
      const before = row.activities.length;
      for (const id of ids) note(ctx, row, `Detaching EC2 instance: ${id}`, 'an instance was detached in response to a user request.');
      const made = row.activities.slice(0, row.activities.length - before);
      await grow(ctx, row, 'an instance was detached in response to a user request.');
      return { Activities: made.map((activity) => activityView(row, activity, ctx.now())) };
    },
    constraints: { AutoScalingGroupName: NAME, 'InstanceIds[]': { length: [1, 19] } },
  },
  TerminateInstanceInAutoScalingGroup: {
    async run(input, ctx) {
      const { group } = member(ctx, input.InstanceId);
      if (input.ShouldDecrementDesiredCapacity && group.desired - 1 < group.min)
        throw new LabError(
          'ValidationError',
          `Currently, desiredSize equals minSize (${group.min}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
        );
      endMembers(ctx, group, [input.InstanceId], 'an instance was taken out of service in response to a user request.');
      const ended = group.activities[0]!;
      if (input.ShouldDecrementDesiredCapacity) group.desired -= 1;
      await grow(ctx, group, 'an instance was taken out of service in response to a user request.');
      return { Activity: activityView(group, ended, ctx.now()) };
    },
    constraints: { InstanceId: { length: [1, 19] } },
  },
  SuspendProcesses: {
    run(input, ctx) {
      const row = groups.get(ctx, input.AutoScalingGroupName);
      row.suspended = [...new Set([...row.suspended, ...processes(input)])];
      return {};
    },
    constraints: { AutoScalingGroupName: NAME },
  },
  ResumeProcesses: {
    async run(input, ctx) {
      const row = groups.get(ctx, input.AutoScalingGroupName);
      const resumed = processes(input);
      row.suspended = row.suspended.filter((name) => !resumed.includes(name));
      await grow(ctx, row, 'a difference between desired and actual capacity changing the desired capacity.');
      return {};
    },
    constraints: { AutoScalingGroupName: NAME },
  },
  DescribeScalingActivities: {
    run(input, ctx) {
      const chosen = input.AutoScalingGroupName === undefined ? groups.all(ctx) : [groups.get(ctx, input.AutoScalingGroupName)];
      const rows = chosen.flatMap((group) => group.activities.map((activity) => ({ group, activity })));
      const asked = rows.filter(({ activity }) => !input.ActivityIds?.length || input.ActivityIds.includes(activity.id));
      const { items, next } = ctx.page(asked, input.NextToken, input.MaxRecords, { size: 100 });
      return { Activities: items.map(({ group, activity }) => activityView(group, activity, ctx.now())), NextToken: next };
    },
    constraints: { AutoScalingGroupName: NAME },
  },
};
