import { everywhere, type Range, rangeOf, without } from './space.ts';
import { type Interface, type Neighbour, type NetworkState, type Route, routesOf } from './state.ts';

export type PathKind =
  | 'subnet'
  | 'vpc'
  | 'load-balancer'
  | 'endpoint'
  | 'internet'
  | 'nat'
  | 'egress-only'
  | 'peering'
  | 'transit-gateway'
  | 'vpn'
  | 'gateway-endpoint'
  | 'appliance'
  | 'nowhere';
/** One way between an interface and a set of peers, as routes, addresses and gateways make it. */
export interface Path {
  readonly kind: PathKind;
  /** Id or name of what it leads to. */
  readonly name: string;
  readonly family: 4 | 6;
  readonly peers: readonly Range[];
  /** The route: `rtb-... 0.0.0.0/0 -> igw-...`. */
  readonly via: string;
  /** Other subnets through whose ACL it passes, one after the other being enough: a list of alternatives. */
  readonly through: readonly string[];
  /** Inside the subnet no ACL is evaluated. */
  readonly inside: boolean;
  /** Why nothing new can come in, or go out, this way; null when it can. */
  readonly shutIn: Shut | null;
  readonly shutOut: Shut | null;
  /** Tracked whatever the rules say (EC2 user guide, automatically tracked connections). */
  readonly alwaysTracked: boolean;
}
export type Shut = 'no-route' | 'no-public-address' | 'outbound-only' | 'inbound-only';

const kinds: readonly (readonly [RegExp, PathKind])[] = [
  [/^igw-/, 'internet'],
  [/^nat-/, 'nat'],
  [/^eigw-/, 'egress-only'],
  [/^pcx-/, 'peering'],
  [/^(tgw-|arn:[^:]*:networkmanager)/, 'transit-gateway'],
  [/^vgw-/, 'vpn'],
  [/^vpce-/, 'gateway-endpoint'],
];
const rangesOf = (cidrs: readonly string[], family: 4 | 6): Range[] => cidrs.flatMap((cidr) => rangeOf(cidr) ?? []).filter((one) => one.family === family);

/** Every way there is between an interface and the world, for one family. Each peer address is in one path at most. */
export function pathsOf(state: NetworkState, one: Interface, family: 4 | 6): Path[] {
  if (rangesOf(one.addresses, family).length === 0) return [];
  const table = routesOf(state, one.subnetId, one.vpcId);
  const known = (table?.routes ?? []).flatMap((route) => targets(state, route, family));
  // A subnet's own network needs no route that somebody could take away.
  const local = state.subnets.filter((subnet) => subnet.vpcId === one.vpcId).flatMap((subnet) => rangesOf(subnet.cidrs, family));
  const routes = [...known, ...local.map((range) => ({ route: { to: '', target: 'local', blackhole: false } as Route, range }))];
  routes.sort((a, b) => compare(a.range.hi - a.range.lo, b.range.hi - b.range.lo));
  const paths: Path[] = [];
  let taken: Range[] = [];
  for (const { route, range } of routes) {
    const peers = without([range], taken);
    taken = [...taken, range];
    if (peers.length === 0 || route.blackhole) continue;
    const via = `${table?.id ?? ''} ${route.to} -> ${route.target}`.trim();
    paths.push(...(route.target === 'local' ? localPaths(state, one, family, peers, via) : [routed(state, one, family, peers, route, via)]));
  }
  const rest = without([everywhere(family)], taken);
  if (rest.length > 0) paths.push({ ...blank(family), kind: 'nowhere', peers: rest, shutIn: 'no-route', shutOut: 'no-route' });
  return merged([...paths, ...balanced(state, one, family)]);
}
const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
const blank = (family: 4 | 6): Path => ({
  kind: 'nowhere',
  name: '',
  family,
  peers: [],
  via: '',
  through: [],
  inside: false,
  shutIn: null,
  shutOut: null,
  alwaysTracked: false,
});
function targets(state: NetworkState, route: Route, family: 4 | 6): { route: Route; range: Range }[] {
  // A prefix list that could not be read may be anything, so its target is a way to anywhere.
  const cidrs = route.to.startsWith('pl-') ? (state.prefixLists[route.to] ?? [family === 4 ? '0.0.0.0/0' : '::/0']) : [route.to];
  return rangesOf(cidrs, family).map((range) => ({ route, range }));
}

