import type { LabContext } from '../../contract.ts';
import { terminate } from '../ec2/instance-ending.ts';
import type { Instance } from '../ec2/rows.ts';
import { writable } from '../ec2/tables.ts';
import { note } from './activities.ts';
import { grow } from './launch.ts';
import { type Activity, type Group, serving } from './model.ts';
import { discharge } from './routing.ts';

/** Launches or ends members until the group has its desired capacity. The oldest unprotected go first. */
export async function scale(ctx: LabContext, group: Group, cause: string): Promise<void> {
  const now = serving(ctx, group);
  const surplus = now.length - group.desired;
  if (surplus > 0 && !group.suspended.includes('Terminate')) {
    const doomed = now.filter((member) => !member.protected).slice(0, surplus);
    endMembers(
      ctx,
      group,
      doomed.map((member) => member.id),
      cause,
    );
  }
  if (surplus < 0) await grow(ctx, group, cause);
}
/** Protection against termination by the API does not hold a group back. Answers with what the history says of each. */
export function endMembers(ctx: LabContext, group: Group, ids: readonly string[], cause: string): Activity[] {
  const instances = writable<Instance>(ctx, 'instances');
  discharge(ctx, ids, group);
  const made = ids.map((id) => {
    const row = instances[id];
    if (row) terminate(ctx, row);
    return note(ctx, group, `Terminating EC2 instance: ${id}`, cause);
  });
  group.members = group.members.filter((member) => !ids.includes(member.id));
  return made;
}
