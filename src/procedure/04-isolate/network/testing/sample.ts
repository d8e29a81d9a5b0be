import type { Acl, AclEntry, GroupRule, Interface, Neighbour, NetworkState } from '../state.ts';

/** A small VPC: the host in a private subnet behind a NAT gateway, a neighbour beside it, a database in a second subnet. */
export const HOST = 'eni-0000000000000000a';
export const WEB = 'sg-0000000000000000a';
export const CLOSED = 'sg-0000000000000000c';
export const ALL: AclEntry[] = ([false, true] as const).flatMap((egress) =>
  ['0.0.0.0/0', '::/0'].map((cidr, index) => ({ number: 100 + index, egress, allow: true, protocol: '-1', cidr, from: null, to: null })),
);
export const anyEgress: GroupRule = { SecurityGroupRuleId: 'sgr-out4', IsEgress: true, IpProtocol: '-1', FromPort: -1, ToPort: -1, CidrIpv4: '0.0.0.0/0' };
export const anyEgress6: GroupRule = { ...anyEgress, SecurityGroupRuleId: 'sgr-out6', CidrIpv4: undefined!, CidrIpv6: '::/0' };
export const web: GroupRule = { SecurityGroupRuleId: 'sgr-web', IsEgress: false, IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIpv4: '0.0.0.0/0' };
export const ssh: GroupRule = { ...web, SecurityGroupRuleId: 'sgr-ssh', FromPort: 22, ToPort: 22, CidrIpv4: '203.0.113.5/32' };

export const acl = (id: string, subnets: string[], entries: AclEntry[] = ALL): Acl => ({
  id,
  vpcId: 'vpc-1',
  isDefault: false,
  ours: false,
  entries,
  subnets: subnets.map((subnetId) => ({ subnetId, associationId: `aclassoc-${subnetId}` })),
});
export const host = (more: Partial<Interface> = {}): Interface => ({
  id: HOST,
  vpcId: 'vpc-1',
  subnetId: 'subnet-private',
  type: 'interface',
  managedBy: null,
  groups: [WEB],
  formerly: [WEB],
  addresses: ['10.0.1.10', '2001:db8:1:1::10'],
  publicAddresses: [],
  timeouts: { tcp: null, udp: null, udpStream: null },
  ...more,
});
export const neighbour = (more: Partial<Neighbour> = {}): Neighbour => ({
  id: 'eni-0000000000000000b',
  subnetId: 'subnet-private',
  instanceId: 'i-0000000000000000b',
  kind: 'host',
  groups: ['sg-0000000000000000b'],
  addresses: ['10.0.1.20'],
  name: '',
  ...more,
});
export const network = (more: Partial<NetworkState> = {}): NetworkState => ({
  instanceId: 'i-0000000000000000a',
  region: 'eu-west-1',
  state: 'running',
  instanceType: 'm5.large',
  typeTimeouts: { tcp: null, udp: null, udpStream: null },
  metadataOff: true,
  interfaces: [host()],
  rules: { [WEB]: [web, anyEgress], [CLOSED]: [] },
  prefixLists: {},
  neighbours: [neighbour(), neighbour({ id: 'eni-db', subnetId: 'subnet-data', addresses: ['10.0.2.20'] })],
  subnets: [
    { id: 'subnet-private', vpcId: 'vpc-1', cidrs: ['10.0.1.0/24', '2001:db8:1:1::/64'] },
    { id: 'subnet-data', vpcId: 'vpc-1', cidrs: ['10.0.2.0/24'] },
    { id: 'subnet-public', vpcId: 'vpc-1', cidrs: ['10.0.0.0/24'] },
  ],
  acls: [acl('acl-own', ['subnet-private']), acl('acl-rest', ['subnet-data', 'subnet-public'])],
  routeTables: [
    {
      id: 'rtb-1',
      vpcId: 'vpc-1',
      main: false,
      subnets: ['subnet-private'],
      routes: [
        { to: '10.0.0.0/16', target: 'local', blackhole: false },
        { to: '2001:db8:1::/48', target: 'local', blackhole: false },
        { to: '0.0.0.0/0', target: 'nat-1', blackhole: false },
        { to: '::/0', target: 'eigw-1', blackhole: false },
      ],
    },
  ],
  gateways: [{ id: 'nat-1', subnets: ['subnet-public'], name: 'nat-1' }],
  missing: [],
  ...more,
});
/** The same network with the host before an internet gateway and a public address. */
export const exposed = (more: Partial<NetworkState> = {}): NetworkState => {
  const base = network();
  return {
    ...base,
    interfaces: [host({ publicAddresses: ['198.51.100.20'] })],
    routeTables: base.routeTables.map((table) => ({
      ...table,
      routes: table.routes.map((route) => (route.target === 'local' ? route : { ...route, target: 'igw-1' })),
    })),
    ...more,
  };
};
