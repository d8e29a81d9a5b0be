import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { deregister, register, routersOf, targetGroups } from '../elasticloadbalancing/model.ts';
import { balancers, deregisterClassic, registerClassic } from '../elasticloadbalancing-classic/model.ts';
import type { Group } from './model.ts';

/** How a group keeps its members registered with its load balancers. */

const invalid = (message: string): LabError => new LabError('ValidationError', message);
export function checkBalancers(ctx: LabContext, named: Pick<Group, 'targetGroups' | 'loadBalancers'>): void {
  if (named.targetGroups.some((arn) => !targetGroups.find(ctx, arn)))
    throw invalid('Provided Target Groups may not be valid. Please ensure they exist and try again.');
  if (named.loadBalancers.some((name) => !balancers.find(ctx, name)))
    throw invalid('Provided Load Balancers may not be valid. Please ensure they exist and try again.');
}
/** Members come into service: unless AddToLoadBalancer is suspended they are registered, with each target group's own port. */
export function enlist(ctx: LabContext, group: Group, ids: readonly string[], where: Pick<Group, 'targetGroups' | 'loadBalancers'> = group): void {
  if (group.suspended.includes('AddToLoadBalancer') || ids.length === 0) return;
  for (const arn of where.targetGroups)
    if (targetGroups.find(ctx, arn))
      register(
        ctx,
        arn,
        ids.map((Id) => ({ Id })),
      );
  for (const name of where.loadBalancers) if (balancers.find(ctx, name)) registerClassic(ctx, name, ids);
}
/** Members leave service. Answers with the seconds their connections are kept. */
export function discharge(ctx: LabContext, ids: readonly string[], where: Pick<Group, 'targetGroups' | 'loadBalancers'>): number {
  let seconds = 0;
  if (ids.length === 0) return seconds;
  for (const arn of where.targetGroups) {
    const row = targetGroups.find(ctx, arn);
    if (!row) continue;
    if (routersOf(ctx, arn).length > 0) seconds = Math.max(seconds, Number(row.attributes['deregistration_delay.timeout_seconds'] ?? 300));
    deregister(
      ctx,
      arn,
      ids.map((Id) => ({ Id })),
    );
  }
  for (const name of where.loadBalancers) {
    const row = balancers.find(ctx, name);
    if (!row) continue;
    if (row.attributes.draining.enabled) seconds = Math.max(seconds, row.attributes.draining.seconds);
    deregisterClassic(ctx, name, ids);
  }
  return seconds;
}
