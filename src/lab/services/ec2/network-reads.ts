import type { LabContext, LabOperations } from '../../contract.ts';
import { filtered, paged } from './query.ts';
import type { Vpc } from './rows.ts';
import { chosen, rowOf, rowsOf } from './tables.ts';
import { tagsOf } from './tagging.ts';

/** What surrounds a subnet. Endpoints and NAT gateways are what their tables hold: nothing creates them. */

interface RouteTable {
  id: string;
  vpcId: string;
  associationId: string;
  main: boolean;
  routes: { cidr: string; gatewayId: string }[];
}
interface NetworkAcl {
  id: string;
  vpcId: string;
  isDefault: boolean;
  /** subnet id -> association id */
  associations: Record<string, string>;
}
interface Gateway {
  id: string;
  vpcId: string;
}
const LAST_RULE = 32767;
const LAST_IPV6_RULE = 32768;

function aclView(ctx: LabContext, row: NetworkAcl) {
  const ipv6 = rowOf<Vpc>(ctx, 'vpcs', row.vpcId)?.ipv6 !== undefined;
  const entries = [false, true].flatMap((Egress) => {
    const entry = (RuleNumber: number, RuleAction: string, block: object) => ({ Egress, Protocol: '-1', RuleNumber, RuleAction, ...block });
    return [
      ...(row.isDefault ? [entry(100, 'allow', { CidrBlock: '0.0.0.0/0' }), ...(ipv6 ? [entry(101, 'allow', { Ipv6CidrBlock: '::/0' })] : [])] : []),
      entry(LAST_RULE, 'deny', { CidrBlock: '0.0.0.0/0' }),
      ...(ipv6 ? [entry(LAST_IPV6_RULE, 'deny', { Ipv6CidrBlock: '::/0' })] : []),
    ];
  });
  return {
    NetworkAclId: row.id,
    VpcId: row.vpcId,
    OwnerId: ctx.account.id,
    IsDefault: row.isDefault,
    Entries: entries,
    Associations: Object.entries(row.associations).map(([SubnetId, NetworkAclAssociationId]) => ({ NetworkAclAssociationId, NetworkAclId: row.id, SubnetId })),
    Tags: tagsOf(ctx, row.id),
  };
}
function routeView(ctx: LabContext, row: RouteTable) {
  const home = rowOf<Vpc>(ctx, 'vpcs', row.vpcId);
  const local = { GatewayId: 'local', State: 'active', Origin: 'CreateRouteTable' };
  return {
    RouteTableId: row.id,
    VpcId: row.vpcId,
    OwnerId: ctx.account.id,
    PropagatingVgws: [],
    Associations: [{ RouteTableAssociationId: row.associationId, RouteTableId: row.id, Main: row.main, AssociationState: { State: 'associated' } }],
    Routes: [
      { DestinationCidrBlock: home?.cidr, ...local },
      ...(home?.ipv6 ? [{ DestinationIpv6CidrBlock: home.ipv6.cidr, ...local }] : []),
      ...row.routes.map((route) => ({ DestinationCidrBlock: route.cidr, GatewayId: route.gatewayId, State: 'active', Origin: 'CreateRoute' })),
    ],
    Tags: tagsOf(ctx, row.id),
  };
}
/** A Describe call of a kind the lab creates nothing of: rows are answered as they lie in the table. */
const asStored = (
  table: string,
  key: string,
  fields: readonly string[],
  filterMember = 'Filters',
  constraints?: Record<string, { min: number; max: number }>,
) => ({
  run(input: any, ctx: LabContext) {
    const member = (field: string) => (row: Record<string, any>) => row[field.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())];
    const rows = filtered(ctx, rowsOf<{ id: string }>(ctx, table), input[filterMember], Object.fromEntries(fields.map((field) => [field, member(field)])));
    return paged(ctx, input, rows, key, ({ id: _, ...row }) => row);
  },
  ...(constraints ? { constraints } : {}),
});

