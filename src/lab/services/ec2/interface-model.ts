import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { cidr, contains, toNumber, v4, v6 } from './cidr.ts';
import type { Address, Interface, SecurityGroup, Subnet } from './rows.ts';
import { date, gone, notFound, operatorView, phase, rowOf, rowsOf, wellFormed, writable } from './tables.ts';
import { tagsOf } from './tagging.ts';

/** Network interfaces: making one, and how it looks from outside. */

const MAX_GROUPS_PER_INTERFACE = 5;
const random = (ctx: LabContext): bigint => BigInt(`0x${ctx.id('x').slice(2)}`);

/** Groups for an interface: at least one, no more than five, all in its VPC. None given: the VPC's default group. */
export function groupsFor(ctx: LabContext, vpcId: string, ids: readonly string[] | undefined): string[] {
  const all = rowsOf<SecurityGroup>(ctx, 'securityGroups').filter((group) => group.vpcId === vpcId);
  if (!ids?.length) return all.filter((group) => group.name === 'default').map((group) => group.id);
  wellFormed('securityGroups', ids);
  for (const id of ids) {
    const group = rowOf<SecurityGroup>(ctx, 'securityGroups', id);
    if (!group) throw notFound('securityGroups', [id]);
    if (group.vpcId !== vpcId)
      throw new LabError('InvalidParameterValue', `You have specified two resources that belong to different networks: ${id}, ${vpcId}.`);
  }
  const unique = [...new Set(ids)];
  if (unique.length > MAX_GROUPS_PER_INTERFACE)
    throw new LabError('SecurityGroupsPerInterfaceLimitExceeded', 'The maximum number of security groups per interface has been reached.');
  return unique;
}

function privateIp(ctx: LabContext, subnet: Subnet, wanted: string | undefined): string {
  const range = cidr(subnet.cidr, 4);
  const used = new Set(
    rowsOf<Interface>(ctx, 'interfaces')
      .filter((row) => row.subnetId === subnet.id)
      .flatMap((row) => row.privateIps),
  );
  if (wanted !== undefined) {
    const host = cidr(`${wanted}/32`, 4);
    if (!contains(range, host)) throw new LabError('InvalidParameterValue', `Address ${wanted} does not fall within the subnet's address range`);
    if (used.has(wanted)) throw new LabError('InvalidIPAddress.InUse', `Address ${wanted} is in use.`);
    return wanted;
  }
  // The first four addresses and the last are AWS's own (Amazon VPC User Guide, "Subnet CIDR reservations").
  const free = (1n << BigInt(32 - range.bits)) - 5n;
  if (BigInt(used.size) >= free)
    throw new LabError('InsufficientFreeAddressesInSubnet', `The specified subnet does not have enough free addresses: ${subnet.id}`);
  let offset = random(ctx) % free;
  while (used.has(v4(range.first + 4n + offset))) offset = (offset + 1n) % free;
  return v4(range.first + 4n + offset);
}
/** Public IPv4 from the documentation and benchmarking ranges (RFC 5737, RFC 2544), so that no address of the lab is anybody's. */
export function publicIp(ctx: LabContext): string {
  const used = new Set<string>();
  for (const account of Object.values(ctx.world.accounts))
    for (const { tables } of Object.values(account.regions)) {
      for (const row of Object.values(tables.interfaces ?? {}) as Interface[]) if (row.publicIp) used.add(row.publicIp.ip);
      for (const row of Object.values(tables.addresses ?? {}) as Address[]) used.add(row.ip);
    }
  const start = random(ctx);
  for (let step = 0n; step < 252n; step++) {
    const ip = v4(toNumber('203.0.113.2') + ((start + step) % 252n));
    if (!used.has(ip)) return ip;
  }
  let offset = start % 130_000n;
  while (used.has(v4(toNumber('198.18.0.2') + offset))) offset = (offset + 1n) % 130_000n;
  return v4(toNumber('198.18.0.2') + offset);
}

export interface InterfaceWish {
  subnet: Subnet;
  groups: string[];
  description?: string;
  privateIp?: string;
  ipv6Count?: number;
  publicIp?: boolean;
  type?: string;
}
/** Creates the row of an interface that is attached to nothing. */
export function newInterface(ctx: LabContext, wish: InterfaceWish): Interface {
  const { subnet } = wish;
  const hex = ctx.id('x').slice(3);
  const ipv6Count = wish.ipv6Count ?? (subnet.ipv6OnLaunch ? 1 : 0);
  if (ipv6Count && !subnet.ipv6) throw new LabError('InvalidParameterValue', `The subnet ${subnet.id} has no IPv6 CIDR block.`);
  const row: Interface = {
    id: ctx.id('eni'),
    ownerId: ctx.account.id,
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    zone: subnet.zone,
    description: wish.description ?? '',
    groups: wish.groups,
    privateIps: [privateIp(ctx, subnet, wish.privateIp)],
    ipv6: Array.from({ length: ipv6Count }, () => v6(cidr(subnet.ipv6!.cidr, 6).first + (random(ctx) & 0xffff_ffff_ffff_ffffn))),
    mac: ['02', ...hex.match(/../g)!.slice(0, 5)].join(':'),
    sourceDestCheck: true,
    type: wish.type ?? 'interface',
    ...(wish.publicIp ? { publicIp: { ip: publicIp(ctx) } } : {}),
  };
  writable<Interface>(ctx, 'interfaces')[row.id] = row;
  return row;
}

