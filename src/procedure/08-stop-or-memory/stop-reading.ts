import { type ActionContext, AplombError, type Call, type Json } from '../../kernel/index.ts';
import { describeInstance, ec2, failureCode, type Instance, type InstanceTarget, tagValue, targetOf } from '../shared/ec2.ts';
import { oneLine } from '../shared/names.ts';
import { flagOption } from '../shared/options.ts';

/** What a stop of this instance would mean, as EC2 and Auto Scaling tell it. Plain JSON. */
export interface Stopping {
  readonly instanceId: string;
  readonly region: string;
  readonly state: string;
  /** When it was last started: another time later means that somebody started it again. UTC. */
  readonly launched: string;
  /** Pull the plug: no shutdown scripts, a dirty file system. */
  readonly skipOsShutdown: boolean;
  /** Stop protection is on, and may be taken off (option `clearStopProtection`). */
  readonly isProtected: boolean;
  /** An automatic public IPv4 address, which a stop gives up. */
  readonly automaticAddress: string | null;
  /** Instance-store volumes by name and size; null when EC2 would not say. */
  readonly instanceStore: readonly StoreVolume[] | null;
  /** Hibernation was set up at launch. */
  readonly canHibernate: boolean;
  /** A persistent Spot request, which EC2 may use to start it again. */
  readonly spotRequest: string | null;
  readonly scaling: Scaling | null;
  /** Scheduled retirement, stop or reboot by AWS, in EC2's words made harmless. */
  readonly events: readonly { readonly code: string; readonly notBefore: string }[];
}
export interface StoreVolume {
  readonly name: string;
  /** GB as EC2 counts. */
  readonly size: number;
  readonly type: string;
}
export interface Scaling {
  readonly group: string;
  /** InService, Standby, ...; null when Auto Scaling would not say. */
  readonly lifecycle: string | null;
  /** Auto Scaling would see a stopped member as unhealthy and terminate it. */
  readonly terminates: boolean;
}

/** @throws AplombError InstanceTerminated, CannotStop, StopProtected */
export async function readStop(ctx: ActionContext): Promise<Stopping> {
  const target = targetOf(ctx);
  const [{ instance }, isProtected, events] = await Promise.all([describeInstance(ctx, target), stopProtection(ctx, target), scheduled(ctx, target)]);
  const state = instance.State?.Name ?? 'unknown';
  possible(target, instance, state);
  const active = state === 'running' || state === 'pending';
  const [instanceStore, spotRequest, scaling] = await Promise.all([
    storage(ctx, target, instance),
    active ? spot(ctx, target, instance) : null,
    active ? member(ctx, target, instance) : null,
  ]);
  if (isProtected && active && !flagOption(ctx, 'clearStopProtection'))
    throw new AplombError('StopProtected', `${target.instanceId} is protected against being stopped (DisableApiStop), by its owner or by the attacker.`, {
      fix: `Take the protection off as part of the plan with --clear-stop-protection (undo puts it back), or by hand: aws ec2 modify-instance-attribute --region ${target.region} --instance-id ${target.instanceId} --no-disable-api-stop`,
    });
  return {
    instanceId: target.instanceId,
    region: target.region,
    state,
    launched: instance.LaunchTime ?? '',
    skipOsShutdown: flagOption(ctx, 'skipOsShutdown'),
    isProtected: isProtected && active,
    automaticAddress: automaticAddress(instance),
    instanceStore,
    canHibernate: instance.HibernationOptions?.Configured === true,
    spotRequest,
    scaling,
    events,
  };
}

function possible(target: InstanceTarget, instance: Instance, state: string): void {
  if (['terminated', 'shutting-down'].includes(state))
    throw new AplombError('InstanceTerminated', `${target.instanceId} is ${state}: it cannot be stopped any more.`, {
      fix: 'Preserve what is left: its snapshots and any volume that was not deleted with it.',
    });
  if (instance.RootDeviceType === 'instance-store')
    throw new AplombError(
      'CannotStop',
      `${target.instanceId} has its root on instance store: EC2 can terminate it, not stop it, and its disks are in no snapshot.`,
      {
        fix: 'Leave it running and isolated, copy its disks from inside (memory and disk over SSM), and decide about terminating it afterwards.',
      },
    );
}

/** The answer, or null when AWS refuses it: not knowing is said, and is no reason to wait. */
async function asked<T>(ctx: ActionContext, call: Call): Promise<T | null> {
  try {
    return (await ctx.read<T>(call)).output;
  } catch (error) {
    if (failureCode(error) === undefined) throw error;
    return null;
  }
}

/** If it is on and cannot be read, EC2 refuses the stop with OperationNotPermitted. */
async function stopProtection(ctx: ActionContext, { region, instanceId }: InstanceTarget): Promise<boolean> {
  const answer = await asked<{ DisableApiStop?: { Value?: boolean } }>(
    ctx,
    ec2(region, 'DescribeInstanceAttribute', { InstanceId: instanceId, Attribute: 'disableApiStop' }),
  );
  return answer?.DisableApiStop?.Value === true;
}