export const operations: LabOperations = {
  DescribeRouteTables: {
    run(input, ctx) {
      const view = (row: RouteTable) => routeView(ctx, row);
      const rows = filtered(ctx, chosen<RouteTable>(ctx, 'routeTables', input.RouteTableIds), input.Filters, {
        'route-table-id': (row) => row.id,
        'vpc-id': (row) => row.vpcId,
        'owner-id': () => ctx.account.id,
        'association.route-table-association-id': (row) => row.associationId,
        'association.route-table-id': (row) => row.id,
        // Subnets use the main table implicitly: no association names them.
        'association.subnet-id': () => undefined,
        'association.main': (row) => row.main,
        'route.destination-cidr-block': (row) => view(row).Routes.map((route) => ('DestinationCidrBlock' in route ? route.DestinationCidrBlock : undefined)),
        'route.gateway-id': (row) => view(row).Routes.map((route) => route.GatewayId),
        'route.state': () => 'active',
      });
      return paged(ctx, input, rows, 'RouteTables', view, { given: input.RouteTableIds, name: 'routeTableIds' });
    },
    constraints: { MaxResults: { min: 5, max: 100 } },
  },
  DescribeInternetGateways: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<Gateway>(ctx, 'internetGateways', input.InternetGatewayIds), input.Filters, {
        'internet-gateway-id': (row) => row.id,
        'attachment.vpc-id': (row) => row.vpcId,
        'attachment.state': () => 'available',
        'owner-id': () => ctx.account.id,
      });
      const view = (row: Gateway) => ({
        InternetGatewayId: row.id,
        OwnerId: ctx.account.id,
        Attachments: [{ VpcId: row.vpcId, State: 'available' }],
        Tags: tagsOf(ctx, row.id),
      });
      return paged(ctx, input, rows, 'InternetGateways', view, { given: input.InternetGatewayIds, name: 'internetGatewayIds' });
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
  DescribeNetworkAcls: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<NetworkAcl>(ctx, 'networkAcls', input.NetworkAclIds), input.Filters, {
        'network-acl-id': (row) => row.id,
        'vpc-id': (row) => row.vpcId,
        'owner-id': () => ctx.account.id,
        default: (row) => row.isDefault,
        'association.subnet-id': (row) => Object.keys(row.associations),
        'association.association-id': (row) => Object.values(row.associations),
        'association.network-acl-id': (row) => row.id,
      });
      return paged(ctx, input, rows, 'NetworkAcls', (row) => aclView(ctx, row), { given: input.NetworkAclIds, name: 'networkAclIds' });
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
  DescribeDhcpOptions: {
    run(input, ctx) {
      const rows = filtered(ctx, rowsOf<{ id: string }>(ctx, 'dhcpOptions'), input.Filters, {
        'dhcp-options-id': (row) => row.id,
        'owner-id': () => ctx.account.id,
      });
      const asked = rows.filter((row) => !input.DhcpOptionsIds?.length || input.DhcpOptionsIds.includes(row.id));
      const domain = ctx.region.name === 'us-east-1' ? 'ec2.internal' : `${ctx.region.name}.compute.internal`;
      return paged(ctx, input, asked, 'DhcpOptions', (row) => ({
        DhcpOptionsId: row.id,
        OwnerId: ctx.account.id,
        DhcpConfigurations: [
          { Key: 'domain-name', Values: [{ Value: domain }] },
          { Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] },
        ],
        Tags: tagsOf(ctx, row.id),
      }));
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
  DescribeVpcEndpoints: asStored('vpcEndpoints', 'VpcEndpoints', ['vpc-endpoint-id', 'vpc-id', 'service-name', 'vpc-endpoint-type', 'vpc-endpoint-state']),
  DescribeNatGateways: asStored('natGateways', 'NatGateways', ['nat-gateway-id', 'subnet-id', 'vpc-id', 'state'], 'Filter', {
    MaxResults: { min: 5, max: 1000 },
  }),
};
