import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { cidr, contains, v6 } from './cidr.ts';
import { belongings, defaultNetwork } from './default-network.ts';
import type { EgressOnlyGateway, NetworkAcl, RouteTable } from './network-rows.ts';
import { type Fields, filtered, paged } from './query.ts';
import type { Interface, Rule, SecurityGroup, Subnet, Vpc } from './rows.ts';
import { arn, arns, chosen, edit, need, phase, rowsOf, towards, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';
import { zonesOf } from './zones.ts';

const vpcFields = (ctx: LabContext): Fields<Vpc> => ({
  'vpc-id': (row) => row.id,
  cidr: (row) => row.cidr,
  'cidr-block-association.cidr-block': (row) => row.cidr,
  'cidr-block-association.association-id': (row) => row.associationId,
  'cidr-block-association.state': () => 'associated',
  'ipv6-cidr-block-association.ipv6-cidr-block': (row) => row.ipv6?.cidr,
  'ipv6-cidr-block-association.association-id': (row) => row.ipv6?.associationId,
  'ipv6-cidr-block-association.state': (row) => row.ipv6 && 'associated',
  'dhcp-options-id': (row) => row.dhcpOptionsId,
  'is-default': (row) => row.isDefault,
  isDefault: (row) => row.isDefault,
  'owner-id': () => ctx.account.id,
  state: (row) => phase(row.timeline, ctx.now()),
});
const vpcView = (ctx: LabContext, row: Vpc) => ({
  VpcId: row.id,
  CidrBlock: row.cidr,
  DhcpOptionsId: row.dhcpOptionsId,
  State: phase(row.timeline, ctx.now()),
  OwnerId: ctx.account.id,
  InstanceTenancy: row.tenancy,
  IsDefault: row.isDefault,
  CidrBlockAssociationSet: [{ AssociationId: row.associationId, CidrBlock: row.cidr, CidrBlockState: { State: 'associated' } }],
  Ipv6CidrBlockAssociationSet: row.ipv6
    ? [
        {
          AssociationId: row.ipv6.associationId,
          Ipv6CidrBlock: row.ipv6.cidr,
          Ipv6CidrBlockState: { State: 'associated' },
          NetworkBorderGroup: ctx.region.name,
          Ipv6Pool: 'Amazon',
        },
      ]
    : [],
  BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
  Tags: tagsOf(ctx, row.id),
});
const subnetFields = (ctx: LabContext): Fields<Subnet> => ({
  'subnet-id': (row) => row.id,
  'vpc-id': (row) => row.vpcId,
  'cidr-block': (row) => row.cidr,
  cidr: (row) => row.cidr,
  cidrBlock: (row) => row.cidr,
  'ipv6-cidr-block-association.ipv6-cidr-block': (row) => row.ipv6?.cidr,
  'availability-zone': (row) => row.zone,
  availabilityZone: (row) => row.zone,
  'availability-zone-id': (row) => row.zoneId,
  availabilityZoneId: (row) => row.zoneId,
  'available-ip-address-count': (row) => available(ctx, row),
  'default-for-az': (row) => row.isDefault,
  defaultForAz: (row) => row.isDefault,
  'map-public-ip-on-launch': (row) => row.publicIpOnLaunch,
  'owner-id': () => ctx.account.id,
  'subnet-arn': (row) => arn(ctx, 'subnet', row.id),
  state: () => 'available',
});
const available = (ctx: LabContext, row: Subnet): number =>
  2 ** (32 - cidr(row.cidr, 4).bits) -
  5 -
  rowsOf<Interface>(ctx, 'interfaces')
    .filter((item) => item.subnetId === row.id)
    .flatMap((item) => item.privateIps).length;
const subnetView = (ctx: LabContext, row: Subnet) => ({
  SubnetId: row.id,
  SubnetArn: arn(ctx, 'subnet', row.id),
  VpcId: row.vpcId,
  OwnerId: ctx.account.id,
  CidrBlock: row.cidr,
  State: 'available',
  AvailabilityZone: row.zone,
  AvailabilityZoneId: row.zoneId,
  AvailableIpAddressCount: available(ctx, row),
  DefaultForAz: row.isDefault,
  MapPublicIpOnLaunch: row.publicIpOnLaunch,
  AssignIpv6AddressOnCreation: row.ipv6OnLaunch,
  MapCustomerOwnedIpOnLaunch: false,
  EnableDns64: false,
  Ipv6Native: false,
  Ipv6CidrBlockAssociationSet: row.ipv6
    ? [{ AssociationId: row.ipv6.associationId, Ipv6CidrBlock: row.ipv6.cidr, Ipv6CidrBlockState: { State: 'associated' } }]
    : [],
  PrivateDnsNameOptionsOnLaunch: { HostnameType: 'ip-name', EnableResourceNameDnsARecord: false, EnableResourceNameDnsAAAARecord: false },
  BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
  Tags: tagsOf(ctx, row.id),
});

/** /56 blocks under 2001:db8::/32, one for each VPC (RFC 3849: documentation, so nobody's). */
const freeIpv6 = (ctx: LabContext): string => {
  const used = new Set(rowsOf<Vpc>(ctx, 'vpcs').map((row) => row.ipv6?.cidr));
  for (let block = BigInt(`0x${ctx.id('x').slice(-6)}`); ; block++) {
    const text = `${v6((0x20010db8n << 96n) | ((block & 0xffffffn) << 72n))}/56`;
    if (!used.has(text)) return text;
  }
};
const bitsBetween = (text: string, low: number, high: number, code: string): string => {
  const range = cidr(text, 4);
  if (range.bits < low || range.bits > high) throw new LabError(code, `The CIDR '${text}' is invalid.`);
  return range.text;
};

export const operations: LabOperations = {
  CreateVpc: {
    run(input, ctx) {
      if (input.CidrBlock === undefined) throw new LabError('MissingParameter', 'Either CidrBlock or Ipv4IpamPoolId must be provided');
      const block = bitsBetween(input.CidrBlock, 16, 28, 'InvalidVpc.Range');
      if (rowsOf<Vpc>(ctx, 'vpcs').length >= 50) throw new LabError('VpcLimitExceeded', 'The maximum number of VPCs has been reached.');
      const row: Vpc = {
        id: ctx.id('vpc'),
        cidr: block,
        ipv6: input.AmazonProvidedIpv6CidrBlock ? { cidr: freeIpv6(ctx), associationId: ctx.id('vpc-cidr-assoc') } : undefined,
        associationId: ctx.id('vpc-cidr-assoc'),
        isDefault: false,
        dhcpOptionsId: rowsOf<{ id: string }>(ctx, 'dhcpOptions')[0]?.id ?? 'default',
        tenancy: input.InstanceTenancy ?? 'default',
        timeline: towards(ctx, 'pending', 'available', 2),
        dnsHostnames: false,
        dnsSupport: true,
      };
      tagNew(ctx, row.id, input.TagSpecifications, 'vpc');
      writable<Vpc>(ctx, 'vpcs')[row.id] = row;
      const extras = belongings({ vpcId: row.id, account: ctx.account.id, id: (prefix) => ctx.id(prefix), subnets: [], ipv6: row.ipv6 !== undefined });
      for (const [name, rows] of Object.entries(extras)) Object.assign(writable(ctx, name), rows);
      return { Vpc: vpcView(ctx, row) };
    },
    resources: (_input, ctx) => arns(ctx, 'vpc', undefined),
    constraints: { InstanceTenancy: { enum: ['default', 'dedicated', 'host'] } },
  },
  /** What the region had in the beginning, after its default VPC was deleted. */
  CreateDefaultVpc: {
    run(_input, ctx) {
      if (rowsOf<Vpc>(ctx, 'vpcs').some((row) => row.isDefault))
        throw new LabError('DefaultVpcAlreadyExists', 'A Default VPC already exists for this account in this region.');
      writable(ctx, 'vpcs');
      const fresh = structuredClone(defaultNetwork(ctx.world.seed, ctx.account.id, ctx.region.name));
      for (const [name, rows] of Object.entries(fresh)) Object.assign(writable(ctx, name), rows);
      return { Vpc: vpcView(ctx, rowsOf<Vpc>(ctx, 'vpcs').find((row) => row.isDefault)!) };
    },
  },
  DeleteVpc: {
    run(input, ctx) {
      const row = edit<Vpc>(ctx, 'vpcs', input.VpcId);
      const inside = <T extends { vpcId: string }>(name: string) => rowsOf<T & { id: string }>(ctx, name).filter((item) => item.vpcId === row.id);
      const groups = inside<SecurityGroup>('securityGroups');
      if (
        inside<Subnet>('subnets').length ||
        inside<Interface>('interfaces').length ||
        inside('internetGateways').length ||
        inside<EgressOnlyGateway>('egressGateways').length ||
        inside<RouteTable>('routeTables').some((table) => !table.main) ||
        inside<NetworkAcl>('networkAcls').some((acl) => !acl.isDefault) ||
        groups.some((group) => group.name !== 'default')
      )
        throw new LabError('DependencyViolation', `The vpc '${row.id}' has dependencies and cannot be deleted.`);
      const rules = writable<Rule>(ctx, 'securityGroupRules');
      for (const rule of rowsOf<Rule>(ctx, 'securityGroupRules')) if (groups.some((group) => group.id === rule.groupId)) delete rules[rule.id];
      for (const name of ['securityGroups', 'routeTables', 'networkAcls']) for (const item of inside(name)) delete writable(ctx, name)[item.id];
      delete writable(ctx, 'vpcs')[row.id];
      delete writable(ctx, 'tags')[row.id];
      return {};
    },
    resources: (input, ctx) => arns(ctx, 'vpc', input.VpcId),
  },
  DescribeVpcs: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<Vpc>(ctx, 'vpcs', input.VpcIds), input.Filters, vpcFields(ctx));
      return paged(ctx, input, rows, 'Vpcs', (row) => vpcView(ctx, row), { given: input.VpcIds, name: 'vpcIds' });
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
  DescribeVpcAttribute: {
    run(input, ctx) {
      const row = need<Vpc>(ctx, 'vpcs', input.VpcId);
      const answer: Record<string, object> = {
        enableDnsSupport: { EnableDnsSupport: { Value: row.dnsSupport } },
        enableDnsHostnames: { EnableDnsHostnames: { Value: row.dnsHostnames } },
        enableNetworkAddressUsageMetrics: { EnableNetworkAddressUsageMetrics: { Value: false } },
      };
      return { VpcId: row.id, ...answer[input.Attribute] };
    },
    constraints: { Attribute: { enum: ['enableDnsSupport', 'enableDnsHostnames', 'enableNetworkAddressUsageMetrics'] } },
  },
  CreateSubnet: {
    run(input, ctx) {
      const home = need<Vpc>(ctx, 'vpcs', input.VpcId);
      if (input.CidrBlock === undefined) throw new LabError('MissingParameter', 'Either CidrBlock or Ipv4IpamPoolId must be provided');
      const block = bitsBetween(input.CidrBlock, 16, 28, 'InvalidSubnet.Range');
      if (!contains(cidr(home.cidr, 4), cidr(block, 4))) throw new LabError('InvalidSubnet.Range', `The CIDR '${input.CidrBlock}' is invalid.`);
      const others = rowsOf<Subnet>(ctx, 'subnets').filter((row) => row.vpcId === home.id);
      const overlap = others.some((row) => contains(cidr(row.cidr, 4), cidr(block, 4)) || contains(cidr(block, 4), cidr(row.cidr, 4)));
      if (overlap) throw new LabError('InvalidSubnet.Conflict', `The CIDR '${block}' conflicts with another subnet`);
      const zones = zonesOf(ctx.account.id, ctx.region.name);
      const zone = zones.find((item) =>
        input.AvailabilityZoneId ? item.id === input.AvailabilityZoneId : item.name === (input.AvailabilityZone ?? zones[0]!.name),
      );
      if (!zone)
        throw new LabError('InvalidParameterValue', `Value (${input.AvailabilityZone ?? input.AvailabilityZoneId}) for parameter availabilityZone is invalid.`);
      if (input.Ipv6CidrBlock !== undefined && !(home.ipv6 && contains(cidr(home.ipv6.cidr, 6), cidr(input.Ipv6CidrBlock, 6))))
        throw new LabError('InvalidSubnet.Range', `The IPv6 CIDR '${input.Ipv6CidrBlock}' is invalid.`);
      const row: Subnet = {
        id: ctx.id('subnet'),
        vpcId: home.id,
        cidr: block,
        ipv6: input.Ipv6CidrBlock === undefined ? undefined : { cidr: cidr(input.Ipv6CidrBlock, 6).text, associationId: ctx.id('subnet-cidr-assoc') },
        zone: zone.name,
        zoneId: zone.id,
        isDefault: false,
        publicIpOnLaunch: false,
        ipv6OnLaunch: false,
      };
      tagNew(ctx, row.id, input.TagSpecifications, 'subnet');
      writable<Subnet>(ctx, 'subnets')[row.id] = row;
      const acl = rowsOf<NetworkAcl>(ctx, 'networkAcls').find((item) => item.vpcId === home.id && item.isDefault);
      if (acl) acl.associations[row.id] = ctx.id('aclassoc');
      return { Subnet: subnetView(ctx, row) };
    },
    resources: (input, ctx) => [...arns(ctx, 'subnet', undefined), ...arns(ctx, 'vpc', input.VpcId)],
  },
  DeleteSubnet: {
    run(input, ctx) {
      const row = edit<Subnet>(ctx, 'subnets', input.SubnetId);
      if (rowsOf<Interface>(ctx, 'interfaces').some((item) => item.subnetId === row.id))
        throw new LabError('DependencyViolation', `The subnet '${row.id}' has dependencies and cannot be deleted.`);
      for (const acl of Object.values(writable<NetworkAcl>(ctx, 'networkAcls'))) delete acl.associations[row.id];
      for (const table of Object.values(writable<RouteTable>(ctx, 'routeTables'))) delete table.associations?.[row.id];
      delete writable(ctx, 'subnets')[row.id];
      delete writable(ctx, 'tags')[row.id];
      return {};
    },
    resources: (input, ctx) => arns(ctx, 'subnet', input.SubnetId),
  },
  ModifySubnetAttribute: {
    run(input, ctx) {
      const row = edit<Subnet>(ctx, 'subnets', input.SubnetId);
      if (input.MapPublicIpOnLaunch?.Value !== undefined) row.publicIpOnLaunch = input.MapPublicIpOnLaunch.Value;
      if (input.AssignIpv6AddressOnCreation?.Value !== undefined) {
        if (!row.ipv6) throw new LabError('InvalidParameterValue', `The subnet ${row.id} has no IPv6 CIDR block.`);
        row.ipv6OnLaunch = input.AssignIpv6AddressOnCreation.Value;
      }
      return {};
    },
    resources: (input, ctx) => arns(ctx, 'subnet', input.SubnetId),
    constraints: { PrivateDnsHostnameTypeOnLaunch: { enum: ['ip-name', 'resource-name'] } },
  },
  DescribeSubnets: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<Subnet>(ctx, 'subnets', input.SubnetIds), input.Filters, subnetFields(ctx));
      return paged(ctx, input, rows, 'Subnets', (row) => subnetView(ctx, row), { given: input.SubnetIds, name: 'subnetIds' });
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
};