async function scheduled(ctx: ActionContext, { region, instanceId }: InstanceTarget): Promise<Stopping['events']> {
  const answer = await asked<{ InstanceStatuses?: { Events?: { Code?: string; Description?: string; NotBefore?: string }[] }[] }>(
    ctx,
    ec2(region, 'DescribeInstanceStatus', { InstanceIds: [instanceId], IncludeAllInstances: true }),
  );
  // Events that are over stay in the list for a week, and say so in their description.
  return (answer?.InstanceStatuses?.[0]?.Events ?? [])
    .filter((one) => !/^\[(Completed|Canceled)\]/.test(one.Description ?? ''))
    .map((one) => ({ code: oneLine(one.Code, 40), notBefore: oneLine(one.NotBefore, 40) }));
}

/** Instance-store volumes of the type, under the names EC2 gives them (ephemeral0, ...). DescribeInstances shows EBS volumes only. */
async function storage(ctx: ActionContext, { region }: InstanceTarget, { InstanceType }: Instance): Promise<Stopping['instanceStore']> {
  if (InstanceType === undefined) return null;
  const answer = await asked<{
    InstanceTypes?: { InstanceStorageInfo?: { TotalSizeInGB?: number; Disks?: { SizeInGB?: number; Count?: number; Type?: string }[] } }[];
  }>(ctx, ec2(region, 'DescribeInstanceTypes', { InstanceTypes: [InstanceType] as Json }));
  const [type] = answer?.InstanceTypes ?? [];
  if (!type) return null;
  const info = type.InstanceStorageInfo;
  if (!info) return [];
  const disks = info.Disks?.length ? info.Disks : [{ SizeInGB: info.TotalSizeInGB ?? 0, Count: 1, Type: '' }];
  return disks
    .flatMap((one) => Array.from({ length: Math.min(one.Count ?? 1, 32) }, () => ({ size: one.SizeInGB ?? 0, type: oneLine(one.Type, 10) })))
    .map((one, index) => ({ name: `ephemeral${index}`, ...one }));
}

/** @throws AplombError CannotStop for a one-time request. */
async function spot(ctx: ActionContext, { region, instanceId }: InstanceTarget, instance: Instance): Promise<string | null> {
  if (instance.InstanceLifecycle !== 'spot' || instance.SpotInstanceRequestId === undefined) return null;
  const answer = await asked<{ SpotInstanceRequests?: { Type?: string }[] }>(
    ctx,
    ec2(region, 'DescribeSpotInstanceRequests', { SpotInstanceRequestIds: [instance.SpotInstanceRequestId] }),
  );
  if (answer?.SpotInstanceRequests?.[0]?.Type === 'one-time')
    throw new AplombError('CannotStop', `${instanceId} is a Spot instance of a one-time request: EC2 can terminate it, not stop it.`, {
      fix: 'Leave it running and isolated until its snapshots are complete and its memory is taken. EC2 may interrupt it at any moment: snapshot at once.',
    });
  return instance.SpotInstanceRequestId;
}

/** Auto Scaling terminates a member that is stopped, unless it is in standby or the group's processes are suspended. */
async function member(ctx: ActionContext, { region, instanceId }: InstanceTarget, instance: Instance): Promise<Scaling | null> {
  // The tag is reserved to AWS: neither owner nor attacker can set or remove it.
  const tagged = tagValue(instance.Tags, 'aws:autoscaling:groupName');
  const scaling = (operation: string, input: Json): Call => ({ service: 'auto-scaling', operation, region, input });
  if (tagged === undefined) return null;
  const here = await asked<{ AutoScalingInstances?: { AutoScalingGroupName?: string; LifecycleState?: string }[] }>(
    ctx,
    scaling('DescribeAutoScalingInstances', { InstanceIds: [instanceId] }),
  );
  if (here === null) return { group: oneLine(tagged, 80), lifecycle: null, terminates: true };
  const [one] = here.AutoScalingInstances ?? [];
  if (!one?.AutoScalingGroupName) return null;
  const group = await asked<{ AutoScalingGroups?: { SuspendedProcesses?: { ProcessName?: string }[] }[] }>(
    ctx,
    scaling('DescribeAutoScalingGroups', { AutoScalingGroupNames: [one.AutoScalingGroupName] }),
  );
  const suspended = (group?.AutoScalingGroups?.[0]?.SuspendedProcesses ?? []).map((process) => process.ProcessName);
  const spared = suspended.includes('Terminate') || suspended.includes('ReplaceUnhealthy') || suspended.includes('HealthCheck');
  const lifecycle = one.LifecycleState ?? 'unknown';
  const apart = ['Standby', 'EnteringStandby', 'Detached', 'Detaching'].includes(lifecycle);
  return { group: oneLine(one.AutoScalingGroupName, 80), lifecycle: oneLine(lifecycle, 40), terminates: !apart && !spared };
}

/** An address that belongs to the instance's owner (an Elastic IP address) survives; one of Amazon's pool does not. */
function automaticAddress(instance: Instance): string | null {
  const associations = (instance.NetworkInterfaces ?? []).flatMap((one) => one.Association ?? []);
  return associations.find((one) => one.IpOwnerId === 'amazon')?.PublicIp ?? (associations.length === 0 ? (instance.PublicIpAddress ?? null) : null);
}
