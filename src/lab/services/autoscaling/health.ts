import type { LabContext } from '../../contract.ts';
import { terminate } from '../ec2/instance-ending.ts';
import { stateOf } from '../ec2/instance-model.ts';
import type { Instance } from '../ec2/rows.ts';
import { rowOf, writable } from '../ec2/tables.ts';
import { note } from './activities.ts';
import { grow } from './launch.ts';
import { type Group, groupOf } from './model.ts';
import { discharge } from './routing.ts';

const CAUSE = 'an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.';

/**
 * A round of health checks and what follows from it. Members on standby are not looked at. Neither termination protection nor scale-in
 * protection keeps an unhealthy member (Amazon EC2 Auto Scaling User Guide, "Use instance scale-in protection").
 */
export async function inspect(ctx: LabContext, group: Group): Promise<void> {
  const watched = group.members.filter((member) => member.standby === undefined);
  if (!group.suspended.includes('HealthCheck'))
    for (const member of watched) {
      const row = rowOf<Instance>(ctx, 'instances', member.id);
      if (!row || !/^(pending|running)$/.test(stateOf(ctx, row))) member.unhealthy = true;
    }
  if (['Terminate', 'ReplaceUnhealthy'].some((process) => group.suspended.includes(process))) return;
  const doomed = watched.filter((member) => member.unhealthy).map((member) => member.id);
  if (doomed.length === 0) return;
  discharge(ctx, doomed, group);
  const instances = writable<Instance>(ctx, 'instances');
  for (const id of doomed) {
    const row = instances[id];
    if (row && !/^(shutting-down|terminated)$/.test(stateOf(ctx, row))) terminate(ctx, row);
    note(ctx, group, `Terminating EC2 instance: ${id}`, CAUSE);
  }
  group.members = group.members.filter((member) => !doomed.includes(member.id));
  await grow(ctx, group, CAUSE);
}
/** Somebody stopped or ended instances; their groups notice. */
export async function noticed(ctx: LabContext, instanceIds: readonly string[]): Promise<void> {
  for (const group of new Set(instanceIds.map((id) => groupOf(ctx, id)))) if (group) await inspect(ctx, group);
}
