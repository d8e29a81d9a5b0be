import type { LabContext } from '../../contract.ts';
import { terminate } from '../ec2/instance-state.ts';
import type { Instance } from '../ec2/rows.ts';
import { writable } from '../ec2/tables.ts';
import { grow, note } from './launch.ts';
import { type Group, living } from './model.ts';

/** Launches or ends members until the group has its desired capacity. The oldest unprotected go first. */
export async function scale(ctx: LabContext, group: Group, cause: string): Promise<void> {
  const now = living(ctx, group);
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
export function endMembers(ctx: LabContext, group: Group, ids: readonly string[], cause: string): void {
  const instances = writable<Instance>(ctx, 'instances');
  for (const id of ids) {
    const row = instances[id];
    if (row) terminate(ctx, row);
    note(ctx, group, `Terminating EC2 instance: ${id}`, cause);
  }
  group.members = group.members.filter((member) => !ids.includes(member.id));
}
