import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { newInterface } from './interface-model.ts';
import type { NatGateway } from './network-rows.ts';
import { filtered, paged } from './query.ts';
import type { Address, Interface, Subnet } from './rows.ts';
import { arn, arns, date, edit, need, once, phase, rowOf, rowsOf, towards, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';

/** In one Availability Zone (Amazon VPC User Guide, "Amazon VPC quotas"). */
const MAX_IN_ZONE = 5;
const CREATE_SECONDS = 90;
const DELETE_SECONDS = 60;
/** A deleted gateway is shown for about an hour. */
const AFTERLIFE = 3_600_000;

const living = (ctx: LabContext, row: NatGateway): boolean => !/^(deleting|deleted|failed)$/.test(phase(row.timeline, ctx.now()));
const view = (ctx: LabContext, row: NatGateway) => ({
  NatGatewayId: row.id,
  VpcId: row.vpcId,
  SubnetId: row.subnetId,
  State: phase(row.timeline, ctx.now()),
  ConnectivityType: row.connectivity,
  CreateTime: date(row.created),
  DeleteTime: date(row.deleted),
  NatGatewayAddresses: [
    {
      AllocationId: row.allocationId,
      AssociationId: row.allocationId && rowOf<Address>(ctx, 'addresses', row.allocationId)?.associationId,
      NetworkInterfaceId: row.interfaceId,
      PrivateIp: row.privateIp,
      PublicIp: row.publicIp,
      IsPrimary: true,
      Status: 'succeeded',
    },
  ],
  Tags: tagsOf(ctx, row.id),
});
function missing(ids: readonly string[]): LabError {
  return new LabError('NatGatewayNotFound', `The Nat Gateway ${ids.join(', ')} was not found`);
}
function get(ctx: LabContext, id: string): NatGateway {
  if (!/^nat-[0-9a-f]{8}(?:[0-9a-f]{9})?$/.test(id)) throw new LabError('NatGatewayMalformed', `The Nat Gateway id "${id}" is malformed`);
  const row = rowOf<NatGateway>(ctx, 'natGateways', id);
  if (!row) throw missing([id]);
  return row;
}
/** The elastic address for a public gateway: free, and of this account. */
function addressFor(ctx: LabContext, input: any): Address | undefined {
  if (input.ConnectivityType === 'private') {
    if (input.AllocationId !== undefined) throw new LabError('InvalidParameter', 'A private NAT gateway cannot have an Elastic IP address.');
    return undefined;
  }
  if (input.AllocationId === undefined)
    throw new LabError('MissingParameter', 'The request must include the AllocationId parameter. Add the required parameter and retry the request.');
  const row = edit<Address>(ctx, 'addresses', input.AllocationId);
  if (row.associationId !== undefined)
    throw new LabError('Resource.AlreadyAssociated', `Elastic IP address [${row.id}] is already associated: ${row.associationId}`);
  return row;
}

export const operations: LabOperations = {
  CreateNatGateway: {
    async run(input, ctx) {
      const [id] = await once(ctx, 'CreateNatGateway', input, () => {
        if (input.SubnetId === undefined) throw new LabError('MissingParameter', 'The request must contain the parameter subnetId');
        const subnet = need<Subnet>(ctx, 'subnets', input.SubnetId);
        const near = rowsOf<NatGateway>(ctx, 'natGateways').filter(
          (row) => living(ctx, row) && rowOf<Subnet>(ctx, 'subnets', row.subnetId)?.zone === subnet.zone,
        );
        if (near.length >= MAX_IN_ZONE)
          throw new LabError('NatGatewayLimitExceeded', `The maximum number of NAT gateways in the Availability Zone ${subnet.zone} has been reached.`);
        const address = addressFor(ctx, input);
        const made = ctx.id('nat');
        tagNew(ctx, made, input.TagSpecifications, 'natgateway');
        const door: Interface = newInterface(ctx, { subnet, groups: [], description: `Interface for NAT Gateway ${made}`, privateIp: input.PrivateIpAddress });
        Object.assign(door, { type: 'nat_gateway', requesterManaged: true, requesterId: 'amazon-aws', sourceDestCheck: false });
        if (address) Object.assign(address, { associationId: ctx.id('eipassoc'), interfaceId: door.id, privateIp: door.privateIps[0] });
        writable<NatGateway>(ctx, 'natGateways')[made] = {
          id: made,
          vpcId: subnet.vpcId,
          subnetId: subnet.id,
          interfaceId: door.id,
          connectivity: address ? 'public' : 'private',
          ...(address ? { allocationId: address.id, publicIp: address.ip } : {}),
          privateIp: door.privateIps[0]!,
          created: ctx.now(),
          timeline: towards(ctx, 'pending', 'available', CREATE_SECONDS),
        };
        return [made];
      });
      return { ClientToken: input.ClientToken, NatGateway: view(ctx, get(ctx, id!)) };
    },
    resources: (input, ctx) => [
      ...arns(ctx, 'natgateway', undefined),
      arn(ctx, 'subnet', input.SubnetId ?? '*'),
      ...(input.AllocationId ? arns(ctx, 'elastic-ip', input.AllocationId) : []),
    ],
    constraints: { ConnectivityType: { enum: ['private', 'public'] }, SecondaryPrivateIpAddressCount: { min: 1, max: 31 } },
  },
  /** The elastic address is free again; the interface goes. */
  DeleteNatGateway: {
    run(input, ctx) {
      writable(ctx, 'natGateways');
      const row = get(ctx, input.NatGatewayId);
      if (!living(ctx, row)) return { NatGatewayId: row.id };
      const end = ctx.due(DELETE_SECONDS);
      row.timeline = [
        { state: phase(row.timeline, ctx.now()), at: ctx.now() - 1 },
        { state: 'deleting', at: ctx.now() },
        { state: 'deleted', at: end },
      ];
      row.deleted = ctx.now();
      row.until = end + AFTERLIFE;
      const door = writable<Interface>(ctx, 'interfaces')[row.interfaceId];
      if (door) door.until = end;
      const address = row.allocationId === undefined ? undefined : writable<Address>(ctx, 'addresses')[row.allocationId];
      if (address?.interfaceId === row.interfaceId) for (const key of ['associationId', 'interfaceId', 'privateIp'] as const) delete address[key];
      return { NatGatewayId: row.id };
    },
    resources: (input, ctx) => arns(ctx, 'natgateway', input.NatGatewayId),
  },
  DescribeNatGateways: {
    run(input, ctx) {
      const ids: string[] = input.NatGatewayIds ?? [];
      const asked = ids.length ? ids.map((id) => get(ctx, id)) : rowsOf<NatGateway>(ctx, 'natGateways');
      const rows = filtered(ctx, asked, input.Filter, {
        'nat-gateway-id': (row) => row.id,
        'subnet-id': (row) => row.subnetId,
        'vpc-id': (row) => row.vpcId,
        state: (row) => phase(row.timeline, ctx.now()),
      });
      return paged(ctx, input, rows, 'NatGateways', (row) => view(ctx, row), { given: ids, name: 'natGatewayIds' });
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
};
