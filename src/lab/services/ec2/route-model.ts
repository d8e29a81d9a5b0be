import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { cidr } from './cidr.ts';
import type { InternetGateway, NatGateway, Route, RouteTarget } from './network-rows.ts';
import { findPrefixList } from './prefix-list-model.ts';
import type { Phase } from './rows.ts';
import { need, phase, rowOf } from './tables.ts';
import { peeringWith } from './vpc-peering.ts';

/** Routes: reading what a call says, and whether what a route leads to is still there. */

export const destinationOf = (route: Route): string => route.cidr ?? route.cidr6 ?? route.prefixListId ?? '';
export const targetOf = (route: Route): string => {
  const { cidr: _, cidr6: __, prefixListId: ___, ...target } = route;
  return JSON.stringify(target);
};

/** The route that the input of CreateRoute or ReplaceRoute describes. */
export function leads(ctx: LabContext, vpcId: string, input: any): Route {
  const destinations = [input.DestinationCidrBlock, input.DestinationIpv6CidrBlock, input.DestinationPrefixListId].filter((one) => one !== undefined);
  if (destinations.length !== 1) throw new LabError('InvalidParameterCombination', 'Exactly one destination must be given.');
  if (input.DestinationPrefixListId !== undefined && !findPrefixList(ctx, input.DestinationPrefixListId))
    throw new LabError('InvalidPrefixListID.NotFound', `The prefix list ID '${input.DestinationPrefixListId}' does not exist`);
  const target = targetGiven(ctx, vpcId, input);
  if (target.egressOnlyGatewayId !== undefined && input.DestinationIpv6CidrBlock === undefined)
    throw new LabError('InvalidParameterValue', 'An egress-only internet gateway takes IPv6 destinations only.');
  return { ...destination(input), ...target };
}
/** Destination as it is stored: host bits cleared. */
export const destination = (input: any): Pick<Route, 'cidr' | 'cidr6' | 'prefixListId'> => {
  if (input.DestinationCidrBlock !== undefined) return { cidr: cidr(input.DestinationCidrBlock, 4).text };
  if (input.DestinationIpv6CidrBlock !== undefined) return { cidr6: cidr(input.DestinationIpv6CidrBlock, 6).text };
  return { prefixListId: input.DestinationPrefixListId };
};
function targetGiven(ctx: LabContext, vpcId: string, input: any): RouteTarget {
  const given: [keyof RouteTarget, string | undefined][] = [
    ['gatewayId', input.GatewayId],
    ['natGatewayId', input.NatGatewayId],
    ['egressOnlyGatewayId', input.EgressOnlyInternetGatewayId],
    ['interfaceId', input.NetworkInterfaceId],
    ['instanceId', input.InstanceId],
    ['peeringId', input.VpcPeeringConnectionId],
    ['transitGatewayId', input.TransitGatewayId],
    ['endpointId', input.VpcEndpointId],
  ];
  const set = given.filter((one): one is [keyof RouteTarget, string] => one[1] !== undefined);
  if (set.length !== 1) throw new LabError(set.length ? 'InvalidParameterCombination' : 'MissingParameter', 'Exactly one target of the route must be given.');
  const [[key, id]] = set as [[keyof RouteTarget, string]];
  if (key === 'gatewayId' && id.startsWith('igw-')) {
    if (need<InternetGateway>(ctx, 'internetGateways', id).vpcId !== vpcId)
      throw new LabError('InvalidParameterValue', `route table and network gateway ${id} belong to different networks`);
  } else if (key === 'gatewayId') need(ctx, 'vpnGateways', id);
  else if (key === 'natGatewayId') {
    if (!rowOf(ctx, 'natGateways', id)) throw new LabError('InvalidNatGatewayID.NotFound', `The NatGateway ID '${id}' does not exist`);
  } else if (key === 'egressOnlyGatewayId') need(ctx, 'egressGateways', id);
  else if (key === 'interfaceId') need(ctx, 'interfaces', id);
  else if (key === 'instanceId') need(ctx, 'instances', id);
  else if (key === 'peeringId') {
    if (peeringWith(ctx, (row) => row.id === id && row.vpcs.includes(vpcId)) === undefined)
      throw new LabError('InvalidVpcPeeringConnectionID.NotFound', `The vpcPeeringConnection ID '${id}' does not exist`);
  } else if (key === 'transitGatewayId') need(ctx, 'transitGateways', id);
  else if (key === 'endpointId') need(ctx, 'vpcEndpoints', id);
  return { [key]: id };
}

/** What the route leads to is gone: packets that take it are dropped. */
export function broken(ctx: LabContext, route: Route): boolean {
  const { gatewayId, natGatewayId, peeringId, egressOnlyGatewayId, interfaceId, instanceId, transitGatewayId, endpointId } = route;
  if (gatewayId?.startsWith('igw-')) return rowOf<InternetGateway>(ctx, 'internetGateways', gatewayId)?.vpcId === undefined;
  if (gatewayId?.startsWith('vpce-')) return !rowOf(ctx, 'vpcEndpoints', gatewayId);
  if (natGatewayId !== undefined) {
    const row = rowOf<NatGateway>(ctx, 'natGateways', natGatewayId);
    return !row || /^(deleting|deleted|failed)$/.test(phase(row.timeline, ctx.now()));
  }
  if (peeringId !== undefined) return peeringWith(ctx, (row) => row.id === peeringId && row.state === 'active') === undefined;
  if (transitGatewayId !== undefined) {
    const row = rowOf<{ timeline: Phase[] }>(ctx, 'transitGateways', transitGatewayId);
    return row !== undefined && phase(row.timeline, ctx.now()).startsWith('delet');
  }
  return (
    (egressOnlyGatewayId !== undefined && !rowOf(ctx, 'egressGateways', egressOnlyGatewayId)) ||
    (interfaceId !== undefined && !rowOf(ctx, 'interfaces', interfaceId)) ||
    (instanceId !== undefined && !rowOf(ctx, 'instances', instanceId)) ||
    (endpointId !== undefined && !rowOf(ctx, 'vpcEndpoints', endpointId))
  );
}
