import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { activityView, note } from './activities.ts';
import { inspect } from './health.ts';
import { grow } from './launch.ts';
import { type Group, groupOf, groups, lifecycle, memberOf, membersOf } from './model.ts';
import { discharge, enlist } from './routing.ts';

const NAME = { length: [1, 255] as [number, number] };
const ID = { length: [1, 19] as [number, number] };
const READY_SECONDS = 30;
const SETTLE_SECONDS = 5;
const invalid = (message: string): LabError => new LabError('ValidationError', message);
const sizes = (row: Group): string => `AutoScalingGroup ${row.name} has min-size=${row.min}, max-size=${row.max}, and desired-size=${row.desired}.`;
const USER = 'in response to a user request.';
const views = (ctx: LabContext, row: Group, ids: readonly string[], verb: string, cause: string) =>
  ids.map((id) => activityView(row, note(ctx, row, `${verb}: ${id}`, cause), ctx.now()));

export const operations: LabOperations = {
  /** Out of service, still in the group: not counted, not checked, not registered. Connections are drained first. */
  EnterStandby: {
    async run(input, ctx) {
      const row = groups.get(ctx, input.AutoScalingGroupName);
      const ids: string[] = input.InstanceIds ?? [];
      const chosen = membersOf(ctx, row, ids);
      for (const one of chosen) if (lifecycle(ctx, one) !== 'InService') throw invalid(`The instance ${one.id} is not in InService.`);
      if (input.ShouldDecrementDesiredCapacity && row.desired - ids.length < row.min)
        throw invalid(`${sizes(row)} To place into standby ${ids.length} instance, please update the AutoScalingGroup sizes appropriately.`);
      const seconds = Math.max(SETTLE_SECONDS, discharge(ctx, ids, row));
      for (const one of chosen) one.standby = ctx.due(seconds);
      if (input.ShouldDecrementDesiredCapacity) row.desired -= ids.length;
      const made = views(ctx, row, ids, 'Moving EC2 instance to Standby', `instance was moved to standby ${USER}`);
      await grow(ctx, row, `an instance was moved to standby ${USER}`);
      return { Activities: made };
    },
    constraints: { AutoScalingGroupName: NAME, 'InstanceIds[]': ID },
  },
  ExitStandby: {
    async run(input, ctx) {
      const row = groups.get(ctx, input.AutoScalingGroupName);
      const ids: string[] = input.InstanceIds ?? [];
      const chosen = membersOf(ctx, row, ids);
      for (const one of chosen) if (lifecycle(ctx, one) !== 'Standby') throw invalid(`The instance ${one.id} is not in Standby.`);
      if (row.desired + ids.length > row.max)
        throw invalid(`${sizes(row)} To exit standby ${ids.length} instance, please update the AutoScalingGroup sizes appropriately.`);
      for (const one of chosen) {
        delete one.standby;
        one.ready = ctx.due(READY_SECONDS);
      }
      row.desired += ids.length;
      const made = views(ctx, row, ids, 'Moving EC2 instance out of Standby', `instance was moved out of standby ${USER}`);
      await inspect(ctx, row);
      enlist(
        ctx,
        groups.get(ctx, row.name),
        ids.filter((id) => groupOf(ctx, id) !== undefined),
      );
      return { Activities: made };
    },
    constraints: { AutoScalingGroupName: NAME, 'InstanceIds[]': ID },
  },
  SetInstanceProtection: {
    run(input, ctx) {
      const row = groups.get(ctx, input.AutoScalingGroupName);
      for (const one of membersOf(ctx, row, input.InstanceIds)) {
        if (lifecycle(ctx, one) === 'Pending') throw invalid(`The instance ${one.id} is not in InService or EnteringStandby or Standby.`);
        one.protected = input.ProtectedFromScaleIn;
      }
      return {};
    },
    constraints: { AutoScalingGroupName: NAME, 'InstanceIds[]': ID },
  },
  SetInstanceHealth: {
    async run(input, ctx) {
      if (!/^(Healthy|Unhealthy)$/.test(input.HealthStatus)) throw invalid('Valid instance health states are: [Healthy, Unhealthy].');
      const { group, member } = memberOf(ctx, input.InstanceId);
      if (input.HealthStatus === 'Unhealthy') member.unhealthy = true;
      else delete member.unhealthy;
      await inspect(ctx, group);
      return {};
    },
    constraints: { InstanceId: ID, HealthStatus: { length: [1, 32] } },
  },
};
