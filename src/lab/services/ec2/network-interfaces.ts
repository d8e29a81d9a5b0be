import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { associationOf, attachmentOf, fullInterfaceView, groupNames, groupsFor, interfacesOf, newInterface, publicIp } from './interface-model.ts';
import { refuseManaged } from './managed-interface.ts';
import { type Fields, filtered, paged } from './query.ts';
import type { Instance, Interface, Subnet } from './rows.ts';
import { arn, arns, chosen, edit, need, once, phase, rowOf, shown, towards, writable } from './tables.ts';
import { tagNew } from './tagging.ts';
import { TYPES } from './type-catalogue.ts';

function fields(ctx: LabContext): Fields<Interface> {
  const attached = (row: Interface) => attachmentOf(ctx, row);
  return {
    'network-interface-id': (row) => row.id,
    'attachment.attachment-id': (row) => attached(row)?.id,
    'attachment.instance-id': (row) => attached(row)?.instanceId,
    'attachment.instance-owner-id': (row) => attached(row) && row.ownerId,
    'attachment.device-index': (row) => attached(row)?.index,
    'attachment.delete-on-termination': (row) => attached(row)?.deleteOnTermination,
    'attachment.attach-time': (row) => attached(row) && new Date(attached(row)!.time).toISOString(),
    'attachment.status': (row) => attached(row) && phase(attached(row)!.timeline, ctx.now()),
    'addresses.private-ip-address': (row) => row.privateIps,
    'addresses.primary': (row) => row.privateIps.map((_, index) => index === 0),
    'addresses.association.public-ip': (row) => associationOf(ctx, row)?.ip,
    'addresses.association.owner-id': (row) => associationOf(ctx, row)?.owner,
    'association.public-ip': (row) => associationOf(ctx, row)?.ip,
    'association.allocation-id': (row) => associationOf(ctx, row)?.allocationId,
    'association.association-id': (row) => associationOf(ctx, row)?.associationId,
    'association.ip-owner-id': (row) => associationOf(ctx, row)?.owner,
    'availability-zone': (row) => row.zone,
    description: (row) => row.description,
    'group-id': (row) => row.groups,
    'group-name': (row) => groupNames(ctx, row.groups).map((group) => group.GroupName),
    'interface-type': (row) => row.type,
    'ipv6-addresses.ipv6-address': (row) => row.ipv6,
    'mac-address': (row) => row.mac,
    'owner-id': (row) => row.ownerId,
    'private-ip-address': (row) => row.privateIps,
    'requester-id': (row) => row.requesterId,
    'requester-managed': (row) => row.requesterManaged ?? false,
    'source-dest-check': (row) => row.sourceDestCheck,
    status: (row) => (attached(row) || row.requesterManaged ? 'in-use' : 'available'),
    'subnet-id': (row) => row.subnetId,
    'vpc-id': (row) => row.vpcId,
    'operator.managed': (row) => row.operator !== undefined,
    'operator.principal': (row) => row.operator,
  };
}
const resources = (input: any, ctx: LabContext): string[] => arns(ctx, 'network-interface', input.NetworkInterfaceId);