export const attachmentOf = (ctx: LabContext, row: Interface): Interface['attachment'] =>
  row.attachment && !gone(row.attachment, ctx.now()) ? row.attachment : undefined;
/** The interfaces of an instance, primary first. */
export const interfacesOf = (ctx: LabContext, instanceId: string): Interface[] =>
  rowsOf<Interface>(ctx, 'interfaces')
    .filter((row) => attachmentOf(ctx, row)?.instanceId === instanceId)
    .sort((a, b) => a.attachment!.index - b.attachment!.index);

const dashed = (ip: string) => ip.replaceAll('.', '-');
export const publicName = (ctx: LabContext, ip: string): string =>
  `ec2-${dashed(ip)}.${ctx.region.name === 'us-east-1' ? 'compute-1' : `${ctx.region.name}.compute`}.amazonaws.com`;
export const privateName = (ctx: LabContext, ip: string): string =>
  `ip-${dashed(ip)}.${ctx.region.name === 'us-east-1' ? 'ec2' : `${ctx.region.name}.compute`}.internal`;

/** An Elastic IP hides the automatically assigned address. */
export function associationOf(ctx: LabContext, row: Interface): { ip: string; allocationId?: string; associationId?: string; owner: string } | undefined {
  const elastic = rowsOf<Address>(ctx, 'addresses').find((address) => address.interfaceId === row.id);
  if (elastic) return { ip: elastic.ip, allocationId: elastic.id, associationId: elastic.associationId, owner: ctx.account.id };
  return row.publicIp && !gone(row.publicIp, ctx.now()) ? { ip: row.publicIp.ip, owner: 'amazon' } : undefined;
}
export const groupNames = (ctx: LabContext, ids: readonly string[]) =>
  ids.map((id) => ({ GroupId: id, GroupName: rowOf<SecurityGroup>(ctx, 'securityGroups', id)?.name }));

/** What DescribeInstances and DescribeNetworkInterfaces both show of an interface. */
export function interfaceView(ctx: LabContext, row: Interface) {
  const public_ = associationOf(ctx, row);
  const shown = public_ && { PublicIp: public_.ip, PublicDnsName: publicName(ctx, public_.ip), IpOwnerId: public_.owner };
  const attachment = attachmentOf(ctx, row);
  return {
    NetworkInterfaceId: row.id,
    Description: row.description,
    Groups: groupNames(ctx, row.groups),
    Ipv6Addresses: row.ipv6.map((Ipv6Address) => ({ Ipv6Address, IsPrimaryIpv6: false })),
    MacAddress: row.mac,
    OwnerId: row.ownerId,
    PrivateDnsName: privateName(ctx, row.privateIps[0]!),
    PrivateIpAddress: row.privateIps[0],
    PrivateIpAddresses: row.privateIps.map((PrivateIpAddress, index) => ({
      PrivateIpAddress,
      Primary: index === 0,
      PrivateDnsName: privateName(ctx, PrivateIpAddress),
      Association: index === 0 ? shown : undefined,
    })),
    SourceDestCheck: row.sourceDestCheck,
    Status: attachment || row.requesterManaged ? 'in-use' : 'available',
    SubnetId: row.subnetId,
    VpcId: row.vpcId,
    InterfaceType: row.type,
    Operator: operatorView(row),
    Association: shown,
    Attachment: attachment && {
      AttachmentId: attachment.id,
      AttachTime: date(attachment.time),
      DeleteOnTermination: attachment.deleteOnTermination,
      DeviceIndex: attachment.index,
      NetworkCardIndex: 0,
      Status: phase(attachment.timeline, ctx.now()),
    },
  };
}
/** What a service made it hang on: something of AWS's own account. */
const servedBy = (row: Interface) =>
  row.requesterManaged
    ? { AttachmentId: `ela-attach-${row.id.slice(4)}`, DeleteOnTermination: false, DeviceIndex: 1, InstanceOwnerId: 'amazon-aws', Status: 'attached' }
    : undefined;
export function fullInterfaceView(ctx: LabContext, row: Interface) {
  const view = interfaceView(ctx, row);
  const public_ = associationOf(ctx, row);
  return {
    ...view,
    AvailabilityZone: row.zone,
    RequesterId: row.requesterId,
    RequesterManaged: row.requesterManaged ?? false,
    TagSet: tagsOf(ctx, row.id),
    ConnectionTrackingConfiguration: row.tracking && {
      TcpEstablishedTimeout: row.tracking.tcp,
      UdpTimeout: row.tracking.udp,
      UdpStreamTimeout: row.tracking.udpStream,
    },
    Association: view.Association && { ...view.Association, AllocationId: public_?.allocationId, AssociationId: public_?.associationId },
    Attachment: view.Attachment ? { ...view.Attachment, InstanceId: row.attachment!.instanceId, InstanceOwnerId: row.ownerId } : servedBy(row),
  };
}
