import type { AclEntry } from '../../services/ec2/network-rows.ts';
import type { Subnet } from '../../services/ec2/rows.ts';
import type { Packet } from './flow.ts';
import { type Scene, within } from './scene.ts';

const NUMBERS = { tcp: '6', udp: '17', icmp: '1', icmpv6: '58' } as const;

/** The first rule that matches decides; without one the packet is dropped. */
function passes(entries: readonly AclEntry[], egress: boolean, protocol: Packet['protocol'], peer: string, port: number): boolean {
  const number = NUMBERS[protocol];
  const first = entries
    .filter(
      (entry) =>
        entry.egress === egress &&
        (entry.protocol === '-1' || entry.protocol === number) &&
        within(entry.cidr4 ?? entry.cidr6 ?? '', peer) &&
        (entry.ports === undefined || (entry.ports.from <= port && port <= entry.ports.to)),
    )
    .sort((a, b) => a.number - b.number)[0];
  return first?.allow === true;
}
const inside = (subnet: Subnet, address: string): boolean => [subnet.cidr, subnet.ipv6?.cidr].some((block) => block !== undefined && within(block, address));

/** Stateless and both ways, at the border of a subnet: what stays inside it, they never see. */
export function aclsPass(scene: Scene, subnet: Subnet, packet: Packet): boolean {
  if (inside(subnet, packet.remote)) return true;
  const entries = scene.aclOf(subnet.id);
  return passes(entries, false, packet.protocol, packet.remote, packet.localPort) && passes(entries, true, packet.protocol, packet.remote, packet.remotePort);
}
/** The subnet of a NAT gateway sees each packet twice: on the instance's side and on the world's. */
export function aclsPassThrough(scene: Scene, subnet: Subnet, packet: Packet): boolean {
  const entries = scene.aclOf(subnet.id);
  const { protocol, local, localPort, remotePort } = packet;
  const near = inside(subnet, local) || (passes(entries, false, protocol, local, remotePort) && passes(entries, true, protocol, local, localPort));
  return near && aclsPass(scene, subnet, packet);
}
