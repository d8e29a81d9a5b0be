import { codeOf } from '../../../engine/outcome.ts';
import type { ActionContext, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { isAwsFailure } from '../../shared/reading.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { machineReasons } from '../hunting/machines.ts';

interface Template {
  LaunchTemplateId?: string;
  Version?: string;
}
interface Group {
  AutoScalingGroupName?: string;
  AutoScalingGroupARN?: string;
  CreatedTime?: string;
  MinSize?: number;
  MaxSize?: number;
  DesiredCapacity?: number;
  LaunchConfigurationName?: string;
  LaunchTemplate?: Template;
  MixedInstancesPolicy?: { LaunchTemplate?: { LaunchTemplateSpecification?: Template; Overrides?: { InstanceType?: string }[] } };
  Instances?: { InstanceId?: string; InstanceType?: string }[];
  SuspendedProcesses?: { ProcessName?: string }[];
  Status?: string;
}
/** Groups that AWS's own services manage may be left out of the answer unless they are asked for. */
async function* groups(ctx: ActionContext, region: string): AsyncIterable<Group> {
  const all = (input: { MaxRecords: number; IncludeManagedResources?: boolean }) =>
    listed<Group>(ctx, 'auto-scaling', region, 'DescribeAutoScalingGroups', 'AutoScalingGroups', input);
  let begun = false;
  try {
    for await (const one of all({ MaxRecords: 100, IncludeManagedResources: true })) {
      begun = true;
      yield one;
    }
  } catch (error) {
    if (begun || !isAwsFailure(error) || !/^(Validation|InvalidParameter|UnknownParameter|MalformedQueryString)/.test(codeOf(error))) throw error;
    yield* all({ MaxRecords: 100 });
  }
}

/** A group starts its instances again for as long as it lives: it goes before them. */
export const hunter: Hunter = {
  type: 'AWS::AutoScaling::AutoScalingGroup',
  scope: 'regional',
  title: text('Auto Scaling groups', 'Grupos de Auto Scaling'),
  permissions: ['autoscaling:DescribeAutoScalingGroups'],
  createdByEvents: ['CreateAutoScalingGroup'],
  changedByEvents: [
    'UpdateAutoScalingGroup',
    'SetDesiredCapacity',
    'SuspendProcesses',
    'ResumeProcesses',
    'AttachInstances',
    'DetachInstances',
    'PutLifecycleHook',
    'PutScheduledUpdateGroupAction',
    'PutScalingPolicy',
    'StartInstanceRefresh',
    'SetInstanceProtection',
  ],
  names: ['autoScalingGroupName'],
  arn: (id, { partition, region, account }) => `arn:${partition}:autoscaling:${region}:${account}:autoScalingGroup:*:autoScalingGroupName/${id}`,
  async *scan(ctx, region) {
    for await (const one of groups(ctx, region)) {
      if (one.AutoScalingGroupName === undefined || one.AutoScalingGroupARN === undefined) continue;
      const mixed = one.MixedInstancesPolicy?.LaunchTemplate;
      const template = one.LaunchTemplate ?? mixed?.LaunchTemplateSpecification;
      const types = [...(one.Instances ?? []), ...(mixed?.Overrides ?? [])].map((item) => item.InstanceType);
      const reasons = machineReasons(types);
      yield foundAt(ctx, 'AWS::AutoScaling::AutoScalingGroup', region, one.AutoScalingGroupARN, one.AutoScalingGroupName, {
        createdAt: time(one.CreatedTime),
        alive: true,
        detail: present({
          min: one.MinSize,
          max: one.MaxSize,
          desired: one.DesiredCapacity,
          instances: (one.Instances ?? []).length,
          instanceTypes: [...new Set(types.filter((type) => type !== undefined))].slice(0, 20).join(', '),
          launchTemplate: template?.LaunchTemplateId,
          launchTemplateVersion: oneLine(template?.Version, 40),
          launchConfiguration: oneLine(one.LaunchConfigurationName, 255),
          suspended: (one.SuspendedProcesses ?? []).map((item) => item.ProcessName).join(', '),
          state: oneLine(one.Status, 40),
        }),
        reasons,
      });
    }
  },
};
