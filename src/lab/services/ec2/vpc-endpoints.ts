import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { groupNames, groupsFor, newInterface } from './interface-model.ts';
import type { RouteTable, VpcEndpoint } from './network-rows.ts';
import { awsPrefixLists } from './prefix-list-model.ts';
import { filtered, paged } from './query.ts';
import type { Interface, Subnet, Vpc } from './rows.ts';
import { arn, arns, atomically, chosen, date, edit, need, once, phase, rowOf, rowsOf, towards, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';
import { endpointService, endpointServices } from './vpc-endpoint-services.ts';

/** Quotas (AWS PrivateLink Guide, "AWS PrivateLink quotas"; Amazon VPC User Guide). */
const MAX_IN_VPC = { Interface: 50, Gateway: 20 };
const CREATE_SECONDS = { Interface: 60, Gateway: 2 };
const DELETE_SECONDS = 45;
/** Everything by everybody: what an endpoint has until somebody gives it another. */
const OPEN_POLICY = JSON.stringify({ Version: '2008-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] });

const doors = (ctx: LabContext, row: VpcEndpoint): string[] => row.interfaces.filter((id) => rowOf(ctx, 'interfaces', id));
const view = (ctx: LabContext, row: VpcEndpoint) => ({
  VpcEndpointId: row.id,
  VpcEndpointType: row.type,
  VpcId: row.vpcId,
  ServiceName: row.service,
  State: phase(row.timeline, ctx.now()),
  PolicyDocument: row.policy,
  RouteTableIds: row.routeTables,
  SubnetIds: row.subnets,
  Groups: groupNames(ctx, row.groups),
  IpAddressType: 'ipv4',
  PrivateDnsEnabled: row.privateDns,
  RequesterManaged: false,
  NetworkInterfaceIds: doors(ctx, row),
  DnsEntries:
    row.type === 'Interface'
      ? [{ DnsName: `${row.id}-${row.id.slice(-8)}.${row.service.split('.').slice(3).join('.')}.${ctx.region.name}.vpce.amazonaws.com` }]
      : [],
  CreationTimestamp: date(row.created),
  OwnerId: ctx.account.id,
  Tags: tagsOf(ctx, row.id),
});
/** The service manages the interface: nobody else may change or delete it. */
function addDoor(ctx: LabContext, row: VpcEndpoint, subnetId: string): void {
  const subnet = need<Subnet>(ctx, 'subnets', subnetId);
  if (subnet.vpcId !== row.vpcId) throw new LabError('InvalidParameter', `The subnet ${subnetId} is not in the VPC ${row.vpcId}.`);
  const zones = row.subnets.map((id) => rowOf<Subnet>(ctx, 'subnets', id)?.zone);
  if (zones.includes(subnet.zone))
    throw new LabError('DuplicateSubnetsInSameZone', `Found another VPC endpoint subnet in the availability zone of ${subnetId}.`);
  const door = newInterface(ctx, { subnet, groups: row.groups, description: `VPC Endpoint Interface ${row.id}` });
  Object.assign(door, { type: 'vpc_endpoint', requesterManaged: true, requesterId: ctx.account.id });
  row.subnets.push(subnetId);
  row.interfaces.push(door.id);
}
function removeDoor(ctx: LabContext, row: VpcEndpoint, subnetId: string, at: number): void {
  const door = row.interfaces.map((id) => writable<Interface>(ctx, 'interfaces')[id]).find((item) => item?.subnetId === subnetId);
  if (!door) throw new LabError('InvalidParameter', `The endpoint ${row.id} has no subnet ${subnetId}.`);
  door.until = at;
  row.subnets = row.subnets.filter((id) => id !== subnetId);
}
const listOf = (ctx: LabContext, row: VpcEndpoint): string | undefined => awsPrefixLists(ctx.region.name).find((list) => list.name === row.service)?.id;
/** A gateway endpoint is a route to the service's prefix list. */
function addRoute(ctx: LabContext, row: VpcEndpoint, tableId: string): void {
  const table = edit<RouteTable>(ctx, 'routeTables', tableId);
  const prefixListId = listOf(ctx, row)!;
  if (table.vpcId !== row.vpcId) throw new LabError('InvalidParameter', `The route table ${tableId} is not in the VPC ${row.vpcId}.`);
  if (table.routes.some((route) => route.prefixListId === prefixListId))
    throw new LabError('RouteAlreadyExists', `route table ${tableId} already has a route with destination-prefix-list-id ${prefixListId}`);
  table.routes.push({ prefixListId, gatewayId: row.id });
  row.routeTables.push(tableId);
}
function removeRoute(ctx: LabContext, row: VpcEndpoint, tableId: string): void {
  const table = edit<RouteTable>(ctx, 'routeTables', tableId);
  table.routes = table.routes.filter((route) => route.gatewayId !== row.id);
  row.routeTables = row.routeTables.filter((id) => id !== tableId);
}
function create(ctx: LabContext, input: any): string {
  const home = need<Vpc>(ctx, 'vpcs', input.VpcId);
  const type: VpcEndpoint['type'] = input.VpcEndpointType ?? 'Gateway';
  if (type !== 'Interface' && type !== 'Gateway') throw new LabError('InvalidParameter', `The endpoint type ${type} is not available here.`);
  const service = endpointService(ctx, input.ServiceName ?? '');
  if (!service?.types.includes(type)) throw new LabError('InvalidServiceName', `The Vpc Endpoint Service '${input.ServiceName ?? ''}' does not exist`);
  const others = rowsOf<VpcEndpoint>(ctx, 'vpcEndpoints').filter((row) => row.vpcId === home.id && row.type === type);
  if (others.length >= MAX_IN_VPC[type]) throw new LabError('VpcEndpointLimitExceeded', 'The maximum number of VPC endpoints has been reached.');
  const privateDns = type === 'Interface' && (input.PrivateDnsEnabled ?? true);
  if (privateDns && !(home.dnsSupport && home.dnsHostnames))
    throw new LabError(
      'InvalidParameter',
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${home.id}`,
    );
  if (privateDns && others.some((row) => row.service === service.name && row.privateDns))
    throw new LabError(
      'InvalidParameter',
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${service.name} in the VPC ${home.id}`,
    );
  const id = ctx.id('vpce');
  const row: VpcEndpoint = {
    id,
    vpcId: home.id,
    type,
    service: service.name,
    policy: input.PolicyDocument ?? OPEN_POLICY,
    subnets: [],
    groups: type === 'Interface' ? groupsFor(ctx, home.id, input.SecurityGroupIds) : [],
    routeTables: [],
    interfaces: [],
    privateDns,
    created: ctx.now(),
    timeline: towards(ctx, 'pending', 'available', CREATE_SECONDS[type]),
  };
  tagNew(ctx, id, input.TagSpecifications, 'vpc-endpoint');
  writable<VpcEndpoint>(ctx, 'vpcEndpoints')[id] = row;
  for (const subnet of type === 'Interface' ? (input.SubnetIds ?? []) : []) addDoor(ctx, row, subnet);
  for (const table of type === 'Gateway' ? (input.RouteTableIds ?? []) : []) addRoute(ctx, row, table);
  return id;
}
/** Takes groups away from the endpoint and from each of its interfaces, or gives it more. */
function regroup(ctx: LabContext, row: VpcEndpoint, add: string[], remove: string[]): void {
  const groups = [...row.groups.filter((id) => !remove.includes(id)), ...add];
  if (groups.length === 0) throw new LabError('InvalidParameter', 'A VPC endpoint of type Interface needs at least one security group.');
  row.groups = groupsFor(ctx, row.vpcId, groups);
  for (const id of row.interfaces) {
    const door = writable<Interface>(ctx, 'interfaces')[id];
    if (door) door.groups = [...row.groups];
  }
}
const resources = (input: any, ctx: LabContext): string[] => arns(ctx, 'vpc-endpoint', input.VpcEndpointId ?? input.VpcEndpointIds);
const TYPES = { enum: ['Interface', 'Gateway', 'GatewayLoadBalancer', 'Resource', 'ServiceNetwork', 'Tunnel'] };

export const operations: LabOperations = {
  CreateVpcEndpoint: {
    async run(input, ctx) {
      const [id] = await once(ctx, 'CreateVpcEndpoint', input, () => atomically(ctx, () => [create(ctx, input)]));
      return { VpcEndpoint: view(ctx, need<VpcEndpoint>(ctx, 'vpcEndpoints', id!)), ClientToken: input.ClientToken };
    },
    resources: (input, ctx) => [
      ...arns(ctx, 'vpc-endpoint', undefined),
      arn(ctx, 'vpc', input.VpcId),
      ...(input.SubnetIds?.length ? arns(ctx, 'subnet', input.SubnetIds) : []),
      ...(input.SecurityGroupIds?.length ? arns(ctx, 'security-group', input.SecurityGroupIds) : []),
      ...(input.RouteTableIds?.length ? arns(ctx, 'route-table', input.RouteTableIds) : []),
    ],
    constraints: { VpcEndpointType: TYPES, IpAddressType: { enum: ['ipv4', 'dualstack', 'ipv6'] } },
  },
  ModifyVpcEndpoint: {
    run(input, ctx) {
      const row = edit<VpcEndpoint>(ctx, 'vpcEndpoints', input.VpcEndpointId);
      if (phase(row.timeline, ctx.now()) === 'deleting') throw new LabError('InvalidState', `The endpoint ${row.id} is being deleted.`);
      if (input.PolicyDocument !== undefined && input.ResetPolicy)
        throw new LabError('InvalidParameterCombination', 'PolicyDocument and ResetPolicy cannot be given together.');
      if (input.PolicyDocument !== undefined || input.ResetPolicy) row.policy = input.PolicyDocument ?? OPEN_POLICY;
      if (input.AddSecurityGroupIds?.length || input.RemoveSecurityGroupIds?.length)
        regroup(ctx, row, input.AddSecurityGroupIds ?? [], input.RemoveSecurityGroupIds ?? []);
      for (const subnet of input.AddSubnetIds ?? []) addDoor(ctx, row, subnet);
      for (const subnet of input.RemoveSubnetIds ?? []) removeDoor(ctx, row, subnet, ctx.now());
      for (const table of input.AddRouteTableIds ?? []) addRoute(ctx, row, table);
      for (const table of input.RemoveRouteTableIds ?? []) removeRoute(ctx, row, table);
      if (input.PrivateDnsEnabled !== undefined) row.privateDns = input.PrivateDnsEnabled;
      return { Return: true };
    },
    resources,
  },
  DeleteVpcEndpoints: {
    run(input, ctx) {
      const ids: string[] = input.VpcEndpointIds;
      const table = writable<VpcEndpoint>(ctx, 'vpcEndpoints');
      const missing = ids.filter((id) => !rowOf(ctx, 'vpcEndpoints', id));
      for (const id of ids) {
        const row = table[id];
        if (!row || missing.includes(id)) continue;
        const end = ctx.due(DELETE_SECONDS);
        for (const subnet of [...row.subnets]) removeDoor(ctx, row, subnet, end);
        for (const routes of [...row.routeTables]) removeRoute(ctx, row, routes);
        row.timeline = [
          { state: phase(row.timeline, ctx.now()), at: ctx.now() - 1 },
          { state: 'deleting', at: ctx.now() },
        ];
        row.until = end;
      }
      return {
        Unsuccessful: missing.map((ResourceId) => ({
          ResourceId,
          Error: { Code: 'InvalidVpcEndpoint.NotFound', Message: `The Vpc Endpoint Id '${ResourceId}' does not exist` },
        })),
      };
    },
    resources,
  },
  DescribeVpcEndpoints: {
    run(input, ctx) {
      const rows = filtered(ctx, chosen<VpcEndpoint>(ctx, 'vpcEndpoints', input.VpcEndpointIds), input.Filters, {
        'vpc-endpoint-id': (row) => row.id,
        'vpc-id': (row) => row.vpcId,
        'service-name': (row) => row.service,
        'vpc-endpoint-type': (row) => row.type,
        'vpc-endpoint-state': (row) => phase(row.timeline, ctx.now()),
        'ip-address-type': () => 'ipv4',
      });
      return paged(ctx, input, rows, 'VpcEndpoints', (row) => view(ctx, row), { given: input.VpcEndpointIds });
    },
  },
  DescribeVpcEndpointServices: {
    run(input, ctx) {
      const names: string[] = input.ServiceNames ?? [];
      const bad = names.find((name) => !endpointService(ctx, name));
      if (bad !== undefined) throw new LabError('InvalidServiceName', `The Vpc Endpoint Service '${bad}' does not exist`);
      const known = endpointServices(ctx)
        .filter(({ name }) => !names.length || names.includes(name))
        .flatMap(({ name, types }) => types.map((type) => ({ id: name, name, type })));
      const rows = filtered(ctx, known, input.Filters, {
        'service-name': (row) => row.name,
        'service-type': (row) => row.type,
        owner: () => 'amazon',
        'service-region': () => ctx.region.name,
      });
      const page = paged(ctx, input, rows, 'ServiceDetails', (row) => ({
        ServiceName: row.name,
        ServiceType: [{ ServiceType: row.type }],
        ServiceRegion: ctx.region.name,
        Owner: 'amazon',
        PrivateDnsName: row.type === 'Interface' ? `${row.name.split('.').slice(3).join('.')}.${ctx.region.name}.amazonaws.com` : undefined,
        VpcEndpointPolicySupported: true,
        AcceptanceRequired: false,
        ManagesVpcEndpoints: false,
        SupportedIpAddressTypes: ['ipv4'],
      }));
      return { ...page, ServiceNames: [...new Set((page.ServiceDetails as { ServiceName: string }[]).map((one) => one.ServiceName))] };
    },
  },
};
