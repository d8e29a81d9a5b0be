/**
 * An open connection of the lab's network, in `region.tables.flows`. What packets it has sent nobody counts; whether they
 * pass is decided anew whenever the network around it changes (see settle.ts).
 */
export interface Flow {
  id: string;
  who: 'attacker' | 'colleague' | 'service';
  /** What it is, for people: 'reverse shell', 'checkout'. */
  label: string;
  interfaceId: string;
  /** The interface's own address that it uses: private IPv4 or IPv6. */
  local: string;
  localPort: number;
  remote: string;
  remotePort: number;
  protocol: Protocol;
  /** Who opened it: `in` towards the interface, `out` from it. */
  direction: 'in' | 'out';
  via: Via;
  /** The public IPv4 address that the other side talks to; without it the connection is dead. */
  publicIp?: string;
  /** Epoch milliseconds. */
  opened: number;
  /** Its latest packet, where it has been silent since; absent while packets keep coming. */
  silentSince?: number;
  /** Held by an entry of the security groups' connection tracking: it outlives its rule. */
  tracked: boolean;
  /** While tracked: since when the groups would let it pass untracked. */
  openSince?: number;
  endedAt?: number;
  why?: Cut;
}
export type Protocol = 'tcp' | 'udp' | 'icmp' | 'icmpv6';
/** The way its packets take. `direct`: the internet gateway, or inside the VPC. */
export type Via = 'direct' | 'nat' | 'egress-only' | 'peering' | 'transit-gateway' | 'nlb' | 'gateway-lb' | 'global-accelerator' | 'firewall' | 'endpoint';
export type Cut =
  | 'security-group'
  | 'network-acl'
  | 'route'
  | 'gateway'
  | 'public-address'
  | 'address'
  | 'interface'
  | 'instance-stopped'
  | 'instance-rebooted'
  | 'idle';

/** What any packet of it carries, as the interface sees it. */
export type Packet = Pick<Flow, 'protocol' | 'local' | 'localPort' | 'remote' | 'remotePort'>;

/** Paths that are tracked whatever the rules say (Amazon EC2 User Guide, "Automatically tracked connections"). */
const ALWAYS: ReadonlySet<Via> = new Set(['nat', 'egress-only', 'transit-gateway', 'nlb', 'gateway-lb', 'global-accelerator', 'firewall', 'endpoint']);
/** ICMP is tracked too, always. */
export const alwaysTracked = (flow: Pick<Flow, 'via' | 'protocol'>): boolean => ALWAYS.has(flow.via) || flow.protocol === 'icmp' || flow.protocol === 'icmpv6';
export const familyOf = (address: string): 4 | 6 => (address.includes(':') ? 6 : 4);
