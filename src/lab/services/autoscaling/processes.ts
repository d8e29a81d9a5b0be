import type { LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { activitiesOf, activityView } from './activities.ts';
import { inspect } from './health.ts';
import { groups } from './model.ts';
import { scale } from './scale.ts';

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
/** Those named, or all. */
const processes = (input: any): string[] => {
  const bad = (input.ScalingProcesses ?? []).filter((name: string) => !PROCESSES.includes(name));
  if (bad.length) throw new LabError('ValidationError', `The requested process(es) are invalid: ${bad.join(', ')}`);
  return input.ScalingProcesses?.length ? input.ScalingProcesses : PROCESSES;
};

export const operations: LabOperations = {
  SuspendProcesses: {
    run(input, ctx) {
      const row = groups.get(ctx, input.AutoScalingGroupName);
      row.suspended = [...new Set([...row.suspended, ...processes(input)])];
      return {};
    },
    constraints: { AutoScalingGroupName: NAME, 'ScalingProcesses[]': NAME },
  },
  /** What was held back is caught up on: unhealthy members go, missing ones come. */
  ResumeProcesses: {
    async run(input, ctx) {
      const row = groups.get(ctx, input.AutoScalingGroupName);
      const resumed = processes(input);
      row.suspended = row.suspended.filter((name) => !resumed.includes(name));
      await inspect(ctx, row);
      await scale(ctx, groups.get(ctx, row.name), 'a difference between desired and actual capacity changing the desired capacity.');
      return {};
    },
    constraints: { AutoScalingGroupName: NAME, 'ScalingProcesses[]': NAME },
  },
  DescribeInstanceRefreshes: {
    run(input, ctx) {
      const row = groups.get(ctx, input.AutoScalingGroupName);
      const asked = (row.refreshes ?? []).filter((one) => !input.InstanceRefreshIds?.length || input.InstanceRefreshIds.includes(one.id));
      const { items, next } = ctx.page(asked, input.NextToken, input.MaxRecords, { size: 50 });
      return {
        InstanceRefreshes: items.map((one) => ({
          InstanceRefreshId: one.id,
          AutoScalingGroupName: row.name,
          Status: one.status,
          StartTime: new Date(one.start),
          Preferences: { StandbyInstances: one.standby },
        })),
        NextToken: next,
      };
    },
    constraints: { AutoScalingGroupName: NAME, 'InstanceRefreshIds[]': NAME },
  },
  DescribeScalingActivities: {
    run(input, ctx) {
      const chosen = input.AutoScalingGroupName === undefined ? groups.all(ctx) : [groups.get(ctx, input.AutoScalingGroupName)];
      const rows = chosen.flatMap((group) => activitiesOf(ctx, group.name).map((activity) => ({ group, activity })));
      const asked = rows.filter(({ activity }) => !input.ActivityIds?.length || input.ActivityIds.includes(activity.id));
      const { items, next } = ctx.page(asked, input.NextToken, input.MaxRecords, { size: 100 });
      return { Activities: items.map(({ group, activity }) => activityView(group, activity, ctx.now())), NextToken: next };
    },
    constraints: { AutoScalingGroupName: NAME },
  },
};
