import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { pageOf } from '../paging.ts';
import { BAD_TOKEN, groupArn, groupFor, type LogGroup, type LogStream, logGroups, namedGroup, streamsOf } from './model.ts';

const NAME = { length: [1, 512] as [number, number], pattern: '[\\.\\-_/#A-Za-z0-9]+' };
const STREAM = { length: [1, 512] as [number, number], pattern: '[^:*]*' };
const CLASS = { enum: ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY', 'ESSENTIALS'] };
const DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
/** What CloudWatch Logs adds to each event when it counts bytes. */
const OVERHEAD = 26;

const resources = (input: any, ctx: LabContext): string[] => [`${groupArn(ctx, input.logGroupName ?? '*')}:*`];
const bytes = (streams: readonly LogStream[]): number =>
  streams.flatMap(({ events }) => events).reduce((sum, { message }) => sum + Buffer.byteLength(message) + OVERHEAD, 0);
const view = (ctx: LabContext, row: LogGroup) => ({
  logGroupName: row.name,
  creationTime: row.created,
  retentionInDays: row.retention,
  metricFilterCount: 0,
  arn: `${groupArn(ctx, row.name)}:*`,
  logGroupArn: groupArn(ctx, row.name),
  storedBytes: bytes(streamsOf(ctx, row)),
  kmsKeyId: row.keyArn,
  logGroupClass: row.class,
  deletionProtectionEnabled: row.protected ?? false,
});
const streamView = (ctx: LabContext, group: LogGroup, row: LogStream) => ({
  logStreamName: row.name,
  creationTime: row.created,
  firstEventTimestamp: row.events[0]?.timestamp,
  lastEventTimestamp: row.events.at(-1)?.timestamp,
  lastIngestionTime: row.events.length ? Math.max(...row.events.map(({ ingested }) => ingested)) : undefined,
  arn: `${groupArn(ctx, group.name)}:log-stream:${row.name}`,
  storedBytes: 0,
});
const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

export const operations: LabOperations = {
  CreateLogGroup: {
    run(input, ctx) {
      if (logGroups.find(ctx, input.logGroupName)) throw new LabError('ResourceAlreadyExistsException', 'The specified log group already exists');
      const row = groupFor(ctx, input.logGroupName);
      row.class = input.logGroupClass ?? 'STANDARD';
      if (input.kmsKeyId !== undefined) row.keyArn = input.kmsKeyId;
      if (input.deletionProtectionEnabled !== undefined) row.protected = input.deletionProtectionEnabled;
      return {};
    },
    resources,
    constraints: { logGroupName: NAME, kmsKeyId: { length: [0, 256] }, logGroupClass: CLASS },
  },
  DeleteLogGroup: {
    run(input, ctx) {
      const row = logGroups.get(ctx, input.logGroupName);
      if (row.protected) throw new LabError('ValidationException', 'The log group is protected from deletion.');
      logGroups.drop(ctx, row.name);
      return {};
    },
    resources,
    constraints: { logGroupName: NAME },
  },
  PutRetentionPolicy: {
    run(input, ctx) {
      if (!DAYS.includes(input.retentionInDays))
        throw new LabError('InvalidParameterException', `1 validation error detected: ${input.retentionInDays} days are not offered.`);
      logGroups.get(ctx, input.logGroupName).retention = input.retentionInDays;
      return {};
    },
    resources,
    constraints: { logGroupName: NAME },
  },
  DescribeLogGroups: {
    run(input, ctx) {
      const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = input;
      if (prefix !== undefined && pattern !== undefined)
        throw new LabError('InvalidParameterException', 'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
      const rows = logGroups
        .all(ctx)
        .filter((row) => prefix === undefined || row.name.startsWith(prefix))
        .filter((row) => pattern === undefined || row.name.toLowerCase().includes(String(pattern).toLowerCase()))
        .filter((row) => input.logGroupClass === undefined || row.class === input.logGroupClass)
        .filter(
          (row) => !input.logGroupIdentifiers?.length || input.logGroupIdentifiers.some((id: string) => id === row.name || id === groupArn(ctx, row.name)),
        )
        .sort(byName);
      const { items, next } = pageOf(ctx, rows, { token: input.nextToken, max: input.limit, size: 50 }, BAD_TOKEN);
      return { logGroups: items.map((row) => view(ctx, row)), nextToken: next };
    },
    constraints: { logGroupNamePrefix: NAME, limit: { min: 1, max: 50 }, logGroupClass: CLASS },
  },
  CreateLogStream: {
    run(input, ctx) {
      const group = logGroups.get(ctx, input.logGroupName);
      if (streamsOf(ctx, group).some(({ name }) => name === input.logStreamName))
        throw new LabError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      group.streams[input.logStreamName] = { name: input.logStreamName, created: ctx.now(), events: [] };
      return {};
    },
    resources,
    constraints: { logGroupName: NAME, logStreamName: STREAM },
  },
  DescribeLogStreams: {
    run(input, ctx) {
      const group = namedGroup(ctx, input);
      const byTime = input.orderBy === 'LastEventTime';
      if (byTime && input.logStreamNamePrefix !== undefined)
        throw new LabError('InvalidParameterException', 'Cannot order by LastEventTime with a logStreamNamePrefix.');
      const last = (row: LogStream): number => row.events.at(-1)?.timestamp ?? 0;
      const rows = streamsOf(ctx, group)
        .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''))
        .sort((a, b) => (byTime ? last(a) - last(b) : byName(a, b)));
      if (input.descending) rows.reverse();
      const { items, next } = pageOf(ctx, rows, { token: input.nextToken, max: input.limit, size: 50 }, BAD_TOKEN);
      return { logStreams: items.map((row) => streamView(ctx, group, row)), nextToken: next };
    },
    resources,
    constraints: { logGroupName: NAME, logStreamNamePrefix: STREAM, limit: { min: 1, max: 50 }, orderBy: { enum: ['LogStreamName', 'LastEventTime'] } },
  },
};
