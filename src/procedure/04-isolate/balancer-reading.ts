import type { ActionContext, Call, Json } from '../../kernel/index.ts';
import { describeInstance, failureCode, targetOf } from '../shared/ec2.ts';
import { flagOption } from '../shared/options.ts';

/** One registration of the instance in a target group: by its id or by one of its addresses. */
export interface Target {
  readonly Id: string;
  readonly Port?: number;
  readonly AvailabilityZone?: string;
  readonly QuicServerId?: string;
}
export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  /** Registered and taking connections. */
  readonly targets: readonly Target[];
  /** Deregistered, keeping the connections it has. */
  readonly draining: number;
  /** Healthy targets, and how many of them are others than the instance. */
  readonly healthy: number;
  readonly others: number;
  /** Seconds for which connections in flight are kept. */
  readonly delay: number;
}
export interface Classic {
  readonly name: string;
  readonly registered: boolean;
  readonly draining: boolean;
  readonly healthy: number;
  readonly others: number;
  /** null: connections are cut at once. */
  readonly delay: number | null;
}
export interface Balancers {
  readonly instanceId: string;
  readonly region: string;
  /** Option `keepLastTarget`: where the instance is the last healthy one it stays. */
  readonly keepLast: boolean;
  readonly groups: readonly TargetGroup[];
  readonly classics: readonly Classic[];
  /** Target groups in other VPCs that hold one of its addresses: perhaps it, perhaps another machine of the same number. */
  readonly elsewhere: readonly string[];
  /** Target groups whose health could not be read. */
  readonly unread: readonly string[];
}
export type BalancersSeen = Balancers & { readonly evidence: readonly string[] };

export const v2 = (region: string, operation: string, input: Json): Call => ({ service: 'elastic-load-balancing-v2', operation, region, input });
export const classicCall = (region: string, operation: string, input: Json): Call => ({ service: 'elastic-load-balancing', operation, region, input });

const WIDTH = 8;
/** Each in turn, a few side by side, answers in order. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index]!);
  };
  await Promise.all(Array.from({ length: Math.min(WIDTH, items.length) }, lane));
  return results;
}

interface Health {
  TargetHealthDescriptions?: { Target?: Target; TargetHealth?: { State?: string; Reason?: string } }[];
}
interface Row {
  TargetGroupArn: string;
  TargetGroupName?: string;
  TargetType?: string;
  VpcId?: string;
}
type Looked = { group: TargetGroup; elsewhere: boolean } | { unread: string } | null;
const DRAINING = 'Target.DeregistrationInProgress';

/** What a later registration must say again. An instance's zone is known to AWS and may not be said. */
const asRegistered = ({ Id, Port, AvailabilityZone, QuicServerId }: Target, type: string | undefined): Target => ({
  Id,
  ...(Port === undefined ? {} : { Port }),
  ...(AvailabilityZone === undefined || type !== 'ip' ? {} : { AvailabilityZone }),
  ...(QuicServerId === undefined ? {} : { QuicServerId }),
});

async function targetGroup(
  ctx: ActionContext,
  region: string,
  row: Row,
  mine: { ids: ReadonlySet<string>; vpcs: ReadonlySet<string> },
  evidence: string[],
): Promise<Looked> {
  const name = row.TargetGroupName ?? row.TargetGroupArn;
  let health: Health;
  try {
    const read = await ctx.read<Health>(v2(region, 'DescribeTargetHealth', { TargetGroupArn: row.TargetGroupArn }));
    health = read.output;
    evidence.push(...read.evidence);
  } catch (error) {
    const code = failureCode(error);
    if (code === undefined) throw error;
    // Deleted since it was listed.
    return code === 'TargetGroupNotFound' ? null : { unread: name };
  }
  const all = health.TargetHealthDescriptions ?? [];
  const ours = all.filter((one) => one.Target?.Id !== undefined && mine.ids.has(one.Target.Id));
  if (ours.length === 0) return null;
  const attributes = await ctx.read<{ Attributes?: { Key?: string; Value?: string }[] }>(
    v2(region, 'DescribeTargetGroupAttributes', { TargetGroupArn: row.TargetGroupArn }),
  );
  evidence.push(...attributes.evidence);
  const said = Number(attributes.output.Attributes?.find((one) => one.Key === 'deregistration_delay.timeout_seconds')?.Value ?? '300');
  const healthy = new Set(all.filter((one) => one.TargetHealth?.State === 'healthy').map((one) => one.Target?.Id ?? ''));
  const left = ours.filter((one) => one.TargetHealth?.Reason !== DRAINING);
  return {
    elsewhere: row.TargetType === 'ip' && row.VpcId !== undefined && !mine.vpcs.has(row.VpcId),
    group: {
      arn: row.TargetGroupArn,
      name,
      targets: left.map(({ Target: one }) => asRegistered(one!, row.TargetType)),
      draining: ours.length - left.length,
      healthy: healthy.size,
      others: [...healthy].filter((id) => !mine.ids.has(id)).length,
      delay: Number.isSafeInteger(said) ? said : 300,
    },
  };
}

