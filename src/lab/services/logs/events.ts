import { createHash } from 'node:crypto';
import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { pageOf } from '../paging.ts';
import { matcher } from './filter-pattern.ts';
import { BAD_TOKEN, groupArn, inTime, type LogStream, logGroups, namedGroup, streamsOf } from './model.ts';

const NAME = { length: [1, 512] as [number, number], pattern: '[\\.\\-_/#A-Za-z0-9]+' };
const STREAM = { length: [1, 512] as [number, number], pattern: '[^:*]*' };
const LIMIT = { min: 1, max: 10_000 };
const resources = (input: any, ctx: LabContext): string[] => [`${groupArn(ctx, input.logGroupName ?? '*')}:*`];

function streamOf(ctx: LabContext, input: any): LogStream {
  const stream = streamsOf(ctx, namedGroup(ctx, input)).find(({ name }) => name === input.logStreamName);
  if (!stream) throw new LabError('ResourceNotFoundException', 'The specified log stream does not exist.');
  return stream;
}
/** Where a page begins and ends. Tokens say a direction and a place, so one at the end goes on when more has come. */
function cut(token: string | undefined, count: number, size: number, fromHead: boolean): [number, number] {
  if (token === undefined) return fromHead ? [0, Math.min(size, count)] : [Math.max(0, count - size), count];
  const [, way, place] = /^([fb])\/(\d{1,15})$/.exec(token) ?? [];
  const at = Number(place);
  if (way === undefined || at > count) throw new LabError(...BAD_TOKEN);
  return way === 'f' ? [at, Math.min(at + size, count)] : [Math.max(0, at - size), at];
}

export const operations: LabOperations = {
  PutLogEvents: {
    run(input, ctx) {
      const group = logGroups.get(ctx, input.logGroupName);
      const stream = group.streams[input.logStreamName];
      if (!stream) throw new LabError('ResourceNotFoundException', 'The specified log stream does not exist.');
      const times = (input.logEvents as { timestamp: number | bigint }[]).map(({ timestamp }) => Number(timestamp));
      if (times.some((time, index) => index > 0 && time < times[index - 1]!))
        throw new LabError('InvalidParameterException', 'Log events in a single PutLogEvents request must be in chronological order.');
      stream.events.push(...input.logEvents.map((event: any) => ({ timestamp: Number(event.timestamp), ingested: ctx.now(), message: event.message })));
      return { nextSequenceToken: String(stream.events.length).padStart(56, '4') };
    },
    resources,
    dataPlane: true,
    constraints: { logGroupName: NAME, logStreamName: STREAM, logEvents: { length: [1, 10_000] } },
  },
  GetLogEvents: {
    run(input, ctx) {
      const events = streamOf(ctx, input).events.filter(inTime(input));
      const size = Math.min(input.limit ?? 10_000, ctx.world.settings.pageSize || 10_000);
      const [from, to] = cut(input.nextToken, events.length, size, input.startFromHead ?? false);
      return {
        events: events.slice(from, to).map(({ timestamp, ingested, message }) => ({ timestamp, ingestionTime: ingested, message })),
        nextForwardToken: `f/${to}`,
        nextBackwardToken: `b/${from}`,
      };
    },
    resources,
    constraints: { logGroupName: NAME, logStreamName: STREAM, limit: LIMIT },
  },
  FilterLogEvents: {
    mutates: false,
    run(input, ctx) {
      const group = namedGroup(ctx, input);
      if (input.logStreamNames?.length && input.logStreamNamePrefix !== undefined)
        throw new LabError('InvalidParameterException', 'logStreamNames and logStreamNamePrefix are mutually exclusive parameters.');
      const matches = matcher(input.filterPattern);
      const asked = streamsOf(ctx, group).filter(
        ({ name }) => (!input.logStreamNames?.length || input.logStreamNames.includes(name)) && name.startsWith(input.logStreamNamePrefix ?? ''),
      );
      const missing = ((input.logStreamNames ?? []) as string[]).find((name) => !asked.some((stream) => stream.name === name));
      if (missing !== undefined) throw new LabError('ResourceNotFoundException', 'The specified log stream does not exist.');
      const found = asked
        .flatMap(({ name, events }) => events.filter(inTime(input)).map((event) => ({ name, ...event })))
        .filter(({ message }) => matches(message))
        .sort((a, b) => a.timestamp - b.timestamp);
      const { items, next } = pageOf(ctx, found, { token: input.nextToken, max: input.limit, size: 10_000 }, BAD_TOKEN);
      const eventId = (event: { name: string; timestamp: number; message: string }): string =>
        BigInt(`0x${createHash('sha256').update(JSON.stringify(event)).digest('hex').slice(0, 44)}`)
          .toString()
          .padStart(56, '3')
          .slice(0, 56);
      return {
        events: items.map((event) => ({
          logStreamName: event.name,
          timestamp: event.timestamp,
          message: event.message,
          ingestionTime: event.ingested,
          eventId: eventId(event),
        })),
        searchedLogStreams: [],
        nextToken: next,
      };
    },
    resources,
    constraints: {
      logGroupName: NAME,
      logStreamNames: { length: [1, 100] },
      logStreamNamePrefix: STREAM,
      filterPattern: { length: [0, 1024] },
      limit: LIMIT,
    },
  },
};
