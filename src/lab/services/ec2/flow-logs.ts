import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { groupFor } from '../logs/model.ts';
import type { FlowLog } from './network-rows.ts';
import { filtered, paged } from './query.ts';
import { arns, chosen, date, need, rowOf, rowsOf, type TableName, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';

const FIELDS = 'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
/** The default format, a dollar sign and braces around each field. */
const FORMAT = FIELDS.split(' ')
  .map((field) => `$\{${field}}`)
  .join(' ');
const TABLES: Record<string, TableName> = {
  VPC: 'vpcs',
  Subnet: 'subnets',
  NetworkInterface: 'interfaces',
  TransitGateway: 'transitGateways',
  TransitGatewayAttachment: 'transitAttachments',
};
const view = (ctx: LabContext, row: FlowLog) => ({
  FlowLogId: row.id,
  ResourceId: row.resourceId,
  TrafficType: row.trafficType,
  LogDestinationType: row.destinationType,
  LogDestination: row.destination,
  LogGroupName: row.logGroup,
  DeliverLogsPermissionArn: row.roleArn,
  DeliverLogsStatus: 'SUCCESS',
  FlowLogStatus: 'ACTIVE',
  LogFormat: row.format,
  MaxAggregationInterval: row.interval,
  CreationTime: date(row.created),
  Tags: tagsOf(ctx, row.id),
});
const target = (input: any): string => input.LogDestination ?? input.LogGroupName ?? '';

export const operations: LabOperations = {
  /** A resource for which it cannot be made is told in Unsuccessful; the others get theirs. */
  CreateFlowLogs: {
    run(input, ctx) {
      const table = TABLES[input.ResourceType];
      if (!table) throw new LabError('InvalidParameter', `Flow logs for ${input.ResourceType} are not available here.`);
      const type: string = input.LogDestinationType ?? 'cloud-watch-logs';
      if (type === 'cloud-watch-logs' && !input.DeliverLogsPermissionArn)
        throw new LabError('MissingParameter', 'DeliverLogsPermissionArn is required for the log destination type cloud-watch-logs');
      if (target(input) === '') throw new LabError('MissingParameter', 'Either LogGroupName or LogDestination must be given');
      if (![undefined, 60, 600].includes(input.MaxAggregationInterval)) throw new LabError('InvalidParameter', 'MaxAggregationInterval must be 60 or 600');
      const made: string[] = [];
      const failed: { ResourceId: string; Error: { Code: string; Message: string } }[] = [];
      for (const resourceId of input.ResourceIds as string[]) {
        try {
          need(ctx, table, resourceId);
          const twin = rowsOf<FlowLog>(ctx, 'flowLogs').some(
            (row) => row.resourceId === resourceId && row.trafficType === (input.TrafficType ?? 'ALL') && (row.destination ?? row.logGroup) === target(input),
          );
          if (twin) throw new LabError('FlowLogAlreadyExists', 'There is an existing Flow Log with the same configuration and log destination.');
        } catch (error) {
          if (!(error instanceof LabError)) throw error;
          failed.push({ ResourceId: resourceId, Error: { Code: error.code, Message: error.message } });
          continue;
        }
        const row: FlowLog = {
          id: ctx.id('fl'),
          resourceId,
          trafficType: input.TrafficType ?? 'ALL',
          destinationType: type,
          destination: input.LogDestination,
          logGroup: type === 'cloud-watch-logs' ? (input.LogGroupName ?? /:log-group:([^:*]+)/.exec(input.LogDestination)?.[1]) : undefined,
          roleArn: input.DeliverLogsPermissionArn,
          format: input.LogFormat ?? FORMAT,
          interval: input.MaxAggregationInterval ?? 600,
          created: ctx.now(),
        };
        tagNew(ctx, row.id, input.TagSpecifications, 'vpc-flow-log');
        writable<FlowLog>(ctx, 'flowLogs')[row.id] = row;
        // The role may make the group that it writes to.
        if (row.logGroup !== undefined) groupFor(ctx, row.logGroup);
        made.push(row.id);
      }
      return { FlowLogIds: made, Unsuccessful: failed };
    },
    resources: (_input, ctx) => arns(ctx, 'vpc-flow-log', undefined),
    constraints: {
      ResourceType: {
        enum: [
          'VPC',
          'Subnet',
          'NetworkInterface',
          'TransitGateway',
          'TransitGatewayAttachment',
          'RegionalNatGateway',
          'CoreNetwork',
          'CoreNetworkEdge',
          'CoreNetworkAttachment',
        ],
      },
      TrafficType: { enum: ['ACCEPT', 'REJECT', 'ALL'] },
      LogDestinationType: { enum: ['cloud-watch-logs', 's3', 'kinesis-data-firehose'] },
    },
  },
  DescribeFlowLogs: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<FlowLog>(ctx, 'flowLogs', input.FlowLogIds), input.Filter, {
        'flow-log-id': (row) => row.id,
        'resource-id': (row) => row.resourceId,
        'log-group-name': (row) => row.logGroup,
        'log-destination-type': (row) => row.destinationType,
        'traffic-type': (row) => row.trafficType,
        'deliver-log-status': () => 'SUCCESS',
      });
      return paged(ctx, input, rows, 'FlowLogs', (row) => view(ctx, row), { given: input.FlowLogIds });
    },
  },
  DeleteFlowLogs: {
    run(input, ctx) {
      const table = writable<FlowLog>(ctx, 'flowLogs');
      const ids: string[] = input.FlowLogIds;
      const missing = ids.filter((id) => !rowOf(ctx, 'flowLogs', id));
      for (const id of ids) {
        delete table[id];
        delete writable(ctx, 'tags')[id];
      }
      return {
        Unsuccessful: missing.map((ResourceId) => ({
          ResourceId,
          Error: { Code: 'InvalidFlowLogId.NotFound', Message: `These flow log ids in the input list are not found: [${ResourceId}]` },
        })),
      };
    },
    resources: (input, ctx) => arns(ctx, 'vpc-flow-log', input.FlowLogIds),
  },
};
