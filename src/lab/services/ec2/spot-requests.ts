import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { filtered, paged } from './query.ts';
import { LAUNCHERS, launchFor } from './service-launch.ts';
import { cancel, fulfil, newSpotRequest, type SpotRequest, spotInstance, spotState } from './spot-model.ts';
import { arns, date, rowsOf, towards, writable } from './tables.ts';
import { creationTags, putTags, tagsOf } from './tagging.ts';

const FULFILMENT_SECONDS = 3;

function view(ctx: LabContext, row: SpotRequest) {
  const instance = spotInstance(ctx, row);
  const { state, code, message } = spotState(ctx, row);
  const { SecurityGroupIds, SecurityGroups: _, ...launch } = row.launch;
  return {
    SpotInstanceRequestId: row.id,
    InstanceId: instance?.id,
    CreateTime: date(row.created),
    Type: row.type,
    InstanceInterruptionBehavior: row.interruption,
    SpotPrice: row.price,
    ValidUntil: date(row.validUntil),
    State: state,
    Status: { Code: code, Message: message, UpdateTime: date(row.timeline.findLast((entry) => entry.at <= ctx.now())?.at ?? row.created) },
    ProductDescription: instance?.platformDetails ?? 'Linux/UNIX',
    LaunchedAvailabilityZone: instance?.zone,
    LaunchSpecification: { ...launch, SecurityGroups: (SecurityGroupIds ?? []).map((GroupId: string) => ({ GroupId })) },
    Tags: tagsOf(ctx, row.id),
  };
}
function all(ctx: LabContext, ids: readonly string[] | undefined): SpotRequest[] {
  const rows = rowsOf<SpotRequest>(ctx, 'spotRequests');
  const missing = (ids ?? []).find((id) => !rows.some((row) => row.id === id));
  if (missing !== undefined) throw new LabError('InvalidSpotInstanceRequestID.NotFound', `The spot instance request ID '${missing}' does not exist`);
  return ids?.length ? rows.filter((row) => ids.includes(row.id)) : rows;
}

export const operations: LabOperations = {
  /** The instances are started by the Spot service, not by the caller: CloudTrail says so. */
  RequestSpotInstances: {
    async run(input, ctx) {
      if (!input.LaunchSpecification) throw new LabError('MissingParameter', 'The request must contain the parameter LaunchSpecification');
      const count: number = input.InstanceCount ?? 1;
      if (count < 1) throw new LabError('InvalidParameterValue', `Value (${count}) for parameter instanceCount is invalid.`);
      const behaviour: string = input.InstanceInterruptionBehavior ?? 'terminate';
      if (behaviour !== 'terminate' && input.Type !== 'persistent')
        throw new LabError('InvalidParameterCombination', `'${behaviour}' interruption behaviour needs a persistent Spot request.`);
      const tags = creationTags(input.TagSpecifications, 'spot-instances-request');
      const launch = { ...input.LaunchSpecification, MinCount: count, MaxCount: count };
      const instances = await launchFor(ctx, LAUNCHERS.spot, launch, []);
      const rows = instances.map((instance) => {
        const row = newSpotRequest(ctx, {
          launch: JSON.parse(JSON.stringify(input.LaunchSpecification)),
          type: input.Type,
          interruption: input.InstanceInterruptionBehavior,
          price: input.SpotPrice,
          validUntil: input.ValidUntil?.getTime(),
          timeline: towards(ctx, 'open', 'active', FULFILMENT_SECONDS),
        });
        fulfil(row, instance);
        return row;
      });
      if (tags.length)
        putTags(
          ctx,
          rows.map((row) => row.id),
          tags,
        );
      return { SpotInstanceRequests: rows.map((row) => view(ctx, row)) };
    },
    resources: (input, ctx) => [
      ...arns(ctx, 'spot-instances-request', undefined),
      ...(input.LaunchSpecification?.ImageId ? [`arn:aws:ec2:${ctx.region.name}::image/${input.LaunchSpecification.ImageId}`] : []),
    ],
    constraints: { Type: { enum: ['one-time', 'persistent'] }, InstanceInterruptionBehavior: { enum: ['hibernate', 'stop', 'terminate'] } },
  },
  DescribeSpotInstanceRequests: {
    run(input, ctx) {
      const instance = (row: SpotRequest) => spotInstance(ctx, row);
      const rows = filtered(ctx, all(ctx, input.SpotInstanceRequestIds), input.Filters, {
        'spot-instance-request-id': (row) => row.id,
        'instance-id': (row) => instance(row)?.id,
        state: (row) => spotState(ctx, row).state,
        'status-code': (row) => spotState(ctx, row).code,
        type: (row) => row.type,
        'spot-price': (row) => row.price,
        'launch.instance-type': (row) => row.launch.InstanceType,
        'launch.image-id': (row) => row.launch.ImageId,
        'launch.key-name': (row) => row.launch.KeyName,
        'create-time': (row) => new Date(row.created).toISOString(),
      });
      return paged(ctx, input, rows, 'SpotInstanceRequests', (row) => view(ctx, row), { given: input.SpotInstanceRequestIds });
    },
  },
  /** The instance runs on. */
  CancelSpotInstanceRequests: {
    run(input, ctx) {
      writable(ctx, 'spotRequests');
      const rows = all(ctx, input.SpotInstanceRequestIds);
      for (const row of rows) cancel(ctx, row);
      return { CancelledSpotInstanceRequests: rows.map((row) => ({ SpotInstanceRequestId: row.id, State: 'cancelled' })) };
    },
    resources: (input, ctx) => arns(ctx, 'spot-instances-request', input.SpotInstanceRequestIds),
  },
};
