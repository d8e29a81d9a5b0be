import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { zonesOf } from '../ec2/zones.ts';
import { dropActivities } from './activities.ts';
import { zonesOfSubnets } from './launch.ts';
import { chosenTemplate, configurations, type Group, groups, lifecycle, living } from './model.ts';
import { checkBalancers } from './routing.ts';
import { endMembers, scale } from './scale.ts';

const MAX_GROUPS = 500;
const NAME = { length: [1, 255] as [number, number] };
const invalid = (message: string): LabError => new LabError('ValidationError', message);
const arnOf = (ctx: LabContext, name: string): string =>
  `arn:aws:autoscaling:${ctx.region.name}:${ctx.account.id}:autoScalingGroup:*:autoScalingGroupName/${name}`;
const resources = (input: any, ctx: LabContext): string[] => [arnOf(ctx, input.AutoScalingGroupName ?? '*')];

/** What create and update both set; what is not said stays. */
function settings(ctx: LabContext, input: any): Partial<Group> {
  const given: Partial<Group> = {};
  const sources = [input.LaunchConfigurationName, input.LaunchTemplate, input.MixedInstancesPolicy].filter((one) => one !== undefined);
  if (sources.length > 1)
    throw invalid('Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.');
  if (input.LaunchConfigurationName !== undefined)
    Object.assign(given, { launchConfiguration: configurations.get(ctx, input.LaunchConfigurationName).name, template: undefined, mixed: undefined });
  if (input.LaunchTemplate) Object.assign(given, { template: chosenTemplate(ctx, input.LaunchTemplate), launchConfiguration: undefined, mixed: undefined });
  if (input.MixedInstancesPolicy) {
    const spec = input.MixedInstancesPolicy.LaunchTemplate?.LaunchTemplateSpecification;
    if (!spec) throw invalid('The LaunchTemplate of a MixedInstancesPolicy must name a launch template.');
    chosenTemplate(ctx, spec);
    Object.assign(given, { mixed: JSON.parse(JSON.stringify(input.MixedInstancesPolicy)), launchConfiguration: undefined, template: undefined });
  }
  if (input.VPCZoneIdentifier) {
    given.subnets = input.VPCZoneIdentifier.split(',').map((id: string) => id.trim());
    given.zones = zonesOfSubnets(ctx, given.subnets!);
  } else if (input.AvailabilityZones?.length) {
    const known = zonesOf(ctx.account.id, ctx.region.name).map((zone) => zone.name);
    const bad = input.AvailabilityZones.filter((zone: string) => !known.includes(zone));
    if (bad.length) throw invalid(`Invalid availability zones: [${bad.join(', ')}]`);
    Object.assign(given, { zones: input.AvailabilityZones, subnets: [] });
  }
  for (const [member, key] of [
    ['MinSize', 'min'],
    ['MaxSize', 'max'],
    ['DesiredCapacity', 'desired'],
    ['DefaultCooldown', 'cooldown'],
    ['HealthCheckType', 'healthCheckType'],
    ['HealthCheckGracePeriod', 'healthCheckGrace'],
    ['NewInstancesProtectedFromScaleIn', 'newProtected'],
  ] as const)
    if (input[member] !== undefined) Object.assign(given, { [key]: input[member] });
  return given;
}
function bounded(group: Group): void {
  if (group.min < 0 || group.max < group.min) throw invalid(`Max bound, ${group.max}, must be greater than or equal to min bound, ${group.min}`);
  if (group.desired < group.min || group.desired > group.max)
    throw invalid(`Desired capacity:${group.desired} must be between the specified min size:${group.min} and max size:${group.max}`);
}
function view(ctx: LabContext, row: Group) {
  return {
    AutoScalingGroupName: row.name,
    AutoScalingGroupARN: row.arn,
    LaunchConfigurationName: row.launchConfiguration,
    LaunchTemplate: row.template,
    MixedInstancesPolicy: row.mixed,
    MinSize: row.min,
    MaxSize: row.max,
    DesiredCapacity: row.desired,
    DefaultCooldown: row.cooldown,
    AvailabilityZones: row.zones,
    VPCZoneIdentifier: row.subnets.join(','),
    LoadBalancerNames: row.loadBalancers,
    TargetGroupARNs: row.targetGroups,
    HealthCheckType: row.healthCheckType,
    HealthCheckGracePeriod: row.healthCheckGrace,
    CreatedTime: new Date(row.created),
    SuspendedProcesses: row.suspended.map((ProcessName) => ({ ProcessName, SuspensionReason: 'User suspended' })),
    TerminationPolicies: ['Default'],
    NewInstancesProtectedFromScaleIn: row.newProtected,
    ServiceLinkedRoleARN: `arn:aws:iam::${ctx.account.id}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    Tags: row.tags.map((tag) => ({ ...tag, ResourceId: row.name, ResourceType: 'auto-scaling-group' })),
    Instances: living(ctx, row).map((member) => ({
      InstanceId: member.id,
      InstanceType: member.type,
      AvailabilityZone: member.zone,
      LifecycleState: lifecycle(ctx, member),
      HealthStatus: member.unhealthy ? 'Unhealthy' : 'Healthy',
      ProtectedFromScaleIn: member.protected,
      LaunchConfigurationName: row.launchConfiguration,
      LaunchTemplate: row.template ?? row.mixed?.LaunchTemplate.LaunchTemplateSpecification,
    })),
  };
}

export const operations: LabOperations = {
  CreateAutoScalingGroup: {
    async run(input, ctx) {
      if (groups.find(ctx, input.AutoScalingGroupName))
        throw new LabError(
          'AlreadyExists',
          `AutoScalingGroup by this name already exists - A group with the name ${input.AutoScalingGroupName} already exists`,
        );
      if (groups.all(ctx).length >= MAX_GROUPS) throw new LabError('LimitExceeded', `You have already reached your limit of ${MAX_GROUPS} AutoScalingGroups.`);
      const given = settings(ctx, input);
      if (!given.launchConfiguration && !given.template && !given.mixed)
        throw invalid('Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.');
      if (!given.zones?.length) throw invalid('At least one Availability Zone or VPC Subnet is required.');
      const row: Group = {
        name: input.AutoScalingGroupName,
        arn: arnOf(ctx, input.AutoScalingGroupName).replace(':*:', `:${ctx.uuid()}:`),
        created: ctx.now(),
        min: input.MinSize,
        max: input.MaxSize,
        desired: input.MinSize,
        cooldown: 300,
        zones: [],
        subnets: [],
        healthCheckType: 'EC2',
        healthCheckGrace: 0,
        targetGroups: input.TargetGroupARNs ?? [],
        loadBalancers: input.LoadBalancerNames ?? [],
        tags: (input.Tags ?? []).map((tag: any) => ({ Key: tag.Key, Value: tag.Value ?? '', PropagateAtLaunch: tag.PropagateAtLaunch ?? false })),
        suspended: [],
        newProtected: false,
        members: [],
        ...given,
      };
      bounded(row);
      checkBalancers(ctx, row);
      groups.put(ctx, row.name, row);
      await scale(ctx, row, `a user request created an AutoScalingGroup changing the desired capacity from 0 to ${row.desired}.`);
      return {};
    },
    resources,
    constraints: {
      AutoScalingGroupName: NAME,
      LaunchConfigurationName: NAME,
      VPCZoneIdentifier: { length: [1, 5000] },
      HealthCheckType: { length: [1, 32] },
      'LaunchTemplate.LaunchTemplateId': NAME,
      'LaunchTemplate.LaunchTemplateName': { length: [3, 128] },
      'Tags[].Key': { length: [1, 128] },
      'Tags[].Value': { length: [0, 256] },
    },
  },
  UpdateAutoScalingGroup: {
    async run(input, ctx) {
      const row = groups.get(ctx, input.AutoScalingGroupName);
      const next = { ...row, ...settings(ctx, input) };
      // A new bound moves the desired capacity with it when that is not named.
      if (input.DesiredCapacity === undefined) next.desired = Math.min(Math.max(next.desired, next.min), next.max);
      bounded(next);
      Object.assign(row, next);
      await scale(ctx, row, `a user request update of AutoScalingGroup constraints to min: ${row.min}, max: ${row.max}, desired: ${row.desired}.`);
      return {};
    },
    resources,
    constraints: { AutoScalingGroupName: NAME, LaunchConfigurationName: NAME, VPCZoneIdentifier: { length: [1, 5000] } },
  },
  SetDesiredCapacity: {
    async run(input, ctx) {
      const row = groups.get(ctx, input.AutoScalingGroupName);
      if (input.DesiredCapacity > row.max)
        throw invalid(`New SetDesiredCapacity value ${input.DesiredCapacity} is above max value ${row.max} for the AutoScalingGroup.`);
      if (input.DesiredCapacity < row.min)
        throw invalid(`New SetDesiredCapacity value ${input.DesiredCapacity} is below min value ${row.min} for the AutoScalingGroup.`);
      row.desired = input.DesiredCapacity;
      await scale(ctx, row, `a user request explicitly set group desired capacity to ${row.desired}.`);
      return {};
    },
    resources,
    constraints: { AutoScalingGroupName: NAME },
  },
  DeleteAutoScalingGroup: {
    run(input, ctx) {
      const row = groups.get(ctx, input.AutoScalingGroupName);
      const left = living(ctx, row);
      if (left.length > 0 && !input.ForceDelete)
        throw new LabError(
          'ResourceInUse',
          'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.',
        );
      endMembers(
        ctx,
        row,
        left.map((member) => member.id),
        'a user request force deleted AutoScaling group',
      );
      groups.drop(ctx, row.name);
      dropActivities(ctx, row.name);
      return {};
    },
    resources,
    constraints: { AutoScalingGroupName: NAME },
  },
  DescribeAutoScalingGroups: {
    run(input, ctx) {
      const names: string[] = input.AutoScalingGroupNames ?? [];
      const tag = (row: Group, name: string, values: string[]) =>
        name === 'tag-key'
          ? row.tags.some((one) => values.includes(one.Key))
          : name === 'tag-value'
            ? row.tags.some((one) => values.includes(one.Value))
            : row.tags.some((one) => `tag:${one.Key}` === name && values.includes(one.Value));
      const rows = groups
        .all(ctx)
        .filter((row) => names.length === 0 || names.includes(row.name))
        .filter((row) => (input.Filters ?? []).every((filter: { Name?: string; Values?: string[] }) => tag(row, filter.Name ?? '', filter.Values ?? [])));
      const { items, next } = ctx.page(rows, input.NextToken, input.MaxRecords, { size: 50 });
      return { AutoScalingGroups: items.map((row) => view(ctx, row)), NextToken: next };
    },
    constraints: { 'AutoScalingGroupNames[]': NAME },
  },
};
