import { createHash } from 'node:crypto';
import type { Tables } from '../../contract.ts';
import type { Rule, SecurityGroup, Subnet, Vpc } from './rows.ts';
import { zonesOf } from './zones.ts';

/** Tables that a region has from the beginning. */
export const NETWORK_TABLES: ReadonlySet<string> = new Set([
  'vpcs',
  'subnets',
  'securityGroups',
  'securityGroupRules',
  'routeTables',
  'internetGateways',
  'networkAcls',
  'dhcpOptions',
]);
const cache = new Map<string, Tables>();

/**
 * What every account has in every region (Amazon VPC User Guide, "Default VPCs"): 172.31.0.0/16 with a /20 subnet in each zone, an internet gateway,
 * a main route table, a network ACL that allows everything, and the group "default". Ids follow from the seed, so nothing has to be stored.
 */
export function defaultNetwork(seed: string, account: string, region: string): Tables {
  const key = `${seed}/${account}/${region}`;
  const known = cache.get(key);
  if (known) return known;
  const id = (prefix: string, part: string) => `${prefix}-0${createHash('sha256').update(`${key}/${prefix}/${part}`).digest('hex').slice(0, 16)}`;
  const vpcId = id('vpc', 'default');
  const vpc: Vpc = {
    id: vpcId,
    cidr: '172.31.0.0/16',
    associationId: id('vpc-cidr-assoc', 'default'),
    isDefault: true,
    dhcpOptionsId: id('dopt', 'default'),
    tenancy: 'default',
    timeline: [{ state: 'available', at: 0 }],
    dnsHostnames: true,
    dnsSupport: true,
  };
  const subnets: Subnet[] = zonesOf(account, region).map((zone, index) => ({
    id: id('subnet', zone.name),
    vpcId,
    cidr: `172.31.${index * 16}.0/20`,
    zone: zone.name,
    zoneId: zone.id,
    isDefault: true,
    publicIpOnLaunch: true,
    ipv6OnLaunch: false,
  }));
  const network = {
    vpcs: { [vpcId]: vpc },
    subnets: Object.fromEntries(subnets.map((subnet) => [subnet.id, subnet])),
    dhcpOptions: { [vpc.dhcpOptionsId]: { id: vpc.dhcpOptionsId } },
    ...belongings({ vpcId, account, id, gateway: id('igw', 'default'), subnets: subnets.map((subnet) => subnet.id) }),
  };
  cache.set(key, network);
  return network;
}

/** What comes with any new VPC: default group, main route table, network ACL, and for the default VPC an internet gateway. */
export function belongings(of: {
  vpcId: string;
  account: string;
  id: (prefix: string, part: string) => string;
  gateway?: string;
  subnets: string[];
  ipv6?: boolean;
}): Tables {
  const { vpcId, account, id } = of;
  const group: SecurityGroup = { id: id('sg', 'default'), name: 'default', description: 'default VPC security group', vpcId, ownerId: account };
  const any = { groupId: group.id, protocol: '-1', from: -1, to: -1 };
  const rules: Rule[] = [
    { ...any, id: id('sgr', 'default-in'), egress: false, peer: { groupId: group.id, userId: account } },
    { ...any, id: id('sgr', 'default-out'), egress: true, cidr4: '0.0.0.0/0' },
    ...(of.ipv6 ? [{ ...any, id: id('sgr', 'default-out6'), egress: true, cidr6: '::/0' }] : []),
  ];
  const table = id('rtb', 'main');
  const acl = id('acl', 'default');
  return {
    securityGroups: { [group.id]: group },
    securityGroupRules: Object.fromEntries(rules.map((rule) => [rule.id, rule])),
    routeTables: {
      [table]: {
        id: table,
        vpcId,
        associationId: id('rtbassoc', 'main'),
        main: true,
        routes: of.gateway ? [{ cidr: '0.0.0.0/0', gatewayId: of.gateway }] : [],
      },
    },
    internetGateways: of.gateway ? { [of.gateway]: { id: of.gateway, vpcId } } : {},
    networkAcls: {
      [acl]: { id: acl, vpcId, isDefault: true, associations: Object.fromEntries(of.subnets.map((subnet) => [subnet, id('aclassoc', subnet)])) },
    },
  };
}
