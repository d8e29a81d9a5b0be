import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { stateOf } from '../ec2/instance-model.ts';
import type { Instance, Tag } from '../ec2/rows.ts';
import { rowOf, writable } from '../ec2/tables.ts';
import { putTags, systemTags, tagsOf } from '../ec2/tagging.ts';
import { activityView, note } from './activities.ts';
import { grow } from './launch.ts';
import { type Group, groupOf, groups, lifecycle, living, memberOf, membersOf } from './model.ts';
import { discharge, enlist } from './routing.ts';
import { endMembers } from './scale.ts';

const NAME = { length: [1, 255] as [number, number] };
const ID = { length: [1, 19] as [number, number] };
const READY_SECONDS = 30;
const GROUP_TAG = 'aws:autoscaling:groupName';
const invalid = (message: string): LabError => new LabError('ValidationError', message);

function belongs(ctx: LabContext, group: Group, ids: readonly string[]): void {
  systemTags(ctx, ids, [{ Key: GROUP_TAG, Value: group.name }]);
  const propagated = group.tags.filter((tag) => tag.PropagateAtLaunch);
  if (propagated.length > 0) putTags(ctx, ids, propagated);
}
function forgets(ctx: LabContext, ids: readonly string[]): void {
  const table = writable<Tag[]>(ctx, 'tags');
  for (const id of ids) table[id] = tagsOf(ctx, id).filter((tag) => tag.Key !== GROUP_TAG);
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
          LifecycleState: lifecycle(ctx, one),
          HealthStatus: one.unhealthy ? 'UNHEALTHY' : 'HEALTHY',
          LaunchConfigurationName: group.launchConfiguration,
          LaunchTemplate: group.template ?? group.mixed?.LaunchTemplate.LaunchTemplateSpecification,
          ProtectedFromScaleIn: one.protected,
        })),
        NextToken: next,
      };
    },
    constraints: { 'InstanceIds[]': ID },
  },
  /** The instance runs on, the group forgets it and (without the decrement) starts another. */
  DetachInstances: {
    async run(input, ctx) {
      const row = groups.get(ctx, input.AutoScalingGroupName);
      const ids: string[] = input.InstanceIds ?? [];
      const chosen = membersOf(ctx, row, ids);
      const counted = chosen.filter((one) => one.standby === undefined).length;
      if (input.ShouldDecrementDesiredCapacity && row.desired - counted < row.min)
        throw invalid(
          `AutoScalingGroup ${row.name} has min-size=${row.min}, max-size=${row.max}, and desired-size=${row.desired}. To detach ${counted} instance, please update the AutoScalingGroup sizes appropriately.`,
        );
      discharge(ctx, ids, row);
      row.members = row.members.filter((one) => !ids.includes(one.id));
      forgets(ctx, ids);
      if (input.ShouldDecrementDesiredCapacity) row.desired -= counted;
      const cause = 'an instance was detached in response to a user request.';
      const made = ids.map((id) => activityView(row, note(ctx, row, `Detaching EC2 instance: ${id}`, cause), ctx.now()));
      await grow(ctx, row, cause);
      return { Activities: made };
    },
    constraints: { AutoScalingGroupName: NAME, 'InstanceIds[]': ID },
  },
  /** Running instances of no group; the desired capacity rises with them. */
  AttachInstances: {
    run(input, ctx) {
      const row = groups.get(ctx, input.AutoScalingGroupName);
      const ids: string[] = input.InstanceIds ?? [];
      const rows = ids.map((id) => {
        const instance = rowOf<Instance>(ctx, 'instances', id);
        if (!instance || stateOf(ctx, instance) !== 'running')
          throw invalid(`Invalid Instance ID(s): [${id}]. Instance must be in the running state to be attached to AutoScalingGroup ${row.name}.`);
        const own = groupOf(ctx, id);
        if (own) throw invalid(`Instance ${id} is already part of AutoScalingGroup:${own.name}`);
        if (!row.zones.includes(instance.zone))
          throw invalid(`The availability zone ${instance.zone} of instance ${id} is not part of AutoScalingGroup ${row.name}.`);
        return instance;
      });
      if (row.desired + ids.length > row.max)
        throw invalid(`The AutoScalingGroup ${row.name} has max-size=${row.max}. Attaching ${ids.length} instance would exceed it.`);
      row.desired += ids.length;
      row.members.push(...rows.map((one) => ({ id: one.id, zone: one.zone, type: one.type, ready: ctx.due(READY_SECONDS), protected: row.newProtected })));
      belongs(ctx, row, ids);
      for (const id of ids) note(ctx, row, `Attaching an existing EC2 instance: ${id}`, 'an instance was attached in response to a user request.');
      enlist(ctx, row, ids);
      return {};
    },
    constraints: { AutoScalingGroupName: NAME, 'InstanceIds[]': ID },
  },
  TerminateInstanceInAutoScalingGroup: {
    async run(input, ctx) {
      const { group } = memberOf(ctx, input.InstanceId);
      if (input.ShouldDecrementDesiredCapacity && group.desired - 1 < group.min)
        throw invalid(
          `Currently, desiredSize equals minSize (${group.min}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
        );
      const cause = 'an instance was taken out of service in response to a user request.';
      const ended = endMembers(ctx, group, [input.InstanceId], cause)[0]!;
      if (input.ShouldDecrementDesiredCapacity) group.desired -= 1;
      await grow(ctx, group, cause);
      return { Activity: activityView(group, ended, ctx.now()) };
    },
    constraints: { InstanceId: ID },
  },
};
