import type { LabContext } from '../../contract.ts';
import { stateOf as instanceState } from './instance-model.ts';
import type { Instance, Phase } from './rows.ts';
import { phase, rowOf, tableOf, writable } from './tables.ts';

/** A request for one Spot Instance, whoever asked: RunInstances, RequestSpotInstances, a fleet or a group. */
export interface SpotRequest {
  id: string;
  /** Shown once the request is fulfilled. */
  instanceId?: string;
  created: number;
  type: 'one-time' | 'persistent';
  interruption: string;
  price?: string;
  validUntil?: number;
  timeline: Phase[];
  /** The launch specification as it was asked for. */
  launch: Record<string, any>;
  until?: number;
}
/** Cancelled and closed requests are shown for a while, seconds. */
const AFTERLIFE = 3600;

export interface SpotWish {
  launch: Record<string, any>;
  instanceId?: string | undefined;
  type?: SpotRequest['type'] | undefined;
  interruption?: string | undefined;
  price?: string | undefined;
  validUntil?: number | undefined;
  timeline: Phase[];
}
export function newSpotRequest(ctx: LabContext, wish: SpotWish): SpotRequest {
  const { type, interruption, ...rest } = wish;
  const row: SpotRequest = { id: ctx.id('sir'), created: ctx.now(), ...rest, type: type ?? 'one-time', interruption: interruption ?? 'terminate' };
  writable<SpotRequest>(ctx, 'spotRequests')[row.id] = row;
  return row;
}
/** The instance belongs to the request from now on. */
export function fulfil(row: SpotRequest, instance: Instance): void {
  row.instanceId = instance.id;
  instance.lifecycle = 'spot';
  instance.spotRequestId = row.id;
}

const STATUS: Record<string, [code: string, message: string]> = {
  open: ['pending-fulfillment', 'Your Spot request is pending fulfillment.'],
  active: ['fulfilled', 'Your Spot request is fulfilled.'],
  closed: ['instance-terminated-by-user', 'Your Spot Instance was terminated by the user.'],
};
/** A one-time request ends with its instance. */
export function spotState(ctx: LabContext, row: SpotRequest): { state: string; code: string; message: string } {
  const own = phase(row.timeline, ctx.now());
  const instance = row.instanceId === undefined ? undefined : tableOf<Instance>(ctx, 'instances')[row.instanceId];
  const running = instance !== undefined && !/^(shutting-down|terminated)$/.test(instanceState(ctx, instance));
  if (own === 'cancelled')
    return running
      ? { state: own, code: 'request-canceled-and-instance-running', message: 'Your Spot request is canceled.' }
      : { state: own, code: 'canceled-before-fulfillment', message: 'Your Spot request is canceled.' };
  const state = own === 'active' && row.type === 'one-time' && !running ? 'closed' : own;
  const [code, message] = STATUS[state] ?? [state, state];
  return { state, code, message };
}
export function cancel(ctx: LabContext, row: SpotRequest): void {
  row.timeline = [
    { state: spotState(ctx, row).state, at: ctx.now() - 1 },
    { state: 'cancelled', at: ctx.now() },
  ];
  row.until = ctx.due(AFTERLIFE);
}
/** The instance a request has started, once it may be shown. */
export const spotInstance = (ctx: LabContext, row: SpotRequest): Instance | undefined =>
  row.instanceId === undefined || phase(row.timeline, ctx.now()) === 'open' ? undefined : rowOf<Instance>(ctx, 'instances', row.instanceId);
