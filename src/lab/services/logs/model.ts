import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { flowRecords } from '../../world/network/index.ts';
import type { FlowLog } from '../ec2/network-rows.ts';
import { arnOf } from '../paging.ts';
import { shelf } from '../shelf.ts';

export interface LogEvent {
  timestamp: number;
  ingested: number;
  message: string;
}
export interface LogStream {
  name: string;
  created: number;
  events: LogEvent[];
}
export interface LogGroup {
  name: string;
  created: number;
  class: string;
  retention?: number;
  keyArn?: string;
  protected?: boolean;
  streams: Record<string, LogStream>;
}

export const logGroups = shelf<LogGroup>('logGroups', () => new LabError('ResourceNotFoundException', 'The specified log group does not exist.'));
/** The group of this name; made when there is none. */
export const groupFor = (ctx: LabContext, name: string): LogGroup =>
  logGroups.find(ctx, name) ?? logGroups.put(ctx, name, { name, created: ctx.now(), class: 'STANDARD', streams: {} });

/** By name or by ARN, as most reading calls take it. */
export function namedGroup(ctx: LabContext, input: { logGroupName?: string; logGroupIdentifier?: string }): LogGroup {
  const { logGroupName: name, logGroupIdentifier: identifier } = input;
  if ((name === undefined) === (identifier === undefined))
    throw new LabError('InvalidParameterException', 'Exactly one of logGroupName and logGroupIdentifier must be given.');
  return logGroups.get(ctx, name ?? /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)/.exec(identifier!)?.[1] ?? identifier);
}
export const groupArn = (ctx: LabContext, name: string): string => arnOf(ctx, 'logs', `log-group:${name}`);

/** A group's streams, those that services write included: a flow log's records are what happened in the network, minutes late. */
export function streamsOf(ctx: LabContext, group: LogGroup): LogStream[] {
  const streams = new Map(Object.values(group.streams).map((stream) => [stream.name, { ...stream, events: [...stream.events] }]));
  const writers = Object.values(ctx.region.tables.flowLogs ?? {}) as FlowLog[];
  for (const log of writers.filter((one) => one.logGroup === group.name))
    for (const { stream: name, ...event } of flowRecords(ctx.world, ctx.account, ctx.region.name, log, ctx.now())) {
      const stream = streams.get(name) ?? { name, created: event.ingested, events: [] };
      stream.events.push(event);
      streams.set(name, stream);
    }
  const oldest = group.retention === undefined ? 0 : ctx.now() - group.retention * 86_400_000;
  return [...streams.values()].map((stream) => ({
    ...stream,
    events: stream.events.filter((event) => event.timestamp >= oldest).sort((a, b) => a.timestamp - b.timestamp),
  }));
}
/** startTime is included, endTime is not. */
export const inTime = (input: { startTime?: number | bigint | string; endTime?: number | bigint | string }): ((event: LogEvent) => boolean) => {
  const [from, to] = [input.startTime, input.endTime].map((time) => (time === undefined ? undefined : Number(time)));
  return ({ timestamp }) => (from === undefined || timestamp >= from) && (to === undefined || timestamp < to);
};
export const BAD_TOKEN = ['InvalidParameterException', 'The specified nextToken is invalid.'] as const;
