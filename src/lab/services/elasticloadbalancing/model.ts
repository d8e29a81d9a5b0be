import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { stateOf } from '../ec2/instance-model.ts';
import type { Instance } from '../ec2/rows.ts';
import { rowOf } from '../ec2/tables.ts';
import { shelf } from '../shelf.ts';

/** Application, Network and Gateway Load Balancers. Times in epoch milliseconds. */
export interface Tag {
  Key: string;
  Value: string;
}
export interface LoadBalancer {
  arn: string;
  name: string;
  type: 'application' | 'network' | 'gateway';
  scheme: 'internet-facing' | 'internal';
  ipAddressType: string;
  vpcId: string;
  subnets: { id: string; zone: string }[];
  securityGroups: string[];
  dnsName: string;
  created: number;
  /** Provisioning until then. */
  ready: number;
  attributes: Record<string, string>;
  tags: Tag[];
}
export interface Target {
  /** Instance id, IP address, function or load balancer. */
  id: string;
  port?: number;
  /** As it was given: a zone, `all`, or nothing. */
  zone?: string;
  registered: number;
  /** Deregistered, keeps connections in flight until then. */
  draining?: number;
}
export interface TargetGroup {
  arn: string;
  name: string;
  protocol?: string;
  protocolVersion?: string;
  port?: number;
  vpcId?: string;
  targetType: 'instance' | 'ip' | 'lambda' | 'alb';
  ipAddressType: string;
  healthCheck: Record<string, any>;
  attributes: Record<string, string>;
  targets: Target[];
  tags: Tag[];
}
export interface Listener {
  arn: string;
  loadBalancerArn: string;
  port?: number;
  protocol?: string;
  actions: any[];
  tags: Tag[];
}
export const loadBalancers = shelf<LoadBalancer>('loadBalancers', () => new LabError('LoadBalancerNotFound', 'One or more load balancers not found'));
export const targetGroups = shelf<TargetGroup>('targetGroups', () => new LabError('TargetGroupNotFound', 'One or more target groups not found'));
export const listeners = shelf<Listener>('loadBalancerListeners', () => new LabError('ListenerNotFound', 'One or more listeners not found'));

/** Target groups a listener forwards to. */
const forwarded = (listener: Listener): string[] =>
  listener.actions.flatMap((action) => [
    ...(action.TargetGroupArn ? [action.TargetGroupArn] : []),
    ...(action.ForwardConfig?.TargetGroups ?? []).map((one: any) => one.TargetGroupArn),
  ]);
/** The load balancers that route to a target group. */
export const routersOf = (ctx: LabContext, arn: string): string[] => [
  ...new Set(listeners.all(ctx).flatMap((one) => (forwarded(one).includes(arn) ? one.loadBalancerArn : []))),
];

/** Seconds in which the first health checks are passed. */
const FIRST_CHECKS = 20;
/** Targets that are registered or draining now. An instance that has ended is taken out by the service. */
export const present = (ctx: LabContext, group: TargetGroup): Target[] =>
  group.targets.filter((target) => {
    if (target.draining !== undefined && target.draining <= ctx.now()) return false;
    if (group.targetType !== 'instance') return true;
    const instance = rowOf<Instance>(ctx, 'instances', target.id);
    return instance !== undefined && stateOf(ctx, instance) !== 'terminated';
  });

const invalid = (message: string): LabError => new LabError('InvalidTarget', message);
type Named = { Id: string; Port?: number; AvailabilityZone?: string };
const same = (group: TargetGroup, one: Target, named: Named): boolean => one.id === named.Id && one.port === (named.Port ?? group.port);

/** Registers targets; one that is registered stays as it is, one that was draining begins anew. */
export function register(ctx: LabContext, arn: string, named: readonly Named[]): void {
  const group = targetGroups.get(ctx, arn);
  for (const one of named) {
    if (group.targetType === 'instance') {
      const instance = /^i-[0-9a-f]+$/.test(one.Id) ? rowOf<Instance>(ctx, 'instances', one.Id) : undefined;
      if (!instance) throw invalid(`The following targets do not exist: '${one.Id}'`);
      if (instance.vpcId !== group.vpcId) throw invalid(`The following targets are not in the target group VPC '${group.vpcId}': '${one.Id}'`);
      if (!/^(pending|running)$/.test(stateOf(ctx, instance)))
        throw invalid(`The following targets are not in a running state and cannot be registered: '${one.Id}'`);
    } else if (group.targetType === 'ip' && !/^[0-9a-f.:]+$/i.test(one.Id)) throw invalid(`The IP address '${one.Id}' is not a valid IPv4 or IPv6 address`);
  }
  group.targets = present(ctx, group);
  for (const one of named) {
    const known = group.targets.find((target) => same(group, target, one));
    if (known && known.draining === undefined) continue;
    group.targets = group.targets.filter((target) => target !== known);
    const port = one.Port ?? group.port;
    group.targets.push({
      id: one.Id,
      ...(port === undefined ? {} : { port }),
      ...(one.AvailabilityZone === undefined ? {} : { zone: one.AvailabilityZone }),
      registered: ctx.now(),
    });
  }
  // AWS promises no order; one that does not tell of the past makes two worlds comparable.
  group.targets.sort((a, b) => (a.id === b.id ? (a.port ?? 0) - (b.port ?? 0) : a.id < b.id ? -1 : 1));
}
/**
 * Begins to drain targets. One that is not registered is no error. Without a port, the target as registered with the group's own port is
 * meant: a port that was overridden must be said.
 */
export function deregister(ctx: LabContext, arn: string, named: readonly Named[]): void {
  const group = targetGroups.get(ctx, arn);
  const used = routersOf(ctx, arn).length > 0;
  group.targets = present(ctx, group);
  const delay = Number(group.attributes['deregistration_delay.timeout_seconds'] ?? 300);
  for (const target of [...group.targets]) {
    if (target.draining !== undefined || !named.some((one) => same(group, target, one))) continue;
    // A target that takes no traffic has nothing in flight.
    if (used && delay > 0 && healthOf(ctx, group, target, used).State === 'healthy') target.draining = ctx.due(delay);
    else group.targets = group.targets.filter((one) => one !== target);
  }
}
/** TargetHealth of DescribeTargetHealth. */
export function healthOf(
  ctx: LabContext,
  group: TargetGroup,
  target: Target | undefined,
  used: boolean,
): { State: string; Reason?: string; Description?: string } {
  if (!target) return { State: 'unused', Reason: 'Target.NotRegistered', Description: 'Target is not registered to the target group' };
  if (target.draining !== undefined)
    return { State: 'draining', Reason: 'Target.DeregistrationInProgress', Description: 'Target deregistration is in progress' };
  const instance = group.targetType === 'instance' ? rowOf<Instance>(ctx, 'instances', target.id) : undefined;
  if (instance && stateOf(ctx, instance) !== 'running')
    return { State: 'unused', Reason: 'Target.InvalidState', Description: `Target is in the ${stateOf(ctx, instance)} state` };
  if (!used) return { State: 'unused', Reason: 'Target.NotInUse', Description: 'Target group is not configured to receive traffic from the load balancer' };
  if (ctx.now() < target.registered + (ctx.due(FIRST_CHECKS) - ctx.now()))
    return { State: 'initial', Reason: 'Elb.RegistrationInProgress', Description: 'Target registration is in progress' };
  return { State: 'healthy' };
}
