import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import type { Subnet } from '../ec2/rows.ts';
import { LAUNCHERS, launchFor } from '../ec2/service-launch.ts';
import { rowOf } from '../ec2/tables.ts';
import { putTags } from '../ec2/tagging.ts';
import { note } from './activities.ts';
import { type Group, groups, launchInput, serving } from './model.ts';
import { enlist } from './routing.ts';

const READY_SECONDS = 30;

/**
 * Brings a group up to its desired capacity. A launch that EC2 refuses is an activity that failed, not an error of the call, as in AWS.
 * The instances are made by the service's role; the tag `aws:autoscaling:groupName` says for which group.
 */
export async function grow(ctx: LabContext, { name }: Group, cause: string): Promise<void> {
  const group = groups.get(ctx, name);
  if (group.suspended.includes('Launch')) return;
  const places =
    group.subnets.length > 0 ? group.subnets.map((SubnetId) => ({ SubnetId })) : group.zones.map((zone) => ({ Placement: { AvailabilityZone: zone } }));
  const missing = group.desired - serving(ctx, group).length;
  for (const [index, place] of places.entries()) {
    const count = Math.floor(missing / places.length) + (index < missing % places.length ? 1 : 0);
    if (count <= 0) continue;
    // A launch that failed put the tables back: the row is looked up each time.
    try {
      const input = { ...launchInput(ctx, groups.get(ctx, name)), ...place, MinCount: count, MaxCount: count };
      const rows = await launchFor(ctx, LAUNCHERS.autoscaling, input, [{ Key: 'aws:autoscaling:groupName', Value: name }]);
      const ids = rows.map((row) => row.id);
      const now = groups.get(ctx, name);
      const propagated = now.tags.filter((tag) => tag.PropagateAtLaunch);
      if (propagated.length > 0) putTags(ctx, ids, propagated);
      for (const row of rows) {
        now.members.push({ id: row.id, zone: row.zone, type: row.type, ready: ctx.due(READY_SECONDS), protected: now.newProtected });
        note(ctx, now, `Launching a new EC2 instance: ${row.id}`, cause);
      }
      enlist(ctx, now, ids);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      note(ctx, groups.get(ctx, name), 'Launching a new EC2 instance.', cause, `${error.message} Launching EC2 instance failed.`);
    }
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
