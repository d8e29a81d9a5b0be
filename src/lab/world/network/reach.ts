import type { Interface, Rule } from '../../services/ec2/rows.ts';
import { familyOf, type Packet, type Protocol, type Via } from './flow.ts';
import { groupsSay } from './groups.ts';
import type { Scene } from './scene.ts';
import { blocked, pathTo } from './ways.ts';

/** A new connection that the network would let through now. */
export interface Reach {
  interfaceId: string;
  direction: 'in' | 'out';
  remote: string;
  via: Via;
  protocol: Protocol;
  /** Of whoever is called. */
  port: number;
}
/** A client's port: what systems of today take. */
const EPHEMERAL = 49_600;
const COMMON = [22, 53, 80, 443, 3389, 4444, 5985, 8080, 8443];
const NAMES: Record<string, Protocol> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6' };

/** Ports at which the answer may change: the ends of the rules' ranges, and those everybody tries. */
function ports(rules: readonly Rule[], rule: Rule): number[] {
  const [low, high] = rule.protocol === '-1' ? [0, 65_535] : [rule.from, rule.to];
  const edges = rules.flatMap(({ from, to }) => [from, to]);
  return [...new Set([...COMMON, low, high, ...edges])].filter((port) => port >= Math.max(0, low) && port <= high);
}
const protocols = (rule: Rule, family: 4 | 6): Protocol[] => {
  const icmp: Protocol = family === 4 ? 'icmp' : 'icmpv6';
  if (rule.protocol === '-1') return ['tcp', 'udp', icmp];
  const named = NAMES[rule.protocol] ?? (rule.protocol as Protocol);
  return named === 'tcp' || named === 'udp' || named === icmp ? [named] : [];
};

/** The first connection that could be opened between an interface and an address, or undefined. */
export function reach(scene: Scene, item: Interface, direction: 'in' | 'out', remote: string): Reach | undefined {
  const holder = scene.instanceOf(item);
  if (holder?.state !== 'running') return undefined;
  const family = familyOf(remote);
  const local = family === 4 ? item.privateIps[0] : item.ipv6[0];
  const via = pathTo(scene, item, remote, direction);
  if (local === undefined || via === undefined) return undefined;
  const rules = scene.rulesOf(item).filter((rule) => rule.egress === (direction === 'out'));
  for (const rule of rules) {
    for (const protocol of protocols(rule, family)) {
      for (const port of protocol.startsWith('icmp') ? [0] : ports(rules, rule)) {
        const packet: Packet = {
          protocol,
          local,
          remote,
          localPort: direction === 'in' ? port : EPHEMERAL,
          remotePort: direction === 'in' ? EPHEMERAL : port,
        };
        if (groupsSay(scene, item, direction, packet) === 'denied' || !otherSide(scene, item, direction, packet)) continue;
        if (blocked(scene, item, via, packet, scene.publicIpOf(item)) === undefined) return { interfaceId: item.id, direction, remote, via, protocol, port };
      }
    }
  }
  return undefined;
}
/** A neighbour's own groups have a say too. */
function otherSide(scene: Scene, item: Interface, direction: 'in' | 'out', packet: Packet): boolean {
  const other = scene.interfaceAt(item.vpcId, packet.remote);
  if (!other) return true;
  const { protocol, local, localPort, remote, remotePort } = packet;
  const mirrored: Packet = { protocol, local: remote, localPort: remotePort, remote: local, remotePort: localPort };
  return groupsSay(scene, other, direction === 'in' ? 'out' : 'in', mirrored) !== 'denied';
}
