import type { GroupRule } from '../rules.ts';

export type { GroupRule };

/** One interface of the instance, its branch interfaces among them. Ids and addresses as DescribeNetworkInterfaces gives them. */
export interface Interface {
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly type: string;
  /** Service that manages it, if one does. */
  readonly managedBy: string | null;
  readonly groups: readonly string[];
  /** Groups it had before it was isolated: they say which connections may be tracked. */
  readonly formerly: readonly string[];
  /** Its own IPv4 and IPv6 addresses and prefixes. */
  readonly addresses: readonly string[];
  readonly publicAddresses: readonly string[];
  /** ConnectionTrackingConfiguration, in seconds. */
  readonly timeouts: Timeouts;
}
export interface Timeouts {
  readonly tcp: number | null;
  readonly udp: number | null;
  readonly udpStream: number | null;
}
/** Another interface of the same VPC. */
export interface Neighbour {
  readonly id: string;
  readonly subnetId: string;
  readonly instanceId: string | null;
  /** What it is, as far as it matters here. */
  /** `gateway`: passes traffic on (NAT, transit) and speaks with nobody itself. */
  readonly kind: 'host' | 'load-balancer' | 'network-load-balancer' | 'endpoint' | 'lambda' | 'gateway' | 'other';
  readonly groups: readonly string[];
  readonly addresses: readonly string[];
  /** Harmless words of AWS about it: `ELB net/front/...`. */
  readonly name: string;
}
export interface AclEntry {
  readonly number: number;
  readonly egress: boolean;
  readonly allow: boolean;
  /** As EC2 gives it: a number as text, -1 for all. */
  readonly protocol: string;
  readonly cidr: string;
  /** Ports, or for ICMP type and code. */
  readonly from: number | null;
  readonly to: number | null;
}
export interface Acl {
  readonly id: string;
  readonly vpcId: string;
  readonly isDefault: boolean;
  /** Made by this case. */
  readonly ours: boolean;
  readonly entries: readonly AclEntry[];
  /** Subnets it stands before, each with the id of the association. */
  readonly subnets: readonly { readonly subnetId: string; readonly associationId: string }[];
}
export interface Route {
  /** CIDR or prefix list. */
  readonly to: string;
  /** Id or ARN of the target; `local` within the VPC. */
  readonly target: string;
  readonly blackhole: boolean;
}
export interface RouteTable {
  readonly id: string;
  readonly vpcId: string;
  readonly main: boolean;
  readonly subnets: readonly string[];
  readonly routes: readonly Route[];
}
export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly cidrs: readonly string[];
}
/** What stands at the other end of a route, by id of the target: the subnets it takes traffic from, and its kind. */
export interface Gateway {
  readonly id: string;
  /** Subnets of this VPC through whose ACL the traffic passes; empty when there is none. */
  readonly subnets: readonly string[];
  readonly name: string;
}
/** The network around one instance, from recorded answers of EC2. Plain JSON: it can be kept and judged again. */
export interface NetworkState {
  readonly instanceId: string;
  readonly region: string;
  /** State of the instance. */
  readonly state: string;
  readonly instanceType: string;
  /** Defaults of the type (NetworkInfo.ConnectionTrackingConfiguration). */
  readonly typeTimeouts: Timeouts;
  /** Is the metadata service switched off? */
  readonly metadataOff: boolean;
  readonly interfaces: readonly Interface[];
  readonly rules: Readonly<Record<string, readonly GroupRule[]>>;
  /** Entries of prefix lists; null when they could not be read. */
  readonly prefixLists: Readonly<Record<string, readonly string[] | null>>;
  readonly neighbours: readonly Neighbour[];
  readonly subnets: readonly Subnet[];
  readonly acls: readonly Acl[];
  readonly routeTables: readonly RouteTable[];
  readonly gateways: readonly Gateway[];
  /** What could not be read, with the error code: judged as if it let everything pass. */
  readonly missing: readonly string[];
}

export const aclOf = (state: Pick<NetworkState, 'acls'>, subnetId: string): Acl | undefined =>
  state.acls.find((acl) => acl.subnets.some((one) => one.subnetId === subnetId));
/** A subnet without a table of its own has the VPC's main one. */
export const routesOf = (state: Pick<NetworkState, 'routeTables'>, subnetId: string, vpcId: string): RouteTable | undefined =>
  state.routeTables.find((table) => table.subnets.includes(subnetId)) ?? state.routeTables.find((table) => table.main && table.vpcId === vpcId);
