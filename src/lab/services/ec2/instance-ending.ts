import type { LabContext } from '../../contract.ts';
import { AFTERLIFE, stateOf } from './instance-model.ts';
import { attachmentOf, interfacesOf } from './interface-model.ts';
import type { Instance } from './rows.ts';
import { volumesOf } from './volume-model.ts';

/** How long the guest takes to shut down. */
export const SHUTDOWN_SECONDS = 25;

/** From `at` on the instance has no automatic public address and no instance store. */
export function stop(ctx: LabContext, row: Instance, seconds: number): void {
  const at = ctx.due(seconds);
  row.timeline = [
    { state: stateOf(ctx, row), at: ctx.now() - 1 },
    { state: 'stopping', at: ctx.now() },
    { state: 'stopped', at },
  ];
  row.reason = { code: 'Client.UserInitiatedShutdown', at: ctx.now() };
  for (const item of interfacesOf(ctx, row.id)) if (item.publicIp) item.publicIp = { ip: item.publicIp.ip, until: at };
}

/** Volumes and interfaces go with the instance where DeleteOnTermination says so; the others become free. */
export function terminate(ctx: LabContext, row: Instance): void {
  const at = ctx.due(stateOf(ctx, row) === 'stopped' ? 2 : SHUTDOWN_SECONDS);
  for (const volume of volumesOf(ctx, row.id)) {
    if (volume.attachment!.deleteOnTermination) volume.until = at;
    else volume.attachment = { ...volume.attachment!, timeline: [...volume.attachment!.timeline, { state: 'detaching', at: ctx.now() }], until: at };
  }
  for (const item of interfacesOf(ctx, row.id)) {
    if (item.publicIp) item.publicIp = { ip: item.publicIp.ip, until: at };
    if (item.attachment!.deleteOnTermination) item.until = at;
    else item.attachment = { ...attachmentOf(ctx, item)!, timeline: [...item.attachment!.timeline, { state: 'detaching', at: ctx.now() }], until: at };
  }
  row.timeline = [
    { state: stateOf(ctx, row), at: ctx.now() - 1 },
    { state: 'shutting-down', at: ctx.now() },
    { state: 'terminated', at },
  ];
  row.reason = { code: 'Client.UserInitiatedShutdown', at: ctx.now() };
  row.until = at + AFTERLIFE * 1000;
}
