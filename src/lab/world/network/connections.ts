import type { Account, World } from '../../contract.ts';
import type { Interface, Vpc } from '../../services/ec2/rows.ts';
import { worldNow } from '../state.ts';
import { type Flow, familyOf } from './flow.ts';
import { type Reach, reach } from './reach.ts';
import { type Scene, sceneOf } from './scene.ts';
import { settleWorld } from './settle.ts';

/** Anybody on the internet: documentation addresses that nothing of the lab uses (RFC 5737, RFC 3849). */
const ANYBODY = ['198.51.100.254', '2001:db8:ffff::254'];

export interface Connection extends Flow {
  account: string;
  region: string;
  /** undefined once the interface hangs on nothing. */
  instanceId?: string;
}
export interface Reachability extends Reach {
  /** Whose address it is. */
  who: Flow['who'] | 'anybody' | 'neighbour';
}
export interface InstanceConnections {
  account: string;
  region: string;
  instanceId: string;
  state: string;
  /** Connections that live. */
  connected: Connection[];
  /** New ones that could be opened now, the first of each kind. */
  possible: Reachability[];
  /** What neither groups nor ACLs ever filter, while it runs: names still resolve, and metadata still answers. */
  unfiltered: ('dns' | 'metadata')[];
}
export interface Connections {
  /** Lab time, epoch milliseconds. */
  time: number;
  connections: Connection[];
  instances: InstanceConnections[];
}

/**
 * Who is still connected, and who could connect: the lab's own answer. Looks at every instance that ever had a connection.
 * Connections that time has ended meanwhile are ended first.
 */
export function connectionsOf(world: World, now = worldNow(world)): Connections {
  settleWorld(world, now);
  const all: Connection[] = [];
  const instances: InstanceConnections[] = [];
  for (const account of Object.values(world.accounts))
    for (const region of Object.keys(account.regions)) {
      const flows = Object.values(account.regions[region]!.tables.flows ?? {}) as Flow[];
      if (flows.length === 0) continue;
      const scene = sceneOf(world, account, region, now);
      const found = flows.map((flow): Connection => {
        const item = scene.row<Interface>('interfaces', flow.interfaceId);
        const instanceId = item && scene.instanceOf(item)?.instance.id;
        return { ...flow, account: account.id, region, ...(instanceId === undefined ? {} : { instanceId }) };
      });
      all.push(...found);
      const ids = [...new Set(found.flatMap(({ instanceId }) => instanceId ?? []))];
      instances.push(...ids.map((id) => around(scene, account, region, id, found)));
    }
  return { time: now, connections: all, instances };
}
function around(scene: Scene, account: Account, region: string, instanceId: string, flows: readonly Connection[]): InstanceConnections {
  const items = scene.rows<Interface>('interfaces').filter((item) => scene.instanceOf(item)?.instance.id === instanceId);
  const state = items[0] ? scene.instanceOf(items[0])!.state : 'terminated';
  const mine = flows.filter((flow) => flow.instanceId === instanceId);
  const remotes = new Map<string, Reachability['who']>(ANYBODY.map((ip) => [ip, 'anybody']));
  for (const other of scene.rows<Interface>('interfaces'))
    if (items.some((item) => item.vpcId === other.vpcId) && !items.includes(other))
      for (const ip of [...other.privateIps, ...other.ipv6]) remotes.set(ip, 'neighbour');
  // An attacker's address counts as his even inside the VPC.
  for (const flow of flows) if (flow.who === 'attacker' || !remotes.has(flow.remote)) remotes.set(flow.remote, flow.who);
  const possible = [...remotes].flatMap(([remote, who]) =>
    (['in', 'out'] as const).flatMap((direction) =>
      items.flatMap((item) => {
        const open = (familyOf(remote) === 4 || item.ipv6.length > 0) && scene.row<Vpc>('vpcs', item.vpcId) ? reach(scene, item, direction, remote) : undefined;
        return open ? [{ ...open, who }] : [];
      }),
    ),
  );
  return {
    account: account.id,
    region,
    instanceId,
    state,
    connected: mine.filter((flow) => flow.endedAt === undefined),
    possible,
    unfiltered: state === 'running' ? ['dns', 'metadata'] : [],
  };
}
