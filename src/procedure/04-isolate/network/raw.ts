import { oneLine } from '../../shared/names.ts';
import type { Acl, Interface, Neighbour, RouteTable, Timeouts } from './state.ts';

export type { Timeouts } from './state.ts';

/** The members of EC2's answers that are looked at (EC2 API reference). */
export interface RawInterface {
  readonly NetworkInterfaceId: string;
  readonly VpcId?: string;
  readonly SubnetId?: string;
  readonly InterfaceType?: string;
  readonly Description?: string;
  readonly RequesterId?: string;
  readonly Operator?: { readonly Managed?: boolean; readonly Principal?: string };
  readonly Attachment?: { readonly InstanceId?: string };
  readonly Groups?: readonly { readonly GroupId?: string }[];
  readonly Association?: { readonly PublicIp?: string };
  readonly PrivateIpAddresses?: readonly { readonly PrivateIpAddress?: string; readonly Association?: { readonly PublicIp?: string } }[];
  readonly Ipv6Addresses?: readonly { readonly Ipv6Address?: string }[];
  readonly Ipv4Prefixes?: readonly { readonly Ipv4Prefix?: string }[];
  readonly Ipv6Prefixes?: readonly { readonly Ipv6Prefix?: string }[];
  readonly ConnectionTrackingConfiguration?: RawTimeouts;
}
export interface RawTimeouts {
  readonly TcpEstablishedTimeout?: number | undefined;
  readonly UdpTimeout?: number | undefined;
  readonly UdpStreamTimeout?: number | undefined;
}
export interface RawAcl {
  readonly NetworkAclId: string;
  readonly VpcId?: string;
  readonly IsDefault?: boolean;
  readonly Tags?: readonly { readonly Key: string; readonly Value?: string }[];
  readonly Associations?: readonly { readonly NetworkAclAssociationId?: string; readonly SubnetId?: string }[];
  readonly Entries?: readonly {
    readonly RuleNumber?: number;
    readonly Egress?: boolean;
    readonly RuleAction?: string;
    readonly Protocol?: string;
    readonly CidrBlock?: string;
    readonly Ipv6CidrBlock?: string;
    readonly PortRange?: { readonly From?: number; readonly To?: number };
    readonly IcmpTypeCode?: { readonly Type?: number; readonly Code?: number };
  }[];
}
export interface RawTable {
  readonly RouteTableId: string;
  readonly VpcId?: string;
  readonly Associations?: readonly { readonly Main?: boolean; readonly SubnetId?: string }[];
  readonly Routes?: readonly Record<string, string | undefined>[];
}

export const timeoutsFrom = (given: RawTimeouts | undefined): Timeouts => ({
  tcp: given?.TcpEstablishedTimeout ?? null,
  udp: given?.UdpTimeout ?? null,
  udpStream: given?.UdpStreamTimeout ?? null,
});

const addressesOf = (one: RawInterface): string[] => [
  ...(one.PrivateIpAddresses ?? []).flatMap((each) => each.PrivateIpAddress ?? []),
  ...(one.Ipv4Prefixes ?? []).flatMap((each) => each.Ipv4Prefix ?? []),
  ...(one.Ipv6Addresses ?? []).flatMap((each) => each.Ipv6Address ?? []),
  ...(one.Ipv6Prefixes ?? []).flatMap((each) => each.Ipv6Prefix ?? []),
];
const groupsOf = (one: RawInterface): string[] => (one.Groups ?? []).flatMap((group) => group.GroupId ?? []);

export const interfaceFrom = (one: RawInterface, vpcId: string): Interface => ({
  id: one.NetworkInterfaceId,
  vpcId: one.VpcId ?? vpcId,
  subnetId: one.SubnetId ?? '',
  type: one.InterfaceType ?? 'interface',
  managedBy: one.Operator?.Managed ? oneLine(one.Operator.Principal, 80) : null,
  groups: groupsOf(one),
  formerly: groupsOf(one),
  addresses: addressesOf(one),
  publicAddresses: [
    ...new Set([one.Association?.PublicIp, ...(one.PrivateIpAddresses ?? []).map((each) => each.Association?.PublicIp)].flatMap((ip) => ip ?? [])),
  ],
  timeouts: timeoutsFrom(one.ConnectionTrackingConfiguration),
});

