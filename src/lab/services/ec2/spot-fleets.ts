import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { activity, endFleet, type FleetLaunch, type FleetRow, fleetInstances, launchFleet, shares } from './fleet-model.ts';
import { paged } from './query.ts';
import { LAUNCHERS } from './service-launch.ts';
import { arns, date, once, phase, rowOf, rowsOf, towards, writable } from './tables.ts';
import { creationTags, putTags, tagsOf } from './tagging.ts';

const TAG = 'aws:ec2spot:fleet-request-id';
const ENDED = { running: 'cancelled_running', terminating: 'cancelled_terminating', done: 'cancelled' };

const bad = (message: string): LabError => new LabError('InvalidSpotFleetRequestConfig', message);
/** What to launch: specifications of its own, or templates with their overrides. */
function launches(config: any): any[] {
  const own: any[] = config.LaunchSpecifications ?? [];
  const templates: any[] = config.LaunchTemplateConfigs ?? [];
  if (own.length > 0 === templates.length > 0) throw bad('Parameter: SpotFleetRequestConfig must have either LaunchSpecifications or LaunchTemplateConfigs.');
  if (own.length > 0)
    return own.map(({ SecurityGroups: groups, TagSpecifications: tags, ...rest }) => ({
      ...rest,
      SecurityGroupIds: groups?.map((group: any) => group.GroupId),
      TagSpecifications: tags,
      SpotPrice: undefined,
      WeightedCapacity: undefined,
    }));
  return templates.flatMap(({ LaunchTemplateSpecification: spec, Overrides: overrides }) =>
    (overrides?.length ? overrides : [{}]).map((override: any) => ({
      LaunchTemplate: spec,
      InstanceType: override.InstanceType,
      SubnetId: override.SubnetId,
      Placement: override.AvailabilityZone ? { AvailabilityZone: override.AvailabilityZone } : undefined,
    })),
  );
}
function view(ctx: LabContext, row: FleetRow) {
  const running = fleetInstances(ctx, TAG, row.id).length;
  return {
    SpotFleetRequestId: row.id,
    SpotFleetRequestState: phase(row.timeline, ctx.now()),
    ActivityStatus: activity(ctx, row, running),
    CreateTime: date(row.created),
    SpotFleetRequestConfig: { ...row.config, ValidFrom: undefined, ValidUntil: undefined, FulfilledCapacity: running },
    Tags: tagsOf(ctx, row.id),
  };
}
const found = (ctx: LabContext, id: string): FleetRow => {
  const row = rowOf<FleetRow>(ctx, 'spotFleets', id);
  if (!row) throw new LabError('InvalidSpotFleetRequestId.NotFound', `The spot fleet request id '${id}' does not exist`);
  return row;
};

export const operations: LabOperations = {
  RequestSpotFleet: {
    async run(input, ctx) {
      const config = input.SpotFleetRequestConfig;
      const [id] = await once(ctx, 'RequestSpotFleet', config, async () => {
        if (!new RegExp(`^arn:aws:iam::${ctx.account.id}:role/.+$`).test(config.IamFleetRole))
          throw bad('Parameter: SpotFleetRequestConfig.IamFleetRole is invalid.');
        if (config.TargetCapacity < 0) throw bad('Parameter: SpotFleetRequestConfig.TargetCapacity is invalid.');
        const tags = creationTags(config.TagSpecifications, 'spot-fleet-request');
        const onDemand: number = config.OnDemandTargetCapacity ?? 0;
        const fleet = `sfr-${ctx.uuid()}`;
        const wanted: FleetLaunch[] = shares(launches(config), config.TargetCapacity).map(({ item, count }) => ({ input: item, count }));
        const { errors } = await launchFleet(ctx, LAUNCHERS.spotFleet, { Key: TAG, Value: fleet }, wanted, config.TargetCapacity - onDemand);
        writable<FleetRow>(ctx, 'spotFleets')[fleet] = {
          id: fleet,
          created: ctx.now(),
          type: config.Type ?? 'maintain',
          config: JSON.parse(JSON.stringify(config)),
          target: config.TargetCapacity,
          errors: errors.map((error) => ({ ErrorCode: error.code, ErrorMessage: error.message })),
          timeline: towards(ctx, 'submitted', 'active', 3),
        };
        if (tags.length) putTags(ctx, [fleet], tags);
        return [fleet];
      });
      return { SpotFleetRequestId: id };
    },
    resources: (_input, ctx) => arns(ctx, 'spot-fleet-request', undefined),
    constraints: {
      'SpotFleetRequestConfig.Type': { enum: ['request', 'maintain', 'instant'] },
      'SpotFleetRequestConfig.InstanceInterruptionBehavior': { enum: ['hibernate', 'stop', 'terminate'] },
      'SpotFleetRequestConfig.AllocationStrategy': {
        enum: ['lowestPrice', 'diversified', 'capacityOptimized', 'capacityOptimizedPrioritized', 'priceCapacityOptimized'],
      },
    },
  },
  DescribeSpotFleetRequests: {
    run(input, ctx) {
      const asked = input.SpotFleetRequestIds?.length ? input.SpotFleetRequestIds.map((id: string) => found(ctx, id)) : rowsOf<FleetRow>(ctx, 'spotFleets');
      return paged(ctx, input, asked as FleetRow[], 'SpotFleetRequestConfigs', (row) => view(ctx, row), { given: input.SpotFleetRequestIds });
    },
  },
  DescribeSpotFleetInstances: {
    run(input, ctx) {
      const row = found(ctx, input.SpotFleetRequestId);
      const page = paged(ctx, input, fleetInstances(ctx, TAG, row.id), 'ActiveInstances', (instance) => ({
        InstanceId: instance.id,
        InstanceType: instance.type,
        SpotInstanceRequestId: instance.spotRequestId,
        InstanceHealth: 'healthy',
      }));
      return { SpotFleetRequestId: row.id, ...page };
    },
    constraints: { MaxResults: { min: 1, max: 1000 } },
  },
  CancelSpotFleetRequests: {
    run(input, ctx) {
      writable(ctx, 'spotFleets');
      const ids: string[] = input.SpotFleetRequestIds;
      const known = ids.flatMap((id) => rowOf<FleetRow>(ctx, 'spotFleets', id) ?? []);
      return {
        SuccessfulFleetRequests: known.map((row) => ({
          SpotFleetRequestId: row.id,
          PreviousSpotFleetRequestState: endFleet(ctx, row, fleetInstances(ctx, TAG, row.id), ENDED, input.TerminateInstances),
          CurrentSpotFleetRequestState: phase(row.timeline, ctx.now()),
        })),
        UnsuccessfulFleetRequests: ids
          .filter((id) => !known.some((row) => row.id === id))
          .map((SpotFleetRequestId) => ({
            SpotFleetRequestId,
            Error: { Code: 'fleetRequestIdDoesNotExist', Message: `The spot fleet request id '${SpotFleetRequestId}' does not exist` },
          })),
      };
    },
    resources: (input, ctx) => arns(ctx, 'spot-fleet-request', input.SpotFleetRequestIds),
  },
};