interface ClassicRow {
  LoadBalancerName: string;
  VPCId?: string;
  Instances?: { InstanceId?: string }[];
}
interface States {
  InstanceStates?: { InstanceId?: string; State?: string; Description?: string }[];
}
async function classic(
  ctx: ActionContext,
  region: string,
  instanceId: string,
  row: ClassicRow,
  known: ReadonlySet<string>,
  evidence: string[],
): Promise<Classic | null> {
  const name = row.LoadBalancerName;
  const registered = (row.Instances ?? []).some((one) => one.InstanceId === instanceId);
  // One that it left in this case may still be draining; the others never knew it.
  if (!registered && !known.has(name)) return null;
  const [all, attributes, own] = await Promise.all([
    ctx.read<States>(classicCall(region, 'DescribeInstanceHealth', { LoadBalancerName: name })),
    ctx.read<{ LoadBalancerAttributes?: { ConnectionDraining?: { Enabled?: boolean; Timeout?: number } } }>(
      classicCall(region, 'DescribeLoadBalancerAttributes', { LoadBalancerName: name }),
    ),
    registered ? null : leaving(ctx, region, instanceId, name),
  ]);
  evidence.push(...all.evidence, ...attributes.evidence, ...(own?.evidence ?? []));
  const healthy = (all.output.InstanceStates ?? []).filter((one) => one.State === 'InService').map((one) => one.InstanceId);
  const draining = attributes.output.LoadBalancerAttributes?.ConnectionDraining;
  return {
    name,
    registered,
    draining: own?.draining ?? false,
    healthy: healthy.length,
    others: healthy.filter((id) => id !== instanceId).length,
    delay: draining?.Enabled ? (draining.Timeout ?? 300) : null,
  };
}
/** A Classic Load Balancer no longer lists what it drains, but still answers for it; afterwards it says InvalidInstance. */
async function leaving(ctx: ActionContext, region: string, instanceId: string, name: string): Promise<{ draining: boolean; evidence: readonly string[] }> {
  try {
    const { output, evidence } = await ctx.read<States>(
      classicCall(region, 'DescribeInstanceHealth', { LoadBalancerName: name, Instances: [{ InstanceId: instanceId }] }),
    );
    return { draining: /deregistration/i.test(output.InstanceStates?.[0]?.Description ?? ''), evidence };
  } catch (error) {
    if (failureCode(error) !== 'InvalidInstance') throw error;
    return { draining: false, evidence: [] };
  }
}

/** Every registration of the instance in the region's load balancers, by id and by each of its addresses. */
export async function readBalancers(ctx: ActionContext): Promise<BalancersSeen> {
  const target = targetOf(ctx);
  const { instanceId, region } = target;
  const before = ctx.facts.observed['leave-load-balancers'] as Partial<Balancers> | undefined;
  const [described, groups, classics] = await Promise.all([
    describeInstance(ctx, target),
    ctx.readAll<{ TargetGroups?: Row[] }>(v2(region, 'DescribeTargetGroups', {})),
    ctx.readAll<{ LoadBalancerDescriptions?: ClassicRow[] }>(classicCall(region, 'DescribeLoadBalancers', {})),
  ]);
  const evidence = [...described.evidence, ...groups.evidence, ...classics.evidence];
  const interfaces = (described.instance.NetworkInterfaces ?? []) as readonly {
    VpcId?: string;
    PrivateIpAddresses?: readonly { PrivateIpAddress?: string }[];
    Ipv6Addresses?: readonly { Ipv6Address?: string }[];
  }[];
  const mine = {
    ids: new Set([
      instanceId,
      ...interfaces.flatMap((one) => [
        ...(one.PrivateIpAddresses ?? []).flatMap((address) => address.PrivateIpAddress ?? []),
        ...(one.Ipv6Addresses ?? []).flatMap((address) => address.Ipv6Address ?? []),
      ]),
    ]),
    vpcs: new Set([described.instance.VpcId ?? '', ...interfaces.flatMap((one) => one.VpcId ?? [])]),
  };
  // Instances are registered only in their own VPC; addresses also from others.
  const rows = (groups.output.TargetGroups ?? []).filter(
    (row) => row.TargetType === 'ip' || (row.TargetType === 'instance' && (row.VpcId === undefined || mine.vpcs.has(row.VpcId))),
  );
  const known = new Set(before?.instanceId === instanceId ? (before.classics ?? []).map((one) => one.name) : []);
  const [looked, old] = await Promise.all([
    inTurns(rows, (row) => targetGroup(ctx, region, row, mine, evidence)),
    inTurns(classics.output.LoadBalancerDescriptions ?? [], (row) => classic(ctx, region, instanceId, row, known, evidence)),
  ]);
  const found = looked.flatMap((one) => (one && 'group' in one ? [one] : []));
  return {
    instanceId,
    region,
    keepLast: flagOption(ctx, 'keepLastTarget'),
    groups: found.filter((one) => !one.elsewhere).map((one) => one.group),
    classics: old.filter((one) => one !== null),
    elsewhere: found.filter((one) => one.elsewhere).map((one) => one.group.name),
    unread: looked.flatMap((one) => (one && 'unread' in one ? [one.unread] : [])),
    evidence,
  };
}