/** @param services names of the endpoint services, by interface */
export function neighbourFrom(one: RawInterface, services: ReadonlyMap<string, string>): Neighbour {
  const service = services.get(one.NetworkInterfaceId);
  return {
    id: one.NetworkInterfaceId,
    subnetId: one.SubnetId ?? '',
    instanceId: one.Attachment?.InstanceId ?? null,
    kind: kindOf(one, service !== undefined),
    groups: groupsOf(one),
    addresses: addressesOf(one),
    name: oneLine(service || one.Description || '', 80),
  };
}
/** An Application Load Balancer's interfaces are of type `interface`; only requester and description tell. */
function kindOf(one: RawInterface, endpoint: boolean): Neighbour['kind'] {
  const type = one.InterfaceType ?? 'interface';
  if (endpoint || type === 'vpc_endpoint' || type === 'gateway_load_balancer_endpoint') return 'endpoint';
  if (type === 'network_load_balancer' || type === 'gateway_load_balancer' || type === 'global_accelerator_managed') return 'network-load-balancer';
  if (/^ELB net\//.test(one.Description ?? '') && one.RequesterId === 'amazon-elb') return 'network-load-balancer';
  if (type === 'load_balancer' || one.RequesterId === 'amazon-elb') return 'load-balancer';
  if (type === 'lambda') return 'lambda';
  if (type === 'natGateway' || type === 'nat_gateway' || type === 'transit_gateway') return 'gateway';
  return type === 'interface' || type === 'efa' || type === 'trunk' || type === 'branch' ? 'host' : 'other';
}

/** @param mark value of the tag `ir:case` on what this case made */
export const aclsFrom = (acls: readonly RawAcl[], mark: string): Acl[] =>
  acls.map((acl) => ({
    id: acl.NetworkAclId,
    ours: (acl.Tags ?? []).some((tag) => tag.Key === 'ir:case' && tag.Value === mark),
    vpcId: acl.VpcId ?? '',
    isDefault: acl.IsDefault === true,
    subnets: (acl.Associations ?? []).flatMap((one) => (one.SubnetId ? [{ subnetId: one.SubnetId, associationId: one.NetworkAclAssociationId ?? '' }] : [])),
    entries: (acl.Entries ?? []).map((entry) => ({
      number: entry.RuleNumber ?? 0,
      egress: entry.Egress === true,
      allow: entry.RuleAction === 'allow',
      protocol: entry.Protocol ?? '-1',
      cidr: entry.CidrBlock ?? entry.Ipv6CidrBlock ?? '',
      from: entry.PortRange?.From ?? entry.IcmpTypeCode?.Type ?? null,
      to: entry.PortRange?.To ?? entry.IcmpTypeCode?.Code ?? null,
    })),
  }));

/** Members that say where a route leads; a route has exactly one of them. */
const TARGETS = [
  'GatewayId',
  'NatGatewayId',
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'EgressOnlyInternetGatewayId',
  'CarrierGatewayId',
  'LocalGatewayId',
  'CoreNetworkArn',
  'OdbNetworkArn',
  'NetworkInterfaceId',
  'InstanceId',
] as const;
export const tablesFrom = (tables: readonly RawTable[]): RouteTable[] =>
  tables.map((table) => ({
    id: table.RouteTableId,
    vpcId: table.VpcId ?? '',
    main: (table.Associations ?? []).some((one) => one.Main === true),
    subnets: (table.Associations ?? []).flatMap((one) => one.SubnetId ?? []),
    routes: (table.Routes ?? []).map((route) => ({
      to: route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId ?? '',
      target: TARGETS.map((name) => route[name]).find((target) => target) ?? 'unknown',
      blackhole: route.State === 'blackhole',
    })),
  }));
