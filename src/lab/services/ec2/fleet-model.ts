import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { terminate } from './instance-ending.ts';
import { stateOf } from './instance-model.ts';
import type { Instance, Phase } from './rows.ts';
import { type Launcher, launchFor, taggedInstances } from './service-launch.ts';
import { fulfil, newSpotRequest } from './spot-model.ts';
import { phase, towards, writable } from './tables.ts';

/** What Spot Fleets and EC2 Fleets have in common. */
export interface FleetRow {
  id: string;
  created: number;
  type: string;
  /** The configuration as it was asked for. */
  config: Record<string, any>;
  target: number;
  /** What could not be launched, and why. */
  errors: { ErrorCode: string; ErrorMessage: string }[];
  timeline: Phase[];
  /** With the instances still running, or being ended: what a cancelled or deleted fleet says of itself. */
  until?: number;
}
/** Cancelled fleets stay listed for a while (Amazon EC2 User Guide: two days), seconds. */
export const FLEET_AFTERLIFE = 172_800;

const alive = (ctx: LabContext, row: Instance): boolean => !/^(shutting-down|terminated)$/.test(stateOf(ctx, row));
export const fleetInstances = (ctx: LabContext, tag: string, id: string): Instance[] => taggedInstances(ctx, tag, id).filter((row) => alive(ctx, row));
export const activity = (ctx: LabContext, row: FleetRow, running: number): string => {
  const state = phase(row.timeline, ctx.now());
  if (state.includes('terminating')) return 'pending_termination';
  return running >= row.target ? 'fulfilled' : 'pending_fulfillment';
};

/** One thing to launch, as many times as its share of the target says. */
export interface FleetLaunch {
  input: any;
  count: number;
}
/** `total` dealt out to the launch specifications in turn. */
export function shares<T>(items: readonly T[], total: number): { item: T; count: number }[] {
  return items
    .map((item, index) => ({ item, count: Math.floor(total / items.length) + (index < total % items.length ? 1 : 0) }))
    .filter(({ count }) => count > 0);
}

/**
 * Starts a fleet's instances, Spot ones with a request each. A specification that EC2 refuses is an error of the fleet, not of the
 * call: the others are launched all the same.
 */
export async function launchFleet(
  ctx: LabContext,
  by: Launcher,
  tag: { Key: string; Value: string },
  launches: readonly FleetLaunch[],
  spot: number,
): Promise<{ instances: Instance[]; errors: LabError[] }> {
  const ids: string[] = [];
  const errors: LabError[] = [];
  for (const { input, count } of launches) {
    try {
      ids.push(...(await launchFor(ctx, by, { ...input, MinCount: count, MaxCount: count }, [tag])).map((row) => row.id));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      errors.push(error);
    }
  }
  const made = ids.map((id) => writable<Instance>(ctx, 'instances')[id]!);
  for (const instance of made.slice(0, spot)) {
    const launch = { ImageId: instance.imageId, InstanceType: instance.type, KeyName: instance.keyName, SubnetId: instance.subnetId };
    fulfil(newSpotRequest(ctx, { launch, timeline: towards(ctx, 'open', 'active', 3) }), instance);
  }
  return { instances: made, errors };
}
/** `deleted_running` leaves the instances alone, `deleted_terminating` ends them. */
export function endFleet(
  ctx: LabContext,
  row: FleetRow,
  instances: readonly Instance[],
  state: { running: string; terminating: string; done: string },
  kill: boolean,
): string {
  const before = phase(row.timeline, ctx.now());
  if (kill) for (const instance of instances) terminate(ctx, instance);
  const next = instances.length === 0 ? state.done : kill ? state.terminating : state.running;
  row.timeline = [
    { state: before, at: ctx.now() - 1 },
    { state: next, at: ctx.now() },
    ...(next === state.terminating ? [{ state: state.done, at: ctx.due(60) }] : []),
  ];
  if (next !== state.running) row.until = ctx.due(FLEET_AFTERLIFE);
  return before;
}
