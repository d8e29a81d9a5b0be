import { type ActionContext, type Collector, type Json, text, utc } from '../../kernel/index.ts';
import { take } from '../shared/collected.ts';
import { targetOf } from '../shared/ec2.ts';

/** What tells mining, exfiltration and the use of metadata credentials; EC2 User Guide, "CloudWatch metrics that are available for your instances". */
export const METRICS = [
  ['CPUUtilization', 'Average'],
  ['NetworkIn', 'Sum'],
  ['NetworkOut', 'Sum'],
  ['NetworkPacketsIn', 'Sum'],
  ['NetworkPacketsOut', 'Sum'],
  ['EBSReadBytes', 'Sum'],
  ['EBSWriteBytes', 'Sum'],
  ['DiskReadBytes', 'Sum'],
  ['DiskWriteBytes', 'Sum'],
  ['MetadataNoToken', 'Sum'],
  ['MetadataNoTokenRejected', 'Sum'],
  ['StatusCheckFailed', 'Maximum'],
] as const;
const DAY = 86_400_000;

/**
 * From a day before the incident until now; two weeks when nobody said when it began. Five-minute values as long as CloudWatch has them
 * (63 days), hourly ones beyond, at most its 455 days.
 */
export function windowOf(ctx: Pick<ActionContext, 'facts' | 'now'>): { from: number; to: number; period: number } {
  const to = ctx.now();
  const said = typeof ctx.facts.alarm.since === 'string' ? Date.parse(ctx.facts.alarm.since) : Number.NaN;
  const from = Number.isNaN(said) || said > to ? to - 14 * DAY : Math.max(said - DAY, to - 454 * DAY);
  // Whole periods: CloudWatch rounds to them anyhow, and is faster for it.
  const period = to - from <= 15 * DAY ? 300 : 3600;
  const whole = period * 1000;
  return { from: Math.floor(from / whole) * whole, to: Math.ceil(to / whole) * whole, period };
}

/** CPU, network, disk and metadata use around the incident. */
export const collector: Collector = {
  id: 'metrics',
  step: 6,
  title: text('CloudWatch metrics around the incident', 'Métricas de CloudWatch en torno al incidente'),
  permissions: ['cloudwatch:GetMetricData'],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const { from, to, period } = windowOf(ctx);
    const MetricDataQueries: Json[] = METRICS.map(([MetricName, Stat], index) => ({
      Id: `m${index}`,
      Label: MetricName,
      MetricStat: { Metric: { Namespace: 'AWS/EC2', MetricName, Dimensions: [{ Name: 'InstanceId', Value: instanceId }] }, Period: period, Stat },
    }));
    const input = { MetricDataQueries, StartTime: utc(from), EndTime: utc(to), ScanBy: 'TimestampAscending' };
    yield (await take(ctx, 'metrics', { service: 'cloudwatch', operation: 'GetMetricData', region, input }, { all: true })).item;
  },
};
