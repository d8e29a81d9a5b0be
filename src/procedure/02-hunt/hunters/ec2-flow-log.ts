import type { ActionContext, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import type { TrailEvent } from '../event.ts';
import { listed } from '../hunting/calls.ts';
import { ec2Found, present, time } from '../hunting/found.ts';
import { recentEvents } from '../hunting/recent-events.ts';

interface FlowLog {
  FlowLogId?: string;
  CreationTime?: string;
  FlowLogStatus?: string;
  DeliverLogsStatus?: string;
  DeliverLogsErrorMessage?: string;
  ResourceId?: string;
  TrafficType?: string;
  LogDestination?: string;
  LogGroupName?: string;
  DeliverLogsPermissionArn?: string;
}
/** Flow logs that a successful DeleteFlowLogs names. */
async function* deleted(ctx: ActionContext, region: string, since: string): AsyncIterable<{ id: string; event: TrailEvent }> {
  for await (const event of recentEvents(ctx, region, 'DeleteFlowLogs', since))
    for (const [, id, answered] of event.values) if (!answered && /^fl-[0-9a-f]{8,17}$/.test(id)) yield { id, event };
}

/**
 * Records of the network's traffic, which an intruder would rather not leave. Those that stand, and those that were deleted in the
 * window, whoever did it: a deleted one is in no list, and what it would have seen is lost. CloudTrail tells of them.
 */
export const hunter: Hunter = {
  type: 'AWS::EC2::FlowLog',
  scope: 'regional',
  title: text('VPC flow logs', 'Registros de flujo de VPC'),
  permissions: ['ec2:DescribeFlowLogs', 'cloudtrail:LookupEvents'],
  createdByEvents: ['CreateFlowLogs'],
  changedByEvents: ['DeleteFlowLogs'],
  // CloudTrail writes the ids of the answer as items of a set.
  names: ['flowLogId', 'item', 'items'],
  arn: (id, { partition, region, account }) => `arn:${partition}:ec2:${region}:${account}:vpc-flow-log/${id}`,
  async *scan(ctx, region, since) {
    const seen = new Set<string>();
    for await (const one of listed<FlowLog>(ctx, 'ec2', region, 'DescribeFlowLogs', 'FlowLogs', { MaxResults: 1000 })) {
      if (one.FlowLogId === undefined) continue;
      seen.add(one.FlowLogId);
      const failing = one.DeliverLogsStatus === 'FAILED';
      yield ec2Found(ctx, 'AWS::EC2::FlowLog', 'vpc-flow-log', region, one.FlowLogId, {
        createdAt: time(one.CreationTime),
        alive: true,
        detail: present({
          state: one.FlowLogStatus,
          resource: one.ResourceId,
          traffic: one.TrafficType,
          destination: oneLine(one.LogDestination ?? one.LogGroupName, 300),
          delivery: one.DeliverLogsStatus,
          deliveryError: oneLine(one.DeliverLogsErrorMessage),
        }),
        ...(one.DeliverLogsPermissionArn?.startsWith('arn:') ? { roles: [one.DeliverLogsPermissionArn] } : {}),
        ...(failing ? { reasons: [{ code: 'blinded' as const, text: text('its records are not delivered', 'sus registros no se entregan') }] } : {}),
      });
    }
    for await (const { id, event } of deleted(ctx, region, since)) {
      if (seen.has(id)) continue;
      seen.add(id);
      const who = oneLine(event.identity.arn || event.identity.type, 200);
      yield ec2Found(ctx, 'AWS::EC2::FlowLog', 'vpc-flow-log', region, id, {
        createdAt: null,
        alive: false,
        detail: present({ state: 'deleted', deletedAt: event.time, deletedBy: who }),
        reasons: [{ code: 'blinded', text: text(`deleted at ${event.time} by ${who}`, `borrado a las ${event.time} por ${who}`) }],
      });
    }
  },
};
