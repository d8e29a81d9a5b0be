import type { ActionContext, Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { described, listed } from '../hunting/calls.ts';
import { ec2Arn, ec2Found, present, time } from '../hunting/found.ts';
import { machineReasons } from '../hunting/machines.ts';

interface Fleet {
  FleetId?: string;
  FleetState?: string;
  ActivityStatus?: string;
  CreateTime?: string;
  Type?: string;
  TargetCapacitySpecification?: { TotalTargetCapacity?: number };
  LaunchTemplateConfigs?: { LaunchTemplateSpecification?: { LaunchTemplateId?: string }; Overrides?: { InstanceType?: string }[] }[];
}
const TAG = 'aws:ec2:fleet-id';

function foundOf(ctx: ActionContext, region: string, one: Fleet): Found[] {
  if (one.FleetId === undefined) return [];
  const types = (one.LaunchTemplateConfigs ?? []).flatMap((config) => config.Overrides ?? []).map((item) => item.InstanceType);
  const alive = one.FleetState !== 'deleted' && one.FleetState !== 'failed';
  const reasons = alive ? machineReasons(types) : [];
  return [
    ec2Found(ctx, 'AWS::EC2::EC2Fleet', 'fleet', region, one.FleetId, {
      createdAt: time(one.CreateTime),
      alive,
      detail: present({
        state: one.FleetState,
        activity: one.ActivityStatus,
        kind: one.Type,
        target: one.TargetCapacitySpecification?.TotalTargetCapacity,
        instanceTypes: [...new Set(types.filter((type) => type !== undefined))].slice(0, 20).join(', '),
        launchTemplate: one.LaunchTemplateConfigs?.[0]?.LaunchTemplateSpecification?.LaunchTemplateId,
      }),
      reasons,
    }),
  ];
}

/**
 * Fleets that keep many machines running: what is terminated is started anew. DescribeFleets leaves out fleets of type instant unless
 * they are named: the tag that AWS puts on their instances names them. Source: Amazon EC2 API reference, DescribeFleets.
 */
export const hunter: Hunter = {
  type: 'AWS::EC2::EC2Fleet',
  scope: 'regional',
  title: text('EC2 Fleets', 'Flotas de EC2'),
  permissions: ['ec2:DescribeFleets', 'ec2:DescribeInstances'],
  createdByEvents: ['CreateFleet'],
  changedByEvents: ['ModifyFleet', 'DeleteFleets'],
  names: ['fleetId'],
  arn: ec2Arn('fleet'),
  async *scan(ctx, region) {
    const known = new Set<string>();
    for await (const one of listed<Fleet>(ctx, 'ec2', region, 'DescribeFleets', 'Fleets', { MaxResults: 100 })) {
      if (one.FleetId !== undefined) known.add(one.FleetId);
      yield* foundOf(ctx, region, one);
    }
    const input = { MaxResults: 1000, Filters: [{ Name: 'tag-key', Values: [TAG] }] };
    const tagged = described<{ Instances?: { Tags?: { Key?: string; Value?: string }[] }[] }>(ctx, region, 'DescribeInstances', 'Reservations', input);
    const hidden = new Set<string>();
    for await (const reservation of tagged)
      for (const instance of reservation.Instances ?? []) {
        const id = instance.Tags?.find((tag) => tag.Key === TAG)?.Value;
        if (id !== undefined && !known.has(id)) hidden.add(id);
      }
    const ids = [...hidden];
    for (let from = 0; from < ids.length; from += 25)
      for await (const one of listed<Fleet>(ctx, 'ec2', region, 'DescribeFleets', 'Fleets', { FleetIds: ids.slice(from, from + 25) }))
        yield* foundOf(ctx, region, one);
  },
};
