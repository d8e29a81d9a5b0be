import { createHash } from 'node:crypto';
import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import type { Instance } from '../ec2/rows.ts';
import { rowOf } from '../ec2/tables.ts';

const MINUTE = 60_000;
/** What an idle instance does in five minutes: least and most. The lab models no load; a scenario's traces are elsewhere. */
const IDLE: Readonly<Record<string, [low: number, high: number]>> = {
  CPUUtilization: [0.4, 3.1],
  NetworkIn: [40_000, 160_000],
  NetworkOut: [30_000, 120_000],
  NetworkPacketsIn: [200, 900],
  NetworkPacketsOut: [200, 800],
  EBSReadBytes: [0, 40_000],
  EBSWriteBytes: [200_000, 900_000],
  StatusCheckFailed: [0, 0],
  StatusCheckFailed_Instance: [0, 0],
  StatusCheckFailed_System: [0, 0],
  MetadataNoToken: [0, 0],
};
/** The same moment gives the same value, whoever asks. */
function valueAt(ctx: LabContext, instance: string, metric: string, time: number): number {
  const [low, high] = IDLE[metric]!;
  const draw = createHash('sha256').update(`${ctx.world.seed} ${instance} ${metric} ${time}`).digest().readUInt32BE(0) / 2 ** 32;
  return Math.round((low + draw * (high - low)) * 100) / 100;
}

interface Query {
  Id: string;
  Label?: string;
  Expression?: string;
  ReturnData?: boolean;
  MetricStat?: { Metric: { Namespace?: string; MetricName?: string; Dimensions?: { Name: string; Value: string }[] }; Period: number; Stat: string };
}
function series(ctx: LabContext, query: Query, from: number, to: number): { time: number; value: number }[] {
  const { Metric, Period } = query.MetricStat!;
  const dimensions = Metric.Dimensions ?? [];
  const name = Metric.MetricName ?? '';
  if (Metric.Namespace !== 'AWS/EC2' || !Object.hasOwn(IDLE, name) || dimensions.length !== 1 || dimensions[0]!.Name !== 'InstanceId') return [];
  const row = rowOf<Instance>(ctx, 'instances', dimensions[0]!.Value);
  if (!row) return [];
  const period = Math.max(Period, 300) * 1000;
  const running = (time: number): boolean => time >= row.launchTime && (row.reason === undefined || row.reason.at < row.launchTime || time < row.reason.at);
  const points: { time: number; value: number }[] = [];
  for (let time = Math.ceil(from / period) * period; time < Math.min(to, ctx.now() - 5 * MINUTE); time += period)
    if (running(time)) points.push({ time, value: valueAt(ctx, row.id, name, time) });
  return points;
}

export const operations: LabOperations = {
  /** Metrics of EC2 instances. Expressions are not computed by the lab. */
  GetMetricData: {
    run(input, ctx) {
      const from = new Date(input.StartTime).getTime();
      const to = new Date(input.EndTime).getTime();
      const queries: Query[] = input.MetricDataQueries;
      if (from >= to) throw new LabError('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.', { status: 400 });
      if (queries.length > 500)
        throw new LabError('ValidationError', 'The collection MetricDataQueries must not have a size greater than 500.', { status: 400 });
      if (new Set(queries.map(({ Id }) => Id)).size < queries.length)
        throw new LabError('ValidationError', 'The values for parameter id in MetricDataQueries are not unique.', { status: 400 });
      for (const { Id, Expression } of queries)
        if (Expression !== undefined) throw new LabError('ValidationError', `Error in expression '${Id}': the lab computes none.`, { status: 400 });
      const ascending = input.ScanBy === 'TimestampAscending';
      return {
        MetricDataResults: queries
          .filter(({ ReturnData }) => ReturnData !== false)
          .map((query) => {
            const points = series(ctx, query, from, to);
            if (!ascending) points.reverse();
            return {
              Id: query.Id,
              Label: query.Label ?? query.MetricStat?.Metric.MetricName,
              Timestamps: points.map(({ time }) => new Date(time)),
              Values: points.map(({ value }) => value),
              StatusCode: 'Complete',
            };
          }),
        Messages: [],
      };
    },
    constraints: { ScanBy: { enum: ['TimestampDescending', 'TimestampAscending'] }, 'MetricDataQueries[].Id': { length: [1, 255] } },
  },
};
