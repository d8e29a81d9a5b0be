import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import type { Route, RouteTable } from './network-rows.ts';
import { filtered, paged } from './query.ts';
import { broken, destination, destinationOf, leads, targetOf } from './route-model.ts';
import type { Subnet, Vpc } from './rows.ts';
import { arn, arns, chosen, edit, need, rowOf, rowsOf, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';

/** Quotas (Amazon VPC User Guide, "Amazon VPC quotas"). */
const MAX_TABLES = 200;
const MAX_ROUTES = 500;

const routeView = (ctx: LabContext, route: Route) => ({
  DestinationCidrBlock: route.cidr,
  DestinationIpv6CidrBlock: route.cidr6,
  DestinationPrefixListId: route.prefixListId,
  GatewayId: route.gatewayId ?? route.endpointId,
  NatGatewayId: route.natGatewayId,
  EgressOnlyInternetGatewayId: route.egressOnlyGatewayId,
  NetworkInterfaceId: route.interfaceId,
  InstanceId: route.instanceId,
  InstanceOwnerId: route.instanceId && ctx.account.id,
  VpcPeeringConnectionId: route.peeringId,
  TransitGatewayId: route.transitGatewayId,
  State: broken(ctx, route) ? 'blackhole' : 'active',
  Origin: 'CreateRoute',
});
function routes(ctx: LabContext, row: RouteTable) {
  const home = rowOf<Vpc>(ctx, 'vpcs', row.vpcId);
  const local = { GatewayId: 'local', State: 'active', Origin: 'CreateRouteTable' };
  return [
    { DestinationCidrBlock: home?.cidr, ...local },
    ...(home?.ipv6 ? [{ DestinationIpv6CidrBlock: home.ipv6.cidr, ...local }] : []),
    ...row.routes.map((route) => routeView(ctx, route)),
  ] as ReturnType<typeof routeView>[];
}
const associations = (row: RouteTable) => {
  const common = { RouteTableId: row.id, AssociationState: { State: 'associated' } };
  return [
    ...(row.main ? [{ ...common, RouteTableAssociationId: row.associationId, Main: true }] : []),
    ...Object.entries(row.associations ?? {}).map(([id, RouteTableAssociationId]) => ({
      ...common,
      RouteTableAssociationId,
      Main: false,
      ...(id.startsWith('subnet-') ? { SubnetId: id } : { GatewayId: id }),
    })),
  ];
};
const view = (ctx: LabContext, row: RouteTable) => ({
  RouteTableId: row.id,
  VpcId: row.vpcId,
  OwnerId: ctx.account.id,
  PropagatingVgws: [],
  Associations: associations(row),
  Routes: routes(ctx, row),
  Tags: tagsOf(ctx, row.id),
});
/** The table with this association, and what it joins to the table: nothing for the main association. */
function associated(ctx: LabContext, associationId: string): { row: RouteTable; to: string | undefined } {
  for (const row of Object.values(writable<RouteTable>(ctx, 'routeTables'))) {
    if (row.main && row.associationId === associationId) return { row, to: undefined };
    const to = Object.entries(row.associations ?? {}).find(([, id]) => id === associationId)?.[0];
    if (to !== undefined) return { row, to };
  }
  throw new LabError('InvalidAssociationID.NotFound', `The association ID '${associationId}' does not exist`);
}
function drop(row: RouteTable, to: string): void {
  delete row.associations![to];
  if (Object.keys(row.associations!).length === 0) delete row.associations;
}
const same = (a: Route, b: Route): boolean => destinationOf(a) === destinationOf(b);
/** The VPC's own block is the local route's. */
function refuseLocal(ctx: LabContext, row: RouteTable, route: Route): void {
  const home = rowOf<Vpc>(ctx, 'vpcs', row.vpcId);
  if ((route.cidr ?? route.cidr6) !== undefined && [home?.cidr, home?.ipv6?.cidr].includes(route.cidr ?? route.cidr6))
    throw new LabError('RouteAlreadyExists', `The route identified by ${destinationOf(route)} already exists.`);
}
const resources = (input: any, ctx: LabContext): string[] => arns(ctx, 'route-table', input.RouteTableId);

export const operations: LabOperations = {
  CreateRouteTable: {
    run(input, ctx) {
      const home = need<Vpc>(ctx, 'vpcs', input.VpcId);
      if (rowsOf<RouteTable>(ctx, 'routeTables').filter((row) => row.vpcId === home.id).length >= MAX_TABLES)
        throw new LabError('RouteTableLimitExceeded', 'The maximum number of route tables has been reached.');
      const row: RouteTable = { id: ctx.id('rtb'), vpcId: home.id, main: false, routes: [] };
      tagNew(ctx, row.id, input.TagSpecifications, 'route-table');
      writable<RouteTable>(ctx, 'routeTables')[row.id] = row;
      return { RouteTable: view(ctx, row), ClientToken: input.ClientToken };
    },
    resources: (input, ctx) => [...arns(ctx, 'route-table', undefined), arn(ctx, 'vpc', input.VpcId)],
  },
  DeleteRouteTable: {
    run(input, ctx) {
      const row = edit<RouteTable>(ctx, 'routeTables', input.RouteTableId);
      if (row.main || Object.keys(row.associations ?? {}).length)
        throw new LabError('DependencyViolation', `The routeTable '${row.id}' has dependencies and cannot be deleted.`);
      delete writable(ctx, 'routeTables')[row.id];
      delete writable(ctx, 'tags')[row.id];
      return {};
    },
    resources,
  },
  CreateRoute: {
    run(input, ctx) {
      const row = edit<RouteTable>(ctx, 'routeTables', input.RouteTableId);
      const route = leads(ctx, row.vpcId, input);
      refuseLocal(ctx, row, route);
      const known = row.routes.find((one) => same(one, route));
      // The same route once more is no error.
      if (known && targetOf(known) === targetOf(route)) return { Return: true };
      if (known) throw new LabError('RouteAlreadyExists', `The route identified by ${destinationOf(route)} already exists.`);
      if (row.routes.length >= MAX_ROUTES) throw new LabError('RouteLimitExceeded', `The maximum number of routes has been reached: ${row.id}`);
      row.routes.push(route);
      return { Return: true };
    },
    resources,
  },
  ReplaceRoute: {
    run(input, ctx) {
      const row = edit<RouteTable>(ctx, 'routeTables', input.RouteTableId);
      const route = leads(ctx, row.vpcId, input);
      const at = row.routes.findIndex((one) => same(one, route));
      if (at < 0)
        throw new LabError('InvalidParameterValue', `There is no route defined for '${destinationOf(route)}' in the route table. Use CreateRoute instead.`);
      row.routes[at] = route;
      return {};
    },
    resources,
  },
  DeleteRoute: {
    run(input, ctx) {
      const row = edit<RouteTable>(ctx, 'routeTables', input.RouteTableId);
      const wanted = destinationOf(destination(input));
      const at = row.routes.findIndex((one) => destinationOf(one) === wanted);
      if (at < 0) throw new LabError('InvalidRoute.NotFound', `no route with destination-cidr-block ${wanted} in route table ${row.id}`);
      if (row.routes[at]!.prefixListId !== undefined && row.routes[at]!.gatewayId?.startsWith('vpce-'))
        throw new LabError('InvalidParameterValue', `cannot remove VPC endpoint route ${wanted} in route table ${row.id}`);
      row.routes.splice(at, 1);
      return {};
    },
    resources,
  },
  AssociateRouteTable: {
    run(input, ctx) {
      const row = edit<RouteTable>(ctx, 'routeTables', input.RouteTableId);
      if ((input.SubnetId === undefined) === (input.GatewayId === undefined))
        throw new LabError('InvalidParameterCombination', 'Exactly one of SubnetId and GatewayId must be given.');
      const to: string = input.SubnetId ?? input.GatewayId;
      const vpcId = input.SubnetId === undefined ? need<{ vpcId?: string }>(ctx, 'internetGateways', to).vpcId : need<Subnet>(ctx, 'subnets', to).vpcId;
      if (vpcId !== row.vpcId) throw new LabError('InvalidParameterValue', `Route table ${row.id} and ${to} belong to different networks`);
      const holder = rowsOf<RouteTable>(ctx, 'routeTables').find((one) => one.associations?.[to] !== undefined);
      if (holder && holder !== row)
        throw new LabError('Resource.AlreadyAssociated', `the specified association for route table ${row.id} conflicts with an existing association`);
      row.associations ??= {};
      row.associations[to] ??= ctx.id('rtbassoc');
      return { AssociationId: row.associations[to], AssociationState: { State: 'associated' } };
    },
    resources: (input, ctx) => [...resources(input, ctx), ...(input.SubnetId ? arns(ctx, 'subnet', input.SubnetId) : [])],
  },
  DisassociateRouteTable: {
    run(input, ctx) {
      const { row, to } = associated(ctx, input.AssociationId);
      if (to === undefined) throw new LabError('InvalidParameterValue', `cannot disassociate the main route table association ${input.AssociationId}`);
      drop(row, to);
      return {};
    },
    resources,
  },
  /** The subnet (or, for the main association, the VPC) goes over to another table, under a new association id. */
  ReplaceRouteTableAssociation: {
    run(input, ctx) {
      const target = edit<RouteTable>(ctx, 'routeTables', input.RouteTableId);
      const { row, to } = associated(ctx, input.AssociationId);
      if (row.vpcId !== target.vpcId)
        throw new LabError('InvalidParameterValue', `Route table ${target.id} and association ${input.AssociationId} belong to different networks`);
      const fresh = ctx.id('rtbassoc');
      if (to === undefined) {
        row.main = false;
        delete row.associationId;
        target.main = true;
        target.associationId = fresh;
      } else {
        drop(row, to);
        target.associations = { ...target.associations, [to]: fresh };
      }
      return { NewAssociationId: fresh, AssociationState: { State: 'associated' } };
    },
    resources,
  },
  DescribeRouteTables: {
    run(input, ctx) {
      const of = (field: (route: ReturnType<typeof routeView>) => string | undefined) => (row: RouteTable) => routes(ctx, row).map(field);
      const rows = filtered(ctx, chosen<RouteTable>(ctx, 'routeTables', input.RouteTableIds), input.Filters, {
        'route-table-id': (row) => row.id,
        'vpc-id': (row) => row.vpcId,
        'owner-id': () => ctx.account.id,
        'association.route-table-association-id': (row) => associations(row).map((one) => one.RouteTableAssociationId),
        'association.route-table-id': (row) => row.id,
        // Subnets that use the main table implicitly are named by no association.
        'association.subnet-id': (row) => Object.keys(row.associations ?? {}).filter((id) => id.startsWith('subnet-')),
        'association.gateway-id': (row) => Object.keys(row.associations ?? {}).filter((id) => !id.startsWith('subnet-')),
        'association.main': (row) => associations(row).map((one) => one.Main),
        'route.destination-cidr-block': of((route) => route.DestinationCidrBlock),
        'route.destination-ipv6-cidr-block': of((route) => route.DestinationIpv6CidrBlock),
        'route.destination-prefix-list-id': of((route) => route.DestinationPrefixListId),
        'route.gateway-id': of((route) => route.GatewayId),
        'route.nat-gateway-id': of((route) => route.NatGatewayId),
        'route.egress-only-internet-gateway-id': of((route) => route.EgressOnlyInternetGatewayId),
        'route.instance-id': of((route) => route.InstanceId),
        'route.transit-gateway-id': of((route) => route.TransitGatewayId),
        'route.vpc-peering-connection-id': of((route) => route.VpcPeeringConnectionId),
        'route.origin': of((route) => route.Origin),
        'route.state': of((route) => route.State),
      });
      return paged(ctx, input, rows, 'RouteTables', (row) => view(ctx, row), { given: input.RouteTableIds, name: 'routeTableIds' });
    },
    constraints: { MaxResults: { min: 5, max: 100 } },
  },
};
