import { type ActionContext, AplombError, type Call, EXIT, type Json } from '../../kernel/index.ts';
import { describeInstance, type InstanceTarget, targetOf } from '../shared/ec2.ts';
import { textOption } from '../shared/options.ts';

/** What becomes of an instance that an Auto Scaling group holds. */
export const WAYS = ['standby', 'detach', 'protect', 'stay'] as const;
export type Way = (typeof WAYS)[number];
/**
 * Processes by which a group ends a member (Amazon EC2 Auto Scaling User Guide, "Types of processes"). Scale-in protection holds back
 * neither health checks nor rebalancing's replacements nor a refresh.
 */
export const ENDING = ['AZRebalance', 'HealthCheck', 'InstanceRefresh', 'ReplaceUnhealthy', 'Terminate'] as const;

export interface ScalingGroup {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  /** Suspended now, sorted. */
  readonly suspended: readonly string[];
  /** Healthy members in service, and how many of them are others than the instance. */
  readonly inService: number;
  readonly others: number;
  /** Members that join are protected from scale-in. */
  readonly newProtected: boolean;
  /** An instance refresh is on that was told to end members on standby, too. */
  readonly endsStandby: boolean;
  /** Target groups and Classic Load Balancers the group registers its members with. */
  readonly balancers: number;
}
export interface Membership {
  readonly lifecycle: string;
  readonly healthy: boolean;
  readonly protected: boolean;
  /** null: Auto Scaling names a group that it does not describe (just deleted). */
  readonly group: ScalingGroup | null;
}
export interface Scaling {
  readonly instanceId: string;
  readonly region: string;
  readonly way: Way;
  /** State of the instance; a member that does not run is about to be replaced. */
  readonly state: string;
  /** null: no group holds it. */
  readonly member: Membership | null;
}
export type ScalingSeen = Scaling & { readonly evidence: readonly string[] };

export const scalingCall = (region: string, operation: string, input: Json): Call => ({ service: 'auto-scaling', operation, region, input });

/** The option, else what was chosen before for this instance, else standby. @throws AplombError UnknownScaling (exit 2) */
function wayOf(ctx: ActionContext, instanceId: string): Way {
  const before = ctx.facts.observed['leave-auto-scaling'] as Partial<Scaling> | undefined;
  const chosen = textOption(ctx, 'scaling') ?? (before?.instanceId === instanceId ? before.way : undefined) ?? 'standby';
  const way = WAYS.find((one) => one === chosen);
  if (way === undefined)
    throw new AplombError('UnknownScaling', `${JSON.stringify(chosen)} is nothing that can become of a member of an Auto Scaling group.`, {
      exit: EXIT.usage,
      fix: `Say one of ${WAYS.join(', ')}.`,
    });
  return way;
}

interface GroupAnswer {
  AutoScalingGroups?: {
    AutoScalingGroupName: string;
    MinSize?: number;
    MaxSize?: number;
    DesiredCapacity?: number;
    NewInstancesProtectedFromScaleIn?: boolean;
    SuspendedProcesses?: { ProcessName?: string }[];
    Instances?: { InstanceId?: string; LifecycleState?: string; HealthStatus?: string }[];
    TargetGroupARNs?: string[];
    LoadBalancerNames?: string[];
  }[];
}

/** InstanceRefreshStatus of one that may still end instances (Auto Scaling API). */
const ACTIVE = ['Pending', 'InProgress', 'Baking', 'Cancelling', 'RollbackInProgress'];

async function groupNamed(
  ctx: ActionContext,
  { instanceId, region }: InstanceTarget,
  name: string,
): Promise<{ group: ScalingGroup | null; evidence: readonly string[] }> {
  const [{ output, evidence }, refreshes] = await Promise.all([
    ctx.readAll<GroupAnswer>(scalingCall(region, 'DescribeAutoScalingGroups', { AutoScalingGroupNames: [name] })),
    ctx.readAll<{ InstanceRefreshes?: { Status?: string; Preferences?: { StandbyInstances?: string } }[] }>(
      scalingCall(region, 'DescribeInstanceRefreshes', { AutoScalingGroupName: name }),
    ),
  ]);
  const row = output.AutoScalingGroups?.find((one) => one.AutoScalingGroupName === name);
  if (!row) return { group: null, evidence };
  const serving = (row.Instances ?? []).filter((one) => one.LifecycleState === 'InService' && one.HealthStatus?.toLowerCase() === 'healthy');
  return {
    group: {
      name,
      min: row.MinSize ?? 0,
      max: row.MaxSize ?? 0,
      desired: row.DesiredCapacity ?? 0,
      suspended: (row.SuspendedProcesses ?? []).flatMap((one) => one.ProcessName ?? []).sort(),
      inService: serving.length,
      others: serving.filter((one) => one.InstanceId !== instanceId).length,
      newProtected: row.NewInstancesProtectedFromScaleIn === true,
      endsStandby: (refreshes.output.InstanceRefreshes ?? []).some(
        (one) => ACTIVE.includes(one.Status ?? '') && one.Preferences?.StandbyInstances === 'Terminate',
      ),
      balancers: (row.TargetGroupARNs?.length ?? 0) + (row.LoadBalancerNames?.length ?? 0),
    },
    evidence: [...evidence, ...refreshes.evidence],
  };
}

/** @throws AplombError UnknownScaling, UnknownInstance */
export async function readScaling(ctx: ActionContext): Promise<ScalingSeen> {
  const target = targetOf(ctx);
  const { instanceId, region } = target;
  const way = wayOf(ctx, instanceId);
  const [described, held] = await Promise.all([
    describeInstance(ctx, target),
    ctx.readAll<{
      AutoScalingInstances?: {
        InstanceId?: string;
        AutoScalingGroupName?: string;
        LifecycleState?: string;
        HealthStatus?: string;
        ProtectedFromScaleIn?: boolean;
      }[];
    }>(scalingCall(region, 'DescribeAutoScalingInstances', { InstanceIds: [instanceId] })),
  ]);
  const row = held.output.AutoScalingInstances?.find((one) => one.InstanceId === instanceId);
  const found = row?.AutoScalingGroupName === undefined ? undefined : await groupNamed(ctx, target, row.AutoScalingGroupName);
  return {
    instanceId,
    region,
    way,
    state: described.instance.State?.Name ?? 'unknown',
    member:
      row && found
        ? {
            lifecycle: row.LifecycleState ?? 'unknown',
            healthy: row.HealthStatus?.toLowerCase() === 'healthy',
            protected: row.ProtectedFromScaleIn === true,
            group: found.group,
          }
        : null,
    evidence: [...described.evidence, ...held.evidence, ...(found?.evidence ?? [])],
  };
}
