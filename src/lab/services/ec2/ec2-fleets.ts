import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { activity, endFleet, type FleetLaunch, type FleetRow, fleetInstances, launchFleet, shares } from './fleet-model.ts';
import { filtered, paged } from './query.ts';
import type { Instance } from './rows.ts';
import { LAUNCHERS } from './service-launch.ts';
import { arns, date, once, phase, rowOf, rowsOf, towards, writable } from './tables.ts';
import { creationTags, putTags, tagsOf } from './tagging.ts';

const TAG = 'aws:ec2:fleet-id';
const ENDED = { running: 'deleted_running', terminating: 'deleted_terminating', done: 'deleted' };
const TAGGABLE = ['fleet', 'instance', 'volume', 'network-interface', 'spot-instances-request'];

function launches(input: any): any[] {
  const instanceTags = (input.TagSpecifications ?? []).filter((item: any) => item.ResourceType !== 'fleet');
  return (input.LaunchTemplateConfigs as any[]).flatMap(({ LaunchTemplateSpecification: spec, Overrides: overrides }) => {
    if (!spec) throw new LabError('MissingParameter', 'The request must contain the parameter LaunchTemplateSpecification');
    return (overrides?.length ? overrides : [{}]).map((override: any) => ({
      LaunchTemplate: spec,
      InstanceType: override.InstanceType,
      ImageId: override.ImageId,
      SubnetId: override.SubnetId,
      Placement: override.AvailabilityZone ? { AvailabilityZone: override.AvailabilityZone } : undefined,
      TagSpecifications: instanceTags.length ? instanceTags : undefined,
    }));
  });
}
/** The instances of one answer, by type and lifecycle. */
function grouped(rows: readonly Instance[]) {
  const groups = new Map<string, Instance[]>();
  for (const row of rows)
    groups.set(`${row.type} ${row.lifecycle ?? 'on-demand'}`, [...(groups.get(`${row.type} ${row.lifecycle ?? 'on-demand'}`) ?? []), row]);
  return [...groups.values()].map((members) => ({
    InstanceIds: members.map((row) => row.id),
    InstanceType: members[0]!.type,
    Lifecycle: members[0]!.lifecycle ?? 'on-demand',
  }));
}
function view(ctx: LabContext, row: FleetRow) {
  const running = fleetInstances(ctx, TAG, row.id);
  const { TagSpecifications: _, LaunchTemplateConfigs: configs, ...config } = row.config;
  return {
    FleetId: row.id,
    FleetState: phase(row.timeline, ctx.now()),
    ActivityStatus: activity(ctx, row, running.length),
    CreateTime: date(row.created),
    Type: row.type,
    LaunchTemplateConfigs: configs,
    TargetCapacitySpecification: config.TargetCapacitySpecification,
    ExcessCapacityTerminationPolicy: config.ExcessCapacityTerminationPolicy ?? 'termination',
    TerminateInstancesWithExpiration: config.TerminateInstancesWithExpiration ?? false,
    ReplaceUnhealthyInstances: config.ReplaceUnhealthyInstances ?? false,
    FulfilledCapacity: running.length,
    FulfilledOnDemandCapacity: running.filter((instance) => instance.lifecycle === undefined).length,
    Instances: row.type === 'instant' ? grouped(running) : undefined,
    Errors: row.type === 'instant' ? row.errors : undefined,
    Tags: tagsOf(ctx, row.id),
  };
}

