import type { LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { filtered, paged } from './query.ts';
import type { Instance } from './rows.ts';
import { arns, date, rowOf, rowsOf, writable } from './tables.ts';
import { tagsOf } from './tagging.ts';

interface SpotRequest {
  id: string;
  instanceId: string;
  created: number;
  type: string;
  interruption: string;
  price?: string;
  state: string;
}

export const operations: LabOperations = {
  DescribeSpotInstanceRequests: {
    run(input, ctx) {
      const all = rowsOf<SpotRequest>(ctx, 'spotRequests');
      const missing = (input.SpotInstanceRequestIds ?? []).find((id: string) => !all.some((row) => row.id === id));
      if (missing !== undefined) throw new LabError('InvalidSpotInstanceRequestID.NotFound', `The spot instance request ID '${missing}' does not exist`);
      const asked = all.filter((row) => !input.SpotInstanceRequestIds?.length || input.SpotInstanceRequestIds.includes(row.id));
      const instance = (row: SpotRequest) => rowOf<Instance>(ctx, 'instances', row.instanceId);
      const rows = filtered(ctx, asked, input.Filters, {
        'spot-instance-request-id': (row) => row.id,
        'instance-id': (row) => row.instanceId,
        state: (row) => row.state,
        type: (row) => row.type,
        'spot-price': (row) => row.price,
        'launch.instance-type': (row) => instance(row)?.type,
        'launch.image-id': (row) => instance(row)?.imageId,
        'launch.key-name': (row) => instance(row)?.keyName,
        'create-time': (row) => new Date(row.created).toISOString(),
      });
      return paged(
        ctx,
        input,
        rows,
        'SpotInstanceRequests',
        (row) => ({
          SpotInstanceRequestId: row.id,
          InstanceId: row.instanceId,
          CreateTime: date(row.created),
          Type: row.type,
          InstanceInterruptionBehavior: row.interruption,
          SpotPrice: row.price,
          State: row.state,
          Status:
            row.state === 'active'
              ? { Code: 'fulfilled', Message: 'Your Spot request is fulfilled.' }
              : { Code: 'request-canceled-and-instance-running', Message: 'Your Spot request is canceled.' },
          ProductDescription: instance(row)?.platformDetails,
          LaunchedAvailabilityZone: instance(row)?.zone,
          LaunchSpecification: { ImageId: instance(row)?.imageId, InstanceType: instance(row)?.type, KeyName: instance(row)?.keyName },
          Tags: tagsOf(ctx, row.id),
        }),
        { given: input.SpotInstanceRequestIds },
      );
    },
  },
  /** The instance runs on. */
  CancelSpotInstanceRequests: {
    run(input, ctx) {
      const table = writable<SpotRequest>(ctx, 'spotRequests');
      const rows = (input.SpotInstanceRequestIds as string[]).map((id) => {
        const row = Object.hasOwn(table, id) ? table[id] : undefined;
        if (!row) throw new LabError('InvalidSpotInstanceRequestID.NotFound', `The spot instance request ID '${id}' does not exist`);
        return row;
      });
      for (const row of rows) row.state = 'cancelled';
      return { CancelledSpotInstanceRequests: rows.map((row) => ({ SpotInstanceRequestId: row.id, State: 'cancelled' })) };
    },
    resources: (input, ctx) => arns(ctx, 'spot-instances-request', input.SpotInstanceRequestIds),
  },
  /** Fleets are not modelled, so there are none. */
  DescribeSpotFleetRequests: { run: () => ({ SpotFleetRequestConfigs: [] }) },
  DescribeFleets: { run: () => ({ Fleets: [] }) },
};
