import type { Phase } from './rows.ts';

/** The rows of what surrounds a subnet: who may pass, which way, through which gateway. */

/** Where a route leads: exactly one. `gatewayId` is an internet gateway, a virtual private gateway or a gateway endpoint. */
export interface RouteTarget {
  gatewayId?: string;
  natGatewayId?: string;
  egressOnlyGatewayId?: string;
  interfaceId?: string;
  instanceId?: string;
  peeringId?: string;
  transitGatewayId?: string;
  endpointId?: string;
}
/** Exactly one destination. */
export interface Route extends RouteTarget {
  cidr?: string;
  cidr6?: string;
  prefixListId?: string;
}
export interface RouteTable {
  id: string;
  vpcId: string;
  /** The association as the VPC's main table; other tables have none. */
  associationId?: string;
  main: boolean;
  routes: Route[];
  /** Subnet or gateway id -> association id. Subnets without one use the main table. */
  associations?: Record<string, string>;
}

export interface AclEntry {
  number: number;
  egress: boolean;
  /** '-1' or a protocol number. */
  protocol: string;
  allow: boolean;
  cidr4?: string;
  cidr6?: string;
  ports?: { from: number; to: number };
  icmp?: { type: number; code: number };
}
export interface NetworkAcl {
  id: string;
  vpcId: string;
  isDefault: boolean;
  /** Subnet id -> association id. */
  associations: Record<string, string>;
  /** Absent: those it was born with (see `entriesOf`). */
  entries?: AclEntry[];
}

/** An internet gateway; without a VPC it is attached to none. */
export interface InternetGateway {
  id: string;
  vpcId?: string;
}
export interface EgressOnlyGateway {
  id: string;
  vpcId: string;
}
export interface NatGateway {
  id: string;
  vpcId: string;
  subnetId: string;
  interfaceId: string;
  connectivity: 'public' | 'private';
  allocationId?: string;
  privateIp: string;
  publicIp?: string;
  created: number;
  deleted?: number;
  timeline: Phase[];
  until?: number;
}
export interface VpcEndpoint {
  id: string;
  vpcId: string;
  type: 'Interface' | 'Gateway';
  service: string;
  policy: string;
  subnets: string[];
  groups: string[];
  routeTables: string[];
  interfaces: string[];
  privateDns: boolean;
  created: number;
  timeline: Phase[];
  until?: number;
}
/** A branch interface and the trunk it hangs on: `vlan` is its number there. */
export interface TrunkAssociation {
  id: string;
  branchId: string;
  trunkId: string;
  vlan?: number;
  greKey?: number;
}
export interface FlowLog {
  id: string;
  /** VPC, subnet, interface or transit gateway. */
  resourceId: string;
  trafficType: string;
  destinationType: string;
  destination?: string;
  logGroup?: string;
  roleArn?: string;
  format: string;
  /** Seconds that one record tells of, at most. */
  interval: number;
  created: number;
  /** From here on records come at the lab's speed; what lies before was told at the natural one. */
  hurriedFrom?: number;
}
