import type { ActionContext } from '../../kernel/index.ts';
import { describeInstance, ec2, type InstanceTarget, targetOf } from '../shared/ec2.ts';
import { oneLine } from '../shared/names.ts';
import { readProtection } from '../shared/protection.ts';

export interface VolumeState {
  readonly volumeId: string;
  readonly device: string;
  readonly deleted: boolean;
}
/** What AWS has planned for the instance (DescribeInstanceStatus). */
export interface ScheduledEvent {
  readonly code: string;
  readonly notBefore: string;
}
/** What could end the instance or its volumes, as EC2 tells it. */
export interface Protected {
  readonly instanceId: string;
  readonly region: string;
  readonly state: string;
  /** null: no Spot Instance. */
  readonly spot: 'one-time' | 'persistent' | null;
  /** Its root is on instance store: it cannot be stopped. */
  readonly instanceStoreRoot: boolean;
  readonly termination: boolean | null;
  readonly stop: boolean | null;
  readonly shutdown: string | null;
  readonly volumes: readonly VolumeState[];
  readonly events: readonly ScheduledEvent[];
  /** Other services that end instances by themselves and, by its tags or by EC2's word, hold this one. */
  readonly automation: readonly string[];
}

/** Tag -> who puts it on the instances it starts and ends. Tags without `aws:` can be anybody's, so they are named and nothing more. */
const AUTOMATION: Readonly<Record<string, string>> = {
  'aws:ec2:fleet-id': 'EC2 Fleet',
  'aws:ec2spot:fleet-request-id': 'Spot Fleet',
  'aws:eks:cluster-name': 'Amazon EKS',
  'eks:nodegroup-name': 'Amazon EKS',
  AmazonECSManaged: 'Amazon ECS',
  'elasticbeanstalk:environment-name': 'AWS Elastic Beanstalk',
  'aws:elasticmapreduce:job-flow-id': 'Amazon EMR',
  AWSBatchServiceTag: 'AWS Batch',
};

/** An event that is over keeps its row for a week, and says so in its description. */
const isOver = (description: string | undefined): boolean => /^\[(Completed|Canceled)\]/i.test(description ?? '');

async function spotKind(
  ctx: ActionContext,
  { region }: InstanceTarget,
  request: string | undefined,
): Promise<{ kind: 'one-time' | 'persistent'; evidence: readonly string[] }> {
  if (request === undefined) return { kind: 'one-time', evidence: [] };
  const { output, evidence } = await ctx.read<{ SpotInstanceRequests?: { Type?: string }[] }>(
    ec2(region, 'DescribeSpotInstanceRequests', { SpotInstanceRequestIds: [request] }),
  );
  return { kind: output.SpotInstanceRequests?.[0]?.Type === 'persistent' ? 'persistent' : 'one-time', evidence };
}

export async function readProtected(ctx: ActionContext): Promise<Protected & { readonly evidence: readonly string[] }> {
  const target = targetOf(ctx);
  const { instanceId, region } = target;
  const [described, protection, status] = await Promise.all([
    describeInstance(ctx, target),
    readProtection(ctx, target),
    ctx.read<{ InstanceStatuses?: { Events?: { Code?: string; Description?: string; NotBefore?: string }[] }[] }>(
      ec2(region, 'DescribeInstanceStatus', { InstanceIds: [instanceId], IncludeAllInstances: true }),
    ),
  ]);
  const { instance } = described;
  const spot = instance.InstanceLifecycle === 'spot' ? await spotKind(ctx, target, instance.SpotInstanceRequestId) : undefined;
  const operator = (instance as { Operator?: { Managed?: boolean; Principal?: string } }).Operator;
  const mappings = (instance.BlockDeviceMappings ?? []) as readonly { DeviceName?: string; Ebs?: { VolumeId?: string; DeleteOnTermination?: boolean } }[];
  return {
    instanceId,
    region,
    state: instance.State?.Name ?? 'unknown',
    spot: spot?.kind ?? null,
    instanceStoreRoot: instance.RootDeviceType === 'instance-store',
    termination: protection.termination,
    stop: protection.stop,
    shutdown: protection.shutdown,
    volumes: mappings.flatMap(({ DeviceName, Ebs }) =>
      Ebs?.VolumeId ? [{ volumeId: Ebs.VolumeId, device: DeviceName ?? '', deleted: Ebs.DeleteOnTermination === true }] : [],
    ),
    automation: [
      ...new Set([
        ...(instance.Tags ?? []).flatMap(({ Key }) => (Object.hasOwn(AUTOMATION, Key) ? AUTOMATION[Key]! : [])),
        ...(operator?.Managed && operator.Principal ? [oneLine(operator.Principal, 80)] : []),
      ]),
    ].sort(),
    events: (status.output.InstanceStatuses?.[0]?.Events ?? [])
      .filter((event) => !isOver(event.Description))
      .map((event) => ({ code: oneLine(event.Code, 40), notBefore: oneLine(event.NotBefore, 40) })),
    evidence: [...described.evidence, ...protection.evidence, ...status.evidence, ...(spot?.evidence ?? [])],
  };
}
/** Nothing is left to protect but the volumes it leaves. */
export const isGone = ({ state }: Protected): boolean => state === 'terminated' || state === 'shutting-down';
/** A shutdown can only stop what can be stopped. */
export const canStop = (seen: Protected): boolean => seen.spot !== 'one-time' && !seen.instanceStoreRoot;
/** Events after which the instance is stopped or gone; the others restart it or touch its host. */
export const endsIt = ({ code }: ScheduledEvent): boolean => code === 'instance-stop' || code === 'instance-retirement';
export const listEvents = (events: readonly ScheduledEvent[]): string => events.map(({ code, notBefore }) => `${code} ${notBefore}`).join(', ');