function routed(state: NetworkState, one: Interface, family: 4 | 6, peers: readonly Range[], route: Route, via: string): Path {
  const kind = kinds.find(([form]) => form.test(route.target))?.[1] ?? 'appliance';
  const gateway = state.gateways.find((other) => other.id === route.target);
  // A route to the endpoint of a Gateway Load Balancer looks like one to a gateway endpoint, which has prefix lists only.
  const inspected = kind === 'gateway-endpoint' && !route.to.startsWith('pl-');
  const open = kind !== 'internet' || family === 6 || one.publicAddresses.length > 0;
  const outbound = kind === 'nat' || kind === 'egress-only' || kind === 'gateway-endpoint';
  return {
    ...blank(family),
    kind: inspected ? 'appliance' : kind,
    name: gateway?.name || route.target,
    peers,
    via,
    through: (gateway?.subnets ?? []).filter((subnet) => subnet !== one.subnetId),
    shutIn: !open ? 'no-public-address' : outbound && !inspected ? 'outbound-only' : null,
    shutOut: open ? null : 'no-public-address',
    alwaysTracked: inspected || kind === 'nat' || kind === 'egress-only' || kind === 'transit-gateway',
  };
}

/** What is in the VPC itself: load balancers and endpoints by themselves, then its own subnet, then each other subnet. */
function localPaths(state: NetworkState, one: Interface, family: 4 | 6, peers: readonly Range[], via: string): Path[] {
  const within = (ranges: readonly Range[], from: readonly Range[]): Range[] => without(from, without(from, ranges));
  const paths: Path[] = [];
  let left: Range[] = [...peers];
  const take = (ranges: readonly Range[], path: Partial<Path>, subnetId: string | null): void => {
    const mine = within(ranges, left);
    left = without(left, ranges);
    const inside = subnetId === one.subnetId;
    if (mine.length > 0) paths.push({ ...blank(family), via, peers: mine, inside, through: subnetId === null || inside ? [] : [subnetId], ...path });
  };
  for (const other of state.neighbours) {
    const kind = special(other);
    if (kind) take(rangesOf(other.addresses, family), { kind, name: other.name || other.id, alwaysTracked: other.kind !== 'load-balancer' }, other.subnetId);
  }
  const own = rangesOf(one.addresses, family);
  left = without(left, own);
  for (const subnet of state.subnets.filter((each) => each.vpcId === one.vpcId))
    take(rangesOf(subnet.cidrs, family), { kind: subnet.id === one.subnetId ? 'subnet' : 'vpc', name: subnet.id }, subnet.id);
  // Without any subnet to tell apart (they could not be read) the whole of the VPC is one.
  if (left.length > 0 && !state.subnets.some((subnet) => subnet.vpcId === one.vpcId))
    paths.push({ ...blank(family), via, peers: left, kind: 'vpc', name: one.vpcId });
  return paths;
}
const special = (other: Neighbour): PathKind | null =>
  other.kind === 'load-balancer' || other.kind === 'network-load-balancer' ? 'load-balancer' : other.kind === 'endpoint' ? 'endpoint' : null;

/**
 * A Network Load Balancer may hand on the addresses of its clients: then anybody comes in by it, public address or not. Which targets
 * it has had is not known for certain, so each of the VPC counts.
 */
function balanced(state: NetworkState, one: Interface, family: 4 | 6): Path[] {
  const nodes = state.neighbours.filter((other) => other.kind === 'network-load-balancer');
  if (nodes.length === 0) return [];
  const inVpc = state.subnets.filter((subnet) => subnet.vpcId === one.vpcId).flatMap((subnet) => rangesOf(subnet.cidrs, family));
  return [...new Set(nodes.map((node) => node.name))].map((name) => {
    const subnets = [...new Set(nodes.filter((node) => node.name === name).map((node) => node.subnetId))];
    return {
      ...blank(family),
      kind: 'load-balancer',
      name,
      peers: without([everywhere(family)], inVpc),
      via: name,
      through: subnets.includes(one.subnetId) ? [] : subnets,
      inside: subnets.includes(one.subnetId),
      shutOut: 'inbound-only',
      alwaysTracked: true,
    };
  });
}

/** The same way found through several routes or interfaces is one. */
function merged(paths: readonly Path[]): Path[] {
  const all = new Map<string, Path>();
  for (const path of paths) {
    const key = [path.kind, path.name, path.inside, path.through.join(), path.shutIn, path.shutOut].join('|');
    const before = all.get(key);
    all.set(key, before ? { ...before, peers: [...before.peers, ...path.peers] } : path);
  }
  return [...all.values()];
}
