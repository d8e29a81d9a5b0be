import type { Account, World } from '../../contract.ts';
import type { Interface } from '../../services/ec2/rows.ts';
import { TYPES } from '../../services/ec2/type-catalogue.ts';
import { worldNow } from '../state.ts';
import { alwaysTracked, type Cut, type Flow } from './flow.ts';
import { groupsSay } from './groups.ts';
import { type Scene, sceneOf } from './scene.ts';
import { blocked } from './ways.ts';

/** Seconds (natural time) that groups must be open until packets of a tracked connection have gone through them and it is untracked. */
export const CONVERSION_SECONDS = 1;
/** Seconds (Amazon VPC User Guide, "NAT gateway basics"): then the gateway forgets an idle connection. */
const NAT_IDLE = 350;
const UDP_STREAM = 180;
const ICMP = 30;
const TCP = 432_000;

/** How long the groups remember an idle connection, seconds (Amazon EC2 User Guide, "Idle connection tracking timeout"). */
export function trackedFor(item: Interface, flow: Pick<Flow, 'protocol'>, instanceType: string | undefined): number {
  if (flow.protocol === 'tcp') return item.tracking?.tcp ?? (TYPES.get(instanceType ?? '')?.shortTracking ? NAT_IDLE : TCP);
  return flow.protocol === 'udp' ? (item.tracking?.udpStream ?? UDP_STREAM) : ICMP;
}

/** Why and when an open connection ended, or undefined while it lives; what the groups remember of it is brought up to date. */
function fate(scene: Scene, flow: Flow): { why: Cut; at?: number } | undefined {
  if (flow.openSince !== undefined && (scene.now - flow.openSince) * scene.speed >= CONVERSION_SECONDS * 1000) {
    flow.tracked = false;
    delete flow.openSince;
  }
  const item = scene.row<Interface>('interfaces', flow.interfaceId);
  const holder = item && scene.instanceOf(item);
  if (!item || !holder) return { why: 'interface' };
  if (!/^(pending|running|stopping|shutting-down)$/.test(holder.state)) return { why: 'instance-stopped', at: holder.since };
  if (![...item.privateIps, ...item.ipv6].includes(flow.local)) return { why: 'address' };
  const barrier = blocked(scene, item, flow.via, flow, flow.publicIp);
  if (barrier) return { why: barrier };
  const silentFor = (seconds: number): { why: Cut; at: number } | undefined => {
    const end = flow.silentSince === undefined ? Number.POSITIVE_INFINITY : flow.silentSince + seconds * 1000;
    return end < scene.now ? { why: 'idle', at: end } : undefined;
  };
  const forgotten = flow.via === 'nat' ? silentFor(NAT_IDLE) : undefined;
  if (forgotten) return forgotten;
  const said = groupsSay(scene, item, flow.direction, flow);
  if (!flow.tracked) {
    if (said === 'denied') return { why: 'security-group' };
    flow.tracked = said === 'tracked' || alwaysTracked(flow);
    return undefined;
  }
  if (said === 'untracked' && !alwaysTracked(flow)) flow.openSince ??= scene.now;
  else delete flow.openSince;
  return said === 'denied' ? silentFor(trackedFor(item, flow, holder.instance.type)) : undefined;
}

function finish(flow: Flow, why: Cut, at: number): void {
  flow.endedAt = Math.max(flow.opened, at);
  flow.why = why;
  delete flow.openSince;
}
/** Looks at every open connection of the Region: what does not get through any more is cut, for good. */
export function settleFlows(world: World, account: Account, region: string, now = worldNow(world)): void {
  const open = (Object.values(account.regions[region]?.tables.flows ?? {}) as Flow[]).filter((flow) => flow.endedAt === undefined);
  if (open.length === 0) return;
  const scene = sceneOf(world, account, region, now);
  for (const flow of open) {
    const end = fate(scene, flow);
    if (end) finish(flow, end.why, end.at ?? now);
  }
}
/** The connections of every Region, as they are now. */
export function settleWorld(world: World, now = worldNow(world)): void {
  for (const account of Object.values(world.accounts)) for (const region of Object.keys(account.regions)) settleFlows(world, account, region, now);
}
/** Call it after a mutating call took effect. A reboot leaves no other trace, but no connection outlives it. */
export function settleAfter(
  world: World,
  account: Account,
  region: string,
  call: { service: string; operation: string; input: any },
  now = worldNow(world),
): void {
  if (call.service === 'ec2' && call.operation === 'RebootInstances') {
    const scene = sceneOf(world, account, region, now);
    for (const flow of Object.values(account.regions[region]?.tables.flows ?? {}) as Flow[]) {
      const item = scene.row<Interface>('interfaces', flow.interfaceId);
      if (flow.endedAt !== undefined || !item || !call.input.InstanceIds?.includes(scene.instanceOf(item)?.instance.id)) continue;
      finish(flow, 'instance-rebooted', now);
    }
  }
  settleFlows(world, account, region, now);
}
