import type { EgressOnlyGateway, InternetGateway, NatGateway, Route } from '../../services/ec2/network-rows.ts';
import type { Interface, Phase, Subnet, Vpc } from '../../services/ec2/rows.ts';
import { phase } from '../../services/ec2/tables.ts';
import { aclsPass, aclsPassThrough } from './acls.ts';
import { type Cut, familyOf, type Packet, type Via } from './flow.ts';
import { range, type Scene, within } from './scene.ts';

/** Where the subnet's routes send packets for an address; undefined: nowhere. `broken`: to something that is not there any more. */
type Way = { via: Via | 'local' | 'internet'; nat?: NatGateway; broken?: boolean } | undefined;

function wayTo(scene: Scene, subnet: Subnet, remote: string): Way {
  const home = scene.row<Vpc>('vpcs', subnet.vpcId);
  if ([home?.cidr, home?.ipv6?.cidr].some((block) => block !== undefined && within(block, remote))) return { via: 'local' };
  const blocks = (route: Route): string[] => (route.prefixListId === undefined ? [route.cidr ?? route.cidr6 ?? ''] : scene.blocksOf(route.prefixListId));
  const fitting = scene
    .routesOf(subnet)
    .flatMap((route) => blocks(route).map((block) => ({ route, block })))
    .filter(({ block }) => block !== '' && within(block, remote))
    .sort((a, b) => range(b.block).bits - range(a.block).bits)[0];
  return fitting && leadsTo(scene, subnet, fitting.route);
}
function leadsTo(scene: Scene, subnet: Subnet, route: Route): Way {
  if (route.gatewayId?.startsWith('igw-'))
    return { via: 'internet', broken: scene.row<InternetGateway>('internetGateways', route.gatewayId)?.vpcId !== subnet.vpcId };
  if (route.gatewayId?.startsWith('vpce-')) return { via: 'endpoint', broken: !scene.row('vpcEndpoints', route.gatewayId) };
  if (route.natGatewayId !== undefined) {
    const nat = scene.row<NatGateway>('natGateways', route.natGatewayId);
    return { via: 'nat', ...(nat ? { nat } : {}), broken: !nat || phase(nat.timeline, scene.now) !== 'available' };
  }
  if (route.egressOnlyGatewayId !== undefined)
    return { via: 'egress-only', broken: !scene.row<EgressOnlyGateway>('egressGateways', route.egressOnlyGatewayId) };
  if (route.peeringId !== undefined) {
    const peering = scene.row<{ timeline: Phase[] }>('vpcPeerings', route.peeringId);
    // The row may lie with the other side.
    return { via: 'peering', broken: peering !== undefined && phase(peering.timeline, scene.now) !== 'active' };
  }
  if (route.transitGatewayId !== undefined) return { via: 'transit-gateway' };
  return undefined;
}

/** Paths that begin at a service inside the VPC: what answers goes back to the service, not by the subnet's routes. */
const SERVED: ReadonlySet<Via> = new Set(['nlb', 'gateway-lb', 'global-accelerator', 'firewall']);

/** Why packets do not get through between interface and remote, whatever the groups say; undefined when they do. */
export function blocked(scene: Scene, item: Interface, via: Via, packet: Packet, publicIp: string | undefined): Cut | undefined {
  const subnet = scene.row<Subnet>('subnets', item.subnetId);
  if (!subnet) return 'interface';
  if (!aclsPass(scene, subnet, packet)) return 'network-acl';
  if (SERVED.has(via)) return undefined;
  const way = wayTo(scene, subnet, packet.remote);
  if (!way) return 'route';
  if (via === 'direct' && way.via === 'local') return near(scene, item, packet);
  if (via === 'endpoint' && way.via === 'local') return undefined;
  if (way.via !== (via === 'direct' ? 'internet' : via)) return 'route';
  if (way.broken) return 'gateway';
  if (via === 'direct' && familyOf(packet.remote) === 4 && (publicIp === undefined || scene.publicIpOf(item) !== publicIp)) return 'public-address';
  if (way.nat) {
    const outside = scene.row<Subnet>('subnets', way.nat.subnetId);
    if (!outside) return 'gateway';
    if (!aclsPassThrough(scene, outside, packet)) return 'network-acl';
    const onward = wayTo(scene, outside, packet.remote);
    if (onward?.via !== 'internet' || way.nat.publicIp === undefined) return 'route';
    if (onward.broken) return 'gateway';
  }
  return undefined;
}
/** The other end lies in another subnet of the VPC: its ACL counts too. */
function near(scene: Scene, item: Interface, packet: Packet): Cut | undefined {
  const other = scene.interfaceAt(item.vpcId, packet.remote);
  const subnet = other && scene.row<Subnet>('subnets', other.subnetId);
  if (!subnet || subnet.id === item.subnetId) return undefined;
  const { protocol, local, localPort, remote, remotePort } = packet;
  return aclsPass(scene, subnet, { protocol, local: remote, localPort: remotePort, remote: local, remotePort: localPort }) ? undefined : 'network-acl';
}
/** The path a new connection between the interface and an address would take; undefined: there is none. */
export function pathTo(scene: Scene, item: Interface, remote: string, direction: 'in' | 'out'): Via | undefined {
  const subnet = scene.row<Subnet>('subnets', item.subnetId);
  const way = subnet && wayTo(scene, subnet, remote);
  if (!way || way.broken) return undefined;
  if (way.via === 'local' || way.via === 'internet') return 'direct';
  // Through these, connections are opened from inside only.
  return direction === 'in' && ['nat', 'egress-only', 'endpoint'].includes(way.via) ? undefined : way.via;
}