export const operations: LabOperations = {
  CreateFleet: {
    async run(input, ctx) {
      const type: string = input.Type ?? 'maintain';
      const { TotalTargetCapacity: target, DefaultTargetCapacityType: kind } = input.TargetCapacitySpecification;
      const spot: number =
        input.TargetCapacitySpecification.SpotTargetCapacity ??
        (kind === 'spot' ? target - (input.TargetCapacitySpecification.OnDemandTargetCapacity ?? 0) : 0);
      const [id] = await once(ctx, 'CreateFleet', input, async () => {
        const tags = creationTags(input.TagSpecifications, 'fleet', TAGGABLE);
        const fleet = `fleet-${ctx.uuid()}`;
        const wanted: FleetLaunch[] = shares(launches(input), target).map(({ item, count }) => ({ input: item, count }));
        const { errors } = await launchFleet(ctx, LAUNCHERS.ec2Fleet, { Key: TAG, Value: fleet }, wanted, spot);
        writable<FleetRow>(ctx, 'fleets')[fleet] = {
          id: fleet,
          created: ctx.now(),
          type,
          config: JSON.parse(JSON.stringify({ ...input, DryRun: undefined, ClientToken: undefined })),
          target,
          errors: errors.map((error) => ({ ErrorCode: error.code, ErrorMessage: error.message })),
          timeline: type === 'instant' ? [{ state: 'active', at: ctx.now() }] : towards(ctx, 'submitted', 'active', 3),
        };
        if (tags.length) putTags(ctx, [fleet], tags);
        return [fleet];
      });
      return {
        FleetId: id,
        ...(type === 'instant' ? { Instances: grouped(fleetInstances(ctx, TAG, id!)), Errors: rowOf<FleetRow>(ctx, 'fleets', id)?.errors ?? [] } : {}),
      };
    },
    resources: (_input, ctx) => arns(ctx, 'fleet', undefined),
    constraints: {
      Type: { enum: ['request', 'maintain', 'instant'] },
      LaunchTemplateConfigs: { length: [0, 50] },
      ExcessCapacityTerminationPolicy: { enum: ['no-termination', 'termination'] },
      'TargetCapacitySpecification.DefaultTargetCapacityType': { enum: ['spot', 'on-demand', 'capacity-block', 'reserved-capacity'] },
    },
  },
  /** A fleet of type instant is answered only to a call that names it (API reference, DescribeFleets). */
  DescribeFleets: {
    run(input, ctx) {
      const ids: string[] = input.FleetIds ?? [];
      const missing = ids.find((id) => !rowOf(ctx, 'fleets', id));
      if (missing !== undefined) throw new LabError('InvalidFleetId.NotFound', `The fleet ID '${missing}' does not exist`);
      const asked = rowsOf<FleetRow>(ctx, 'fleets').filter((row) => (ids.length ? ids.includes(row.id) : row.type !== 'instant'));
      const rows = filtered(ctx, asked, input.Filters, {
        'fleet-state': (row) => phase(row.timeline, ctx.now()),
        type: (row) => row.type,
        'activity-status': (row) => view(ctx, row).ActivityStatus,
        'excess-capacity-termination-policy': (row) => view(ctx, row).ExcessCapacityTerminationPolicy,
        'replace-unhealthy-instances': (row) => view(ctx, row).ReplaceUnhealthyInstances,
      });
      return paged(ctx, input, rows, 'Fleets', (row) => view(ctx, row), { given: ids });
    },
  },
  DescribeFleetInstances: {
    run(input, ctx) {
      const row = rowOf<FleetRow>(ctx, 'fleets', input.FleetId);
      if (!row) throw new LabError('InvalidFleetId.NotFound', `The fleet ID '${input.FleetId}' does not exist`);
      const page = paged(ctx, input, fleetInstances(ctx, TAG, row.id), 'ActiveInstances', (instance) => ({
        InstanceId: instance.id,
        InstanceType: instance.type,
        SpotInstanceRequestId: instance.spotRequestId,
        InstanceHealth: 'healthy',
      }));
      return { FleetId: row.id, ...page };
    },
  },
  /** Instances of an instant fleet cannot be left running. */
  DeleteFleets: {
    run(input, ctx) {
      writable(ctx, 'fleets');
      const ids: string[] = input.FleetIds;
      const known = ids.flatMap((id) => rowOf<FleetRow>(ctx, 'fleets', id) ?? []);
      const refused = known.filter((row) => row.type === 'instant' && !input.TerminateInstances);
      return {
        SuccessfulFleetDeletions: known
          .filter((row) => !refused.includes(row))
          .map((row) => ({
            FleetId: row.id,
            PreviousFleetState: endFleet(ctx, row, fleetInstances(ctx, TAG, row.id), ENDED, input.TerminateInstances),
            CurrentFleetState: phase(row.timeline, ctx.now()),
          })),
        UnsuccessfulFleetDeletions: [
          ...refused.map((row) => ({
            FleetId: row.id,
            Error: { Code: 'unexpectedError', Message: 'Instances of an instant fleet must be terminated with it.' },
          })),
          ...ids
            .filter((id) => !known.some((row) => row.id === id))
            .map((FleetId) => ({ FleetId, Error: { Code: 'fleetIdDoesNotExist', Message: `The fleet ID '${FleetId}' does not exist` } })),
        ],
      };
    },
    resources: (input, ctx) => arns(ctx, 'fleet', input.FleetIds),
  },
};
