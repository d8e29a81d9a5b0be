import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { stateOf } from '../ec2/instance-model.ts';
import { templateOf, versionOf } from '../ec2/launch-template-model.ts';
import type { Instance } from '../ec2/rows.ts';
import { rowOf as ec2Row } from '../ec2/tables.ts';
import { shelf } from '../shelf.ts';

/** Auto Scaling groups and what they launch. Times in epoch milliseconds. */
export interface Member {
  id: string;
  zone: string;
  type: string;
  /** In service from then on. */
  ready: number;
  protected: boolean;
  /** On standby from then on; until then it is entering it. */
  standby?: number;
  /** Failed a health check, or was called unhealthy. */
  unhealthy?: boolean;
}
export interface Activity {
  id: string;
  description: string;
  cause: string;
  start: number;
  end: number;
  failed?: string;
}
export interface TemplateChoice {
  LaunchTemplateId: string;
  LaunchTemplateName: string;
  Version?: string;
}
export interface Group {
  name: string;
  arn: string;
  created: number;
  min: number;
  max: number;
  desired: number;
  cooldown: number;
  zones: string[];
  subnets: string[];
  launchConfiguration?: string;
  template?: TemplateChoice;
  /** As given; its first override decides what is launched. */
  mixed?: any;
  healthCheckType: string;
  healthCheckGrace: number;
  targetGroups: string[];
  loadBalancers: string[];
  tags: { Key: string; Value: string; PropagateAtLaunch: boolean }[];
  suspended: string[];
  newProtected: boolean;
  members: Member[];
  /** Instance refreshes that were begun; what a story tells of them, since the lab starts none. */
  refreshes?: { id: string; status: string; start: number; standby: 'Terminate' | 'Ignore' | 'Wait' }[];
}
export interface LaunchConfiguration {
  name: string;
  arn: string;
  created: number;
  spec: Record<string, any>;
}
const invalid = (message: string) => new LabError('ValidationError', message);
export const groups = shelf<Group>('autoScalingGroups', (name) => invalid(`AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`));
export const configurations = shelf<LaunchConfiguration>('launchConfigurations', (name) =>
  invalid(`Launch configuration name not found - Launch configuration ${name} not found`),
);

/** The template a group names, by id and name, as Auto Scaling keeps it. */
export function chosenTemplate(ctx: LabContext, given: any): TemplateChoice {
  try {
    const row = templateOf(ctx, given);
    versionOf(row, given.Version);
    return { LaunchTemplateId: row.id, LaunchTemplateName: row.name, ...(given.Version === undefined ? {} : { Version: given.Version }) };
  } catch (error) {
    if (error instanceof LabError) throw invalid(`You must use a valid fully-formed launch template. ${error.message}`);
    throw error;
  }
}
/** Input of RunInstances for one new member. */
export function launchInput(ctx: LabContext, group: Group): any {
  if (group.launchConfiguration !== undefined) {
    const { spec } = configurations.get(ctx, group.launchConfiguration);
    return {
      ImageId: spec.ImageId,
      InstanceType: spec.InstanceType,
      KeyName: spec.KeyName,
      SecurityGroupIds: spec.SecurityGroups,
      UserData: spec.UserData,
      IamInstanceProfile:
        spec.IamInstanceProfile && (spec.IamInstanceProfile.startsWith('arn:') ? { Arn: spec.IamInstanceProfile } : { Name: spec.IamInstanceProfile }),
      BlockDeviceMappings: spec.BlockDeviceMappings?.map((item: any) => ({ ...item, NoDevice: item.NoDevice ? '' : undefined })),
      Monitoring: { Enabled: spec.InstanceMonitoring?.Enabled ?? true },
      MetadataOptions: spec.MetadataOptions,
      InstanceMarketOptions: spec.SpotPrice ? { MarketType: 'spot', SpotOptions: { MaxPrice: spec.SpotPrice } } : undefined,
    };
  }
  if (group.mixed) {
    const { LaunchTemplateSpecification: spec, Overrides: overrides } = group.mixed.LaunchTemplate;
    const { OnDemandBaseCapacity: base = 0, OnDemandPercentageAboveBaseCapacity: share = 100 } = group.mixed.InstancesDistribution ?? {};
    return {
      LaunchTemplate: spec,
      InstanceType: overrides?.[0]?.InstanceType,
      InstanceMarketOptions: base === 0 && share === 0 ? { MarketType: 'spot' } : undefined,
    };
  }
  return { LaunchTemplate: group.template };
}

/** Members whose instance still runs, or is about to. */
export const living = (ctx: LabContext, group: Group): Member[] =>
  group.members.filter((member) => {
    const instance = ec2Row<Instance>(ctx, 'instances', member.id);
    return instance !== undefined && !/^(shutting-down|terminated)$/.test(stateOf(ctx, instance));
  });
/** Members that count for the capacity: those on standby do not. */
export const serving = (ctx: LabContext, group: Group): Member[] => living(ctx, group).filter((member) => member.standby === undefined);
/** LifecycleState of an instance in its group. */
export function lifecycle(ctx: LabContext, member: Member): string {
  if (member.standby !== undefined) return member.standby <= ctx.now() ? 'Standby' : 'EnteringStandby';
  return member.ready <= ctx.now() ? 'InService' : 'Pending';
}
/** The member and its group, for calls that name only the instance. */
export function memberOf(ctx: LabContext, id: string): { group: Group; member: Member } {
  const group = groupOf(ctx, id);
  const member = group?.members.find((one) => one.id === id);
  if (!group || !member) throw invalid(`Instance Id not found - No managed instance found for instance ID: ${id}`);
  return { group, member };
}
/** The members of one group that a call names. */
export function membersOf(ctx: LabContext, group: Group, ids: readonly string[]): Member[] {
  return ids.map((id) => {
    const { group: own, member } = memberOf(ctx, id);
    if (own !== group) throw invalid(`The instance ${id} is not part of Auto Scaling group ${group.name}.`);
    return member;
  });
}
export const groupOf = (ctx: LabContext, instanceId: string): Group | undefined =>
  groups.all(ctx).find((group) => group.members.some((member) => member.id === instanceId));