export const operations: LabOperations = {
  CreateNetworkInterface: {
    async run(input, ctx) {
      const [id] = await once(ctx, 'CreateNetworkInterface', input, () => {
        const subnet = need<Subnet>(ctx, 'subnets', input.SubnetId);
        const row = newInterface(ctx, {
          subnet,
          groups: groupsFor(ctx, subnet.vpcId, input.Groups),
          description: input.Description,
          privateIp: input.PrivateIpAddress ?? input.PrivateIpAddresses?.find((item: any) => item.Primary)?.PrivateIpAddress,
          ipv6Count: input.Ipv6AddressCount,
          type: input.InterfaceType,
        });
        tagNew(ctx, row.id, input.TagSpecifications, 'network-interface');
        return [row.id];
      });
      return { NetworkInterface: fullInterfaceView(ctx, need<Interface>(ctx, 'interfaces', id!)) };
    },
    resources: (input, ctx) => [arn(ctx, 'network-interface', '*'), arn(ctx, 'subnet', input.SubnetId), ...arns(ctx, 'security-group', input.Groups)],
    constraints: { InterfaceType: { enum: ['efa', 'efa-only', 'branch', 'trunk'] } },
  },
  AttachNetworkInterface: {
    run(input, ctx) {
      const row = edit<Interface>(ctx, 'interfaces', input.NetworkInterfaceId);
      const instance = need<Instance>(ctx, 'instances', input.InstanceId);
      if (attachmentOf(ctx, row)) throw new LabError('InvalidParameterValue', `Interface ${row.id} is in use.`);
      if (row.zone !== instance.zone)
        throw new LabError(
          'InvalidParameterCombination',
          `You may not attach a network interface to an instance if they are not in the same availability zone`,
        );
      const others = interfacesOf(ctx, instance.id);
      if (others.some((item) => item.attachment!.index === input.DeviceIndex))
        throw new LabError('InvalidParameterValue', `Instance '${instance.id}' already has an interface attached at device index '${input.DeviceIndex}'.`);
      if (others.length >= (TYPES.get(instance.type)?.interfaces ?? 2))
        throw new LabError('AttachmentLimitExceeded', `Interface count exceeds the limit for ${instance.type}`);
      row.attachment = {
        id: ctx.id('eni-attach'),
        instanceId: instance.id,
        index: input.DeviceIndex,
        time: ctx.now(),
        timeline: towards(ctx, 'attaching', 'attached', 5),
        deleteOnTermination: false,
      };
      return { AttachmentId: row.attachment.id, NetworkCardIndex: 0 };
    },
    resources: (input, ctx) => [...resources(input, ctx), ...arns(ctx, 'instance', input.InstanceId)],
  },
  DetachNetworkInterface: {
    run(input, ctx) {
      if (/^ela-attach-/.test(input.AttachmentId)) throw new LabError('OperationNotPermitted', "You are not allowed to manage 'ela-attach' attachments.");
      const table = writable<Interface>(ctx, 'interfaces');
      const row = Object.values(table).find((item) => attachmentOf(ctx, item)?.id === input.AttachmentId);
      if (!row?.attachment) throw new LabError('InvalidAttachmentID.NotFound', `The interface attachment ID '${input.AttachmentId}' does not exist`);
      refuseManaged(row);
      if (row.attachment.index === 0) throw new LabError('OperationNotPermitted', 'The network interface at device index 0 cannot be detached.');
      row.attachment.timeline = [...row.attachment.timeline, { state: 'detaching', at: ctx.now() }];
      row.attachment.until = ctx.due(5);
      return {};
    },
  },
  DeleteNetworkInterface: {
    run(input, ctx) {
      const row = edit<Interface>(ctx, 'interfaces', input.NetworkInterfaceId);
      refuseManaged(row);
      if (attachmentOf(ctx, row)) throw new LabError('InvalidParameterValue', `Network interface '${row.id}' is currently in use.`);
      delete writable(ctx, 'interfaces')[row.id];
      delete writable(ctx, 'tags')[row.id];
      return {};
    },
    resources,
  },
  DescribeNetworkInterfaces: {
    run(input, ctx) {
      const rows = filtered(ctx, shown(ctx, chosen<Interface>(ctx, 'interfaces', input.NetworkInterfaceIds), input), input.Filters, fields(ctx));
      return paged(ctx, input, rows, 'NetworkInterfaces', (row) => fullInterfaceView(ctx, row), {
        given: input.NetworkInterfaceIds,
        name: 'networkInterfaceIds',
      });
    },
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
  /** One attribute a call. Groups replace the whole set; AssociatePublicIpAddress=false gives the automatic address back. */
  ModifyNetworkInterfaceAttribute: {
    run(input, ctx) {
      const row = edit<Interface>(ctx, 'interfaces', input.NetworkInterfaceId);
      refuseManaged(row);
      const given = [
        'Groups',
        'Description',
        'SourceDestCheck',
        'Attachment',
        'AssociatePublicIpAddress',
        'ConnectionTrackingSpecification',
        'EnaSrdSpecification',
        'EnablePrimaryIpv6',
      ].filter((name) => input[name] !== undefined && !(Array.isArray(input[name]) && input[name].length === 0));
      if (given.length !== 1)
        throw new LabError(
          'InvalidParameterCombination',
          given.length ? `Fields for multiple attribute types specified: ${given.join(', ')}` : 'No attributes specified.',
        );
      if (given[0] === 'Groups') row.groups = groupsFor(ctx, row.vpcId, input.Groups);
      if (given[0] === 'Description') row.description = input.Description.Value ?? '';
      if (given[0] === 'SourceDestCheck') row.sourceDestCheck = input.SourceDestCheck.Value ?? false;
      if (given[0] === 'Attachment') setAttachment(ctx, row, input.Attachment);
      if (given[0] === 'AssociatePublicIpAddress') setPublicIp(ctx, row, input.AssociatePublicIpAddress);
      if (given[0] === 'ConnectionTrackingSpecification') setTracking(row, input.ConnectionTrackingSpecification);
      return {};
    },
    resources: (input, ctx) => [...resources(input, ctx), ...(input.Groups?.length ? arns(ctx, 'security-group', input.Groups) : [])],
  },
};
/** Seconds (Amazon EC2 User Guide, "Idle connection tracking timeout"). */
const TIMEOUTS = { TcpEstablishedTimeout: [60, 432_000], UdpTimeout: [30, 60], UdpStreamTimeout: [60, 180] } as const;
function setTracking(row: Interface, given: Partial<Record<keyof typeof TIMEOUTS, number>>): void {
  for (const [name, [low, high]] of Object.entries(TIMEOUTS)) {
    const value = given[name as keyof typeof TIMEOUTS];
    if (value !== undefined && (value < low || value > high))
      throw new LabError('InvalidParameterValue', `Value (${value}) for parameter ${name} is invalid. Must be between ${low} and ${high} seconds.`);
  }
  const { TcpEstablishedTimeout: tcp, UdpTimeout: udp, UdpStreamTimeout: udpStream } = given;
  row.tracking = {
    ...row.tracking,
    ...(tcp === undefined ? {} : { tcp }),
    ...(udp === undefined ? {} : { udp }),
    ...(udpStream === undefined ? {} : { udpStream }),
  };
}
function setAttachment(ctx: LabContext, row: Interface, given: { AttachmentId?: string; DeleteOnTermination?: boolean }): void {
  const attachment = attachmentOf(ctx, row);
  if (!attachment || attachment.id !== given.AttachmentId)
    throw new LabError('InvalidAttachmentID.NotFound', `The interface attachment ID '${given.AttachmentId}' does not exist`);
  attachment.deleteOnTermination = given.DeleteOnTermination ?? attachment.deleteOnTermination;
}
function setPublicIp(ctx: LabContext, row: Interface, wanted: boolean): void {
  const attachment = attachmentOf(ctx, row);
  if (attachment && attachment.index !== 0)
    throw new LabError('InvalidParameterCombination', 'A public IPv4 address can be changed on the primary network interface only.');
  if (!wanted) delete row.publicIp;
  else if (!associationOf(ctx, row) && attachment && rowOf<Instance>(ctx, 'instances', attachment.instanceId)) row.publicIp = { ip: publicIp(ctx) };
}
