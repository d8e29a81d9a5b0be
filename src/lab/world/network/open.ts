import type { Account, World } from '../../contract.ts';
import type { Interface } from '../../services/ec2/rows.ts';
import { hex } from '../ids.ts';
import { worldNow } from '../state.ts';
import { alwaysTracked, type Cut, type Flow } from './flow.ts';
import { groupsSay } from './groups.ts';
import { sceneOf } from './scene.ts';
import { blocked } from './ways.ts';

export type Opening = Omit<Flow, 'id' | 'tracked' | 'openSince' | 'endedAt' | 'why' | 'opened'> & { opened?: number };

/**
 * Opens a connection, if the network lets it be opened now.
 * @returns the connection, or why it could not be opened
 */
export function openFlow(world: World, account: Account, region: string, wish: Opening, now = worldNow(world)): Flow | Cut {
  const scene = sceneOf(world, account, region, now);
  const item = scene.row<Interface>('interfaces', wish.interfaceId);
  const holder = item && scene.instanceOf(item);
  if (!item || !holder) return 'interface';
  if (holder.state !== 'running') return 'instance-stopped';
  const barrier = blocked(scene, item, wish.via, wish, wish.publicIp);
  if (barrier) return barrier;
  const said = groupsSay(scene, item, wish.direction, wish);
  if (said === 'denied') return 'security-group';
  const flow: Flow = { ...wish, id: `flow-${hex(world, 12)}`, opened: wish.opened ?? now, tracked: said === 'tracked' || alwaysTracked(wish) };
  const { tables } = account.regions[region]!;
  tables.flows ??= {};
  tables.flows[flow.id] = flow;
  return flow;
}
