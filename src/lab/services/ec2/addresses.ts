import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { attachmentOf, interfacesOf, publicIp } from './interface-model.ts';
import { filtered } from './query.ts';
import type { Address, Instance, Interface } from './rows.ts';
import { arns, chosen, edit, need, notFound, rowOf, rowsOf, writable } from './tables.ts';
import { tagNew, tagsOf } from './tagging.ts';

const MAX_ADDRESSES = 5;
const holder = (ctx: LabContext, row: Address): Interface | undefined => (row.interfaceId ? rowOf<Interface>(ctx, 'interfaces', row.interfaceId) : undefined);

function view(ctx: LabContext, row: Address) {
  const item = holder(ctx, row);
  return {
    AllocationId: row.id,
    PublicIp: row.ip,
    Domain: 'vpc',
    PublicIpv4Pool: 'amazon',
    NetworkBorderGroup: ctx.region.name,
    AssociationId: item && row.associationId,
    InstanceId: (item && attachmentOf(ctx, item)?.instanceId) ?? '',
    NetworkInterfaceId: item?.id,
    NetworkInterfaceOwnerId: item?.ownerId,
    PrivateIpAddress: item && row.privateIp,
    Tags: tagsOf(ctx, row.id),
  };
}
function clear(row: Address): void {
  delete row.associationId;
  delete row.interfaceId;
  delete row.privateIp;
}

export const operations: LabOperations = {
  AllocateAddress: {
    run(input, ctx) {
      if (rowsOf<Address>(ctx, 'addresses').length >= MAX_ADDRESSES)
        throw new LabError('AddressLimitExceeded', 'The maximum number of addresses has been reached.');
      const row: Address = { id: ctx.id('eipalloc'), ip: publicIp(ctx) };
      tagNew(ctx, row.id, input.TagSpecifications, 'elastic-ip');
      writable<Address>(ctx, 'addresses')[row.id] = row;
      return { AllocationId: row.id, PublicIp: row.ip, Domain: 'vpc', PublicIpv4Pool: 'amazon', NetworkBorderGroup: ctx.region.name };
    },
    constraints: { Domain: { enum: ['vpc', 'standard'] } },
  },
  /** The automatic address of the interface is given back: it does not return when the Elastic IP goes. */
  AssociateAddress: {
    run(input, ctx) {
      const row = input.AllocationId
        ? edit<Address>(ctx, 'addresses', input.AllocationId)
        : rowsOf<Address>(ctx, 'addresses').find((item) => item.ip === input.PublicIp);
      if (!row)
        throw input.PublicIp
          ? new LabError('InvalidAddress.NotFound', `Address '${input.PublicIp}' not found.`)
          : new LabError('MissingParameter', 'Either public IP or allocation id must be specified');
      if ((input.InstanceId === undefined) === (input.NetworkInterfaceId === undefined))
        throw new LabError('InvalidParameterCombination', 'Exactly one of InstanceId and NetworkInterfaceId must be given.');
      const interfaces = input.InstanceId ? interfacesOf(ctx, need<Instance>(ctx, 'instances', input.InstanceId).id) : [];
      if (input.InstanceId && interfaces.length > 1)
        throw new LabError(
          'InvalidInstanceID',
          `There are multiple interfaces attached to instance '${input.InstanceId}'. Please specify an interface ID for the operation instead.`,
        );
      const item = input.InstanceId ? interfaces[0] : need<Interface>(ctx, 'interfaces', input.NetworkInterfaceId);
      if (!item) throw notFound('interfaces', [input.InstanceId]);
      const here = holder(ctx, row);
      if (here && here.id !== item.id && input.AllowReassociation === false)
        throw new LabError('Resource.AlreadyAssociated', `resource ${row.id} is already associated with associate-id ${row.associationId}`);
      for (const other of rowsOf<Address>(ctx, 'addresses')) if (other !== row && other.interfaceId === item.id) clear(other);
      if (here?.id !== item.id || row.associationId === undefined) row.associationId = ctx.id('eipassoc');
      row.interfaceId = item.id;
      row.privateIp = input.PrivateIpAddress ?? item.privateIps[0];
      delete edit<Interface>(ctx, 'interfaces', item.id).publicIp;
      return { AssociationId: row.associationId };
    },
    resources: (input, ctx) => [...arns(ctx, 'elastic-ip', input.AllocationId), ...arns(ctx, 'instance', input.InstanceId)],
  },
  DisassociateAddress: {
    run(input, ctx) {
      const all = Object.values(writable<Address>(ctx, 'addresses'));
      const row = all.find((item) => (input.AssociationId === undefined ? item.ip === input.PublicIp : item.associationId === input.AssociationId));
      if (!row && input.AssociationId !== undefined)
        throw new LabError('InvalidAssociationID.NotFound', `The association ID '${input.AssociationId}' does not exist`);
      if (!row) throw new LabError(input.PublicIp ? 'InvalidAddress.NotFound' : 'MissingParameter', `Address '${input.PublicIp ?? ''}' not found.`);
      clear(row);
      return {};
    },
    resources: (_input, ctx) => arns(ctx, 'elastic-ip', undefined),
  },
  ReleaseAddress: {
    run(input, ctx) {
      const row = edit<Address>(ctx, 'addresses', input.AllocationId ?? rowsOf<Address>(ctx, 'addresses').find((item) => item.ip === input.PublicIp)?.id ?? '');
      if (holder(ctx, row)) throw new LabError('InvalidIPAddress.InUse', `Address ${row.ip} is in use.`);
      delete writable(ctx, 'addresses')[row.id];
      delete writable(ctx, 'tags')[row.id];
      return {};
    },
    resources: (input, ctx) => arns(ctx, 'elastic-ip', input.AllocationId),
  },
  DescribeAddresses: {
    run(input, ctx) {
      const missing = (input.PublicIps ?? []).find((ip: string) => !rowsOf<Address>(ctx, 'addresses').some((row) => row.ip === ip));
      if (missing !== undefined) throw new LabError('InvalidAddress.NotFound', `Address '${missing}' not found.`);
      const asked = chosen<Address>(ctx, 'addresses', input.AllocationIds).filter((row) => !input.PublicIps?.length || input.PublicIps.includes(row.ip));
      const rows = filtered(ctx, asked, input.Filters, {
        'allocation-id': (row) => row.id,
        'association-id': (row) => view(ctx, row).AssociationId,
        domain: () => 'vpc',
        'instance-id': (row) => view(ctx, row).InstanceId,
        'network-border-group': () => ctx.region.name,
        'network-interface-id': (row) => holder(ctx, row)?.id,
        'network-interface-owner-id': (row) => holder(ctx, row)?.ownerId,
        'private-ip-address': (row) => view(ctx, row).PrivateIpAddress,
        'public-ip': (row) => row.ip,
      });
      return { Addresses: rows.map((row) => view(ctx, row)) };
    },
  },
};
