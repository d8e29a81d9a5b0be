import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { stateOf } from '../ec2/instance-model.ts';
import type { Instance } from '../ec2/rows.ts';
import { rowOf } from '../ec2/tables.ts';
import { shelf } from '../shelf.ts';

/** Classic Load Balancers. Times in epoch milliseconds. */
export interface ClassicBalancer {
  name: string;
  dnsName: string;
  created: number;
  scheme: string;
  vpcId: string;
  zones: string[];
  subnets: string[];
  securityGroups: string[];
  listeners: any[];
  healthCheck: any;
  attributes: {
    crossZone: boolean;
    draining: { enabled: boolean; seconds: number };
    idleSeconds: number;
  };
  instances: { id: string; registered: number }[];
  /** Deregistered, keep connections in flight until then. */
  draining: { id: string; until: number }[];
  tags: { Key: string; Value: string }[];
}
export const balancers = shelf<ClassicBalancer>(
  'classicLoadBalancers',
  (name) => new LabError('LoadBalancerNotFound', `There is no ACTIVE Load Balancer named '${name}'`),
);
const instanceOf = (ctx: LabContext, id: string): Instance => {
  const row = /^i-[0-9a-f]+$/.test(id) ? rowOf<Instance>(ctx, 'instances', id) : undefined;
  if (!row || stateOf(ctx, row) === 'terminated') throw new LabError('InvalidInstance', `Could not find EC2 instance ${id}.`);
  return row;
};
/** Instances registered now; one that has ended is taken out by the service. */
export const registered = (ctx: LabContext, row: ClassicBalancer) =>
  row.instances.filter(({ id }) => {
    const instance = rowOf<Instance>(ctx, 'instances', id);
    return instance !== undefined && stateOf(ctx, instance) !== 'terminated';
  });

export function registerClassic(ctx: LabContext, name: string, ids: readonly string[]): ClassicBalancer {
  const row = balancers.get(ctx, name);
  for (const id of ids) if (instanceOf(ctx, id).vpcId !== row.vpcId) throw new LabError('InvalidInstance', `EC2 instance ${id} is not in the same VPC as ELB.`);
  row.instances = registered(ctx, row);
  for (const id of ids) if (!row.instances.some((one) => one.id === id)) row.instances.push({ id, registered: ctx.now() });
  row.draining = row.draining.filter((one) => !ids.includes(one.id) && one.until > ctx.now());
  return row;
}
export function deregisterClassic(ctx: LabContext, name: string, ids: readonly string[]): ClassicBalancer {
  const row = balancers.get(ctx, name);
  for (const id of ids) instanceOf(ctx, id);
  const leaving = registered(ctx, row).filter((one) => ids.includes(one.id));
  row.instances = registered(ctx, row).filter((one) => !ids.includes(one.id));
  row.draining = row.draining.filter((one) => one.until > ctx.now());
  if (row.attributes.draining.enabled) row.draining.push(...leaving.map(({ id }) => ({ id, until: ctx.due(row.attributes.draining.seconds) })));
  return row;
}

const FIRST_CHECKS = 20;
/** InstanceState of DescribeInstanceHealth. */
export function classicHealth(ctx: LabContext, row: ClassicBalancer, id: string) {
  const state = (State: string, ReasonCode = 'N/A', Description = 'N/A') => ({ InstanceId: id, State, ReasonCode, Description });
  const one = registered(ctx, row).find((known) => known.id === id);
  if (!one) {
    if (row.draining.some((known) => known.id === id && known.until > ctx.now()))
      return state('InService', 'N/A', 'Instance deregistration currently in progress.');
    instanceOf(ctx, id);
    throw new LabError('InvalidInstance', `Could not find EC2 instance ${id}.`);
  }
  const instance = instanceOf(ctx, id);
  if (stateOf(ctx, instance) !== 'running') return state('OutOfService', 'Instance', 'Instance is in stopped state.');
  if (ctx.now() < one.registered + (ctx.due(FIRST_CHECKS) - ctx.now())) return state('OutOfService', 'ELB', 'Instance registration is still in progress.');
  return state('InService');
}
