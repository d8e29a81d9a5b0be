import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import type { Subnet } from '../ec2/rows.ts';
import { LAUNCHERS, launchFor } from '../ec2/service-launch.ts';
import { rowOf } from '../ec2/tables.ts';
import { putTags } from '../ec2/tagging.ts';
import { type Group, groupOf, groups, launchInput, living } from './model.ts';

const READY_SECONDS = 30;

const spoken = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/**
 * Brings a group up to its desired capacity. A launch that EC2 refuses is an activity that failed, not an error of the call, as in AWS.
 * The instances are made by the service's role; the tag `aws:autoscaling:groupName` says for which group.
 */
export async function grow(ctx: LabContext, group: Group, cause: string): Promise<void> {
  if (group.suspended.includes('Launch')) return;
  const places =
    group.subnets.length > 0 ? group.subnets.map((SubnetId) => ({ SubnetId })) : group.zones.map((zone) => ({ Placement: { AvailabilityZone: zone } }));
  const missing = group.desired - living(ctx, group).length;
  for (const [index, place] of places.entries()) {
    const count = Math.floor(missing / places.length) + (index < missing % places.length ? 1 : 0);
    if (count <= 0) continue;
    try {
      const input = { ...launchInput(ctx, group), ...place, MinCount: count, MaxCount: count };
      const rows = await launchFor(ctx, LAUNCHERS.autoscaling, input, [{ Key: 'aws:autoscaling:groupName', Value: group.name }]);
      const propagated = group.tags.filter((tag) => tag.PropagateAtLaunch);
      if (propagated.length > 0)
        putTags(
          ctx,
          rows.map((row) => row.id),
          propagated,
        );
      for (const row of rows) {
        group.members.push({ id: row.id, zone: row.zone, type: row.type, ready: ctx.due(READY_SECONDS), protected: group.newProtected });
        note(ctx, group, `Launching a new EC2 instance: ${row.id}`, cause);
      }
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      // What was undone took the row with it: this is the group as it stood before.
      note(ctx, groups.get(ctx, group.name), 'Launching a new EC2 instance.', cause, `${error.message} Launching EC2 instance failed.`);
    }
  }
}
/** One line of the group's history, newest first. */
export function note(ctx: LabContext, group: Group, description: string, cause: string, failed?: string): void {
  group.activities.unshift({
    id: ctx.uuid(),
    description,
    cause: `At ${spoken(ctx.now())} ${cause}`.slice(0, 1023),
    start: ctx.now(),
    end: ctx.due(READY_SECONDS),
    ...(failed === undefined ? {} : { failed }),
  });
  group.activities.length = Math.min(group.activities.length, 200);
}
/** Somebody ended members of groups behind Auto Scaling's back: they are replaced. Protection against termination is no protection here. */
export async function replaceEnded(ctx: LabContext, instanceIds: readonly string[]): Promise<void> {
  for (const id of instanceIds) {
    const group = groupOf(ctx, id);
    if (!group || ['Terminate', 'HealthCheck', 'ReplaceUnhealthy'].some((process) => group.suspended.includes(process))) continue;
    group.members = group.members.filter((member) => member.id !== id);
    await grow(ctx, group, 'an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.');
  }
}
/** Where the subnets of a group lie. */
export function zonesOfSubnets(ctx: LabContext, subnets: readonly string[]): string[] {
  return [
    ...new Set(
      subnets.map((id) => {
        const row = rowOf<Subnet>(ctx, 'subnets', id);
        if (!row) throw new LabError('ValidationError', `The subnet ID '${id}' does not exist`);
        return row.zone;
      }),
    ),
  ];
}
