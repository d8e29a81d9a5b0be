import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { profileOf } from './iam-profile.ts';
import { type Image, imageOf } from './image-catalogue.ts';
import { instanceView } from './instance-model.ts';
import { associationOf, attachmentOf, groupsFor, interfacesOf, newInterface, publicIp } from './interface-model.ts';
import { launchData, templateTags } from './launch-template-model.ts';
import type { Instance, Interface, KeyPair, SecurityGroup, Subnet, Vpc } from './rows.ts';
import { fulfil, newSpotRequest } from './spot-model.ts';
import { arn, arns, atomically, edit, need, once, rowOf, rowsOf, towards, writable } from './tables.ts';
import { creationTags, putTags, systemTags } from './tagging.ts';
import { TYPES, type TypeInfo } from './type-catalogue.ts';
import { newVolume, usableSnapshot } from './volume-model.ts';
import { zonesOf } from './zones.ts';

const TAGGABLE = ['instance', 'volume', 'network-interface', 'spot-instances-request', 'elastic-gpu'];

/** Where it starts: the subnet asked for, or the default VPC's subnet in the zone asked for (any zone otherwise). */
function subnetFor(ctx: LabContext, input: any): Subnet {
  const id = input.SubnetId ?? input.NetworkInterfaces?.find((item: any) => item.DeviceIndex === 0)?.SubnetId;
  if (id !== undefined) return need<Subnet>(ctx, 'subnets', id);
  const wanted =
    input.Placement?.AvailabilityZone ?? zonesOf(ctx.account.id, ctx.region.name).find((zone) => zone.id === input.Placement?.AvailabilityZoneId)?.name;
  if (wanted !== undefined && !zonesOf(ctx.account.id, ctx.region.name).some((zone) => zone.name === wanted))
    throw new LabError('InvalidParameterValue', `Invalid availability zone: [${wanted}]`);
  const home = rowsOf<Vpc>(ctx, 'vpcs').find((vpc) => vpc.isDefault);
  if (!home) throw new LabError('VPCIdNotSpecified', 'No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.');
  const subnet = rowsOf<Subnet>(ctx, 'subnets').find((row) => row.vpcId === home.id && row.isDefault && (wanted === undefined || row.zone === wanted));
  if (!subnet) throw new LabError('MissingInput', `No default subnet for availability zone: '${wanted ?? 'null'}'.`);
  return subnet;
}
function groupIds(ctx: LabContext, vpcId: string, input: any): string[] {
  const named = ((input.SecurityGroups ?? []) as string[]).map((name) => {
    const group = rowsOf<SecurityGroup>(ctx, 'securityGroups').find((row) => row.vpcId === vpcId && row.name === name);
    if (!group) throw new LabError('InvalidGroup.NotFound', `The security group '${name}' does not exist in VPC '${vpcId}'`);
    return group.id;
  });
  return groupsFor(ctx, vpcId, [...(input.SecurityGroupIds ?? []), ...named]);
}

function checked(ctx: LabContext, input: any): { type: TypeInfo; image: Image; subnet: Subnet } {
  if (!input.ImageId) throw new LabError('MissingParameter', 'The request must contain the parameter ImageId');
  if (input.MinCount < 1 || input.MaxCount < input.MinCount)
    throw new LabError('InvalidParameterValue', `Value (${input.MinCount}) for parameter minCount is invalid. Must be between 1 and maxCount.`);
  const image = imageOf(ctx, input.ImageId);
  const name = input.InstanceType ?? 'm1.small';
  const type = TYPES.get(name);
  if (!type) throw new LabError('InvalidParameterValue', `Invalid value '${name}' for InstanceType.`);
  if (type.architecture !== image.architecture)
    throw new LabError(
      'InvalidParameterValue',
      `The architecture '${type.architecture}' of the specified instance type does not match the architecture '${image.architecture}' of the specified AMI.`,
    );
  if (input.KeyName !== undefined && !rowsOf<KeyPair>(ctx, 'keyPairs').some((pair) => pair.name === input.KeyName))
    throw new LabError('InvalidKeyPair.NotFound', `The key pair '${input.KeyName}' does not exist`);
  if (input.UserData !== undefined) {
    if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(input.UserData)) throw new LabError('InvalidParameterValue', 'Invalid BASE64 encoding of user data.');
    if (Buffer.from(input.UserData, 'base64').length > 16384) throw new LabError('InvalidParameterValue', 'User data is limited to 16384 bytes');
  }
  if (input.NetworkInterfaces?.length && (input.SubnetId || input.SecurityGroupIds?.length))
    throw new LabError(
      'InvalidParameterCombination',
      'Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request',
    );
  if (
    input.MetadataOptions?.HttpPutResponseHopLimit !== undefined &&
    (input.MetadataOptions.HttpPutResponseHopLimit < 1 || input.MetadataOptions.HttpPutResponseHopLimit > 64)
  )
    throw new LabError('InvalidParameterValue', 'The hop limit must be between 1 and 64.');
  return { type, image, subnet: subnetFor(ctx, input) };
}

function attachInterfaces(ctx: LabContext, input: any, subnet: Subnet, instance: Instance): Interface[] {
  const wishes: any[] = input.NetworkInterfaces?.length
    ? input.NetworkInterfaces
    : [{ DeviceIndex: 0, Groups: undefined, PrivateIpAddress: input.PrivateIpAddress }];
  const limit = TYPES.get(instance.type)?.interfaces ?? 2;
  if (wishes.length > limit) throw new LabError('AttachmentLimitExceeded', `Interface count ${wishes.length} exceeds the limit for ${instance.type}`);
  return wishes.map((wish, position) => {
    const index = wish.DeviceIndex ?? position;
    const home = wish.SubnetId ? need<Subnet>(ctx, 'subnets', wish.SubnetId) : subnet;
    const row = wish.NetworkInterfaceId
      ? edit<Interface>(ctx, 'interfaces', wish.NetworkInterfaceId)
      : newInterface(ctx, {
          subnet: home,
          groups: input.NetworkInterfaces?.length ? groupsFor(ctx, home.vpcId, wish.Groups) : groupIds(ctx, home.vpcId, input),
          description: wish.Description,
          privateIp: wish.PrivateIpAddress ?? wish.PrivateIpAddresses?.find((item: any) => item.Primary)?.PrivateIpAddress,
          ipv6Count: wish.Ipv6AddressCount ?? (position === 0 ? input.Ipv6AddressCount : undefined),
          // EC2 gives a public address to a single new primary interface only.
          publicIp: index === 0 && (wish.AssociatePublicIpAddress ?? (wishes.length === 1 && home.publicIpOnLaunch)),
          type: wish.InterfaceType,
        });
    row.attachment = {
      id: ctx.id('eni-attach'),
      instanceId: instance.id,
      index,
      time: ctx.now(),
      timeline: towards(ctx, 'attaching', 'attached', 5),
      deleteOnTermination: wish.DeleteOnTermination ?? !wish.NetworkInterfaceId,
    };
    return row;
  });
}

function attachVolumes(ctx: LabContext, input: any, image: Image, instance: Instance): string[] {
  const overrides = new Map<string, any>((input.BlockDeviceMappings ?? []).map((mapping: any) => [mapping.DeviceName, mapping]));
  const fromImage = image.devices.map((device) => ({ device: device.device, image: device, given: overrides.get(device.device) }));
  const extra = [...overrides.values()].filter((mapping) => mapping.Ebs && !image.devices.some((device) => device.device === mapping.DeviceName));
  const all = [...fromImage, ...extra.map((given) => ({ device: given.DeviceName as string, image: undefined, given }))];
  return all
    .filter(({ given }) => given?.NoDevice === undefined)
    .map(({ device, image: base, given }) => {
      const ebs = given?.Ebs ?? {};
      const snapshotId: string | undefined = ebs.SnapshotId ?? base?.snapshotId;
      const own = ebs.SnapshotId !== undefined || (base?.snapshotId !== undefined && !image.isPublic);
      const volume = newVolume(ctx, {
        zone: instance.zone,
        size: ebs.VolumeSize ?? base?.size,
        type: ebs.VolumeType ?? base?.type,
        iops: ebs.Iops,
        throughput: ebs.Throughput,
        encrypted: ebs.Encrypted,
        kmsKeyId: ebs.KmsKeyId,
        snapshot: own && snapshotId !== undefined ? usableSnapshot(ctx, snapshotId) : undefined,
        snapshotId,
      });
      volume.timeline = [{ state: 'available', at: ctx.now() }];
      volume.attachment = {
        instanceId: instance.id,
        device,
        time: ctx.now(),
        timeline: towards(ctx, 'attaching', 'attached', 3),
        deleteOnTermination: ebs.DeleteOnTermination ?? base?.deleteOnTermination ?? false,
      };
      return volume.id;
    });
}

/** @param given input of RunInstances. Gives the new instances' ids. Throws EC2's errors, half-done: the caller makes it atomic. */
export function launchInstances(given: any, ctx: LabContext): string[] {
  const input = launchData(ctx, given);
  const { type, image, subnet } = checked(ctx, input);
  const profile = input.IamInstanceProfile && profileOf(ctx, input.IamInstanceProfile);
  for (const kind of TAGGABLE) creationTags(input.TagSpecifications, kind, TAGGABLE);
  const fromTemplate = templateTags(ctx, given);
  const reservationId = ctx.id('r');
  const instances = writable<Instance>(ctx, 'instances');
  return Array.from({ length: input.MaxCount }, (_, index) => {
    const row: Instance = {
      id: ctx.id('i'),
      reservationId,
      ownerId: ctx.account.id,
      imageId: image.id,
      type: type.type,
      architecture: type.architecture,
      platform: image.platform,
      platformDetails: image.platformDetails,
      keyName: input.KeyName,
      launchTime: ctx.now(),
      launchIndex: index,
      subnetId: subnet.id,
      vpcId: subnet.vpcId,
      zone: subnet.zone,
      timeline: towards(ctx, 'pending', 'running', 12),
      userData: input.UserData,
      profile: profile && { ...profile, associationId: ctx.id('iip-assoc'), since: ctx.now() },
      shutdownBehavior: input.InstanceInitiatedShutdownBehavior ?? 'stop',
      disableApiTermination: input.DisableApiTermination ?? false,
      disableApiStop: input.DisableApiStop ?? false,
      monitoring: input.Monitoring?.Enabled ?? false,
      ebsOptimized: input.EbsOptimized ?? false,
      hibernation: input.HibernationOptions?.Configured ?? false,
      rootDevice: image.rootDevice,
      metadata: {
        tokens: input.MetadataOptions?.HttpTokens ?? (image.imdsSupport ? 'required' : 'optional'),
        hops: input.MetadataOptions?.HttpPutResponseHopLimit ?? (image.imdsSupport ? 2 : 1),
        endpoint: input.MetadataOptions?.HttpEndpoint ?? 'enabled',
        ipv6: input.MetadataOptions?.HttpProtocolIpv6 ?? 'disabled',
        tags: input.MetadataOptions?.InstanceMetadataTags ?? 'disabled',
      },
      clientToken: given.ClientToken,
      credits: input.CreditSpecification?.CpuCredits,
    };
    instances[row.id] = row;
    const created = {
      instance: [row.id],
      'network-interface': attachInterfaces(ctx, input, subnet, row).map((item) => item.id),
      volume: attachVolumes(ctx, input, image, row),
      'spot-instances-request': input.InstanceMarketOptions?.MarketType === 'spot' ? [spotRequest(ctx, input, row)] : [],
    };
    for (const [kind, ids] of Object.entries(created)) {
      const tags = creationTags(input.TagSpecifications, kind, TAGGABLE);
      if (tags.length && ids.length) putTags(ctx, ids, tags);
    }
    systemTags(ctx, [row.id], fromTemplate);
    return row.id;
  });
}
function spotRequest(ctx: LabContext, input: any, row: Instance): string {
  const { SpotInstanceType: type, InstanceInterruptionBehavior: interruption, MaxPrice: price } = input.InstanceMarketOptions.SpotOptions ?? {};
  const launch = { ImageId: row.imageId, InstanceType: row.type, KeyName: row.keyName, SubnetId: row.subnetId };
  const request = newSpotRequest(ctx, { launch, type, interruption, price, timeline: [{ state: 'active', at: ctx.now() }] });
  fulfil(request, row);
  return request.id;
}
/** The answer of RunInstances. */
export const reservationView = (ctx: LabContext, rows: readonly Instance[]) => ({
  ReservationId: rows[0]?.reservationId,
  OwnerId: ctx.account.id,
  Groups: [],
  Instances: rows.map((row) => instanceView(ctx, row)),
});

export const operations: LabOperations = {
  RunInstances: {
    async run(input, ctx) {
      const ids = await once(ctx, 'RunInstances', input, () => atomically(ctx, () => launchInstances(input, ctx)));
      const rows = ids.flatMap((id) => rowOf<Instance>(ctx, 'instances', id) ?? []);
      return reservationView(ctx, rows);
    },
    resources: (input, ctx) => [
      ...arns(ctx, 'instance', undefined),
      ...arns(ctx, 'volume', undefined),
      ...arns(ctx, 'network-interface', undefined),
      ...(input.ImageId ? [`arn:aws:ec2:${ctx.region.name}::image/${input.ImageId}`] : []),
      arn(ctx, 'subnet', input.SubnetId ?? '*'),
      ...arns(ctx, 'security-group', input.SecurityGroupIds),
      ...(input.KeyName ? [arn(ctx, 'key-pair', input.KeyName)] : []),
    ],
    conditions: (input) => ({ 'ec2:InstanceType': input.InstanceType ?? 'm1.small' }),
    constraints: {
      InstanceInitiatedShutdownBehavior: { enum: ['stop', 'terminate'] },
      'Placement.Tenancy': { enum: ['default', 'dedicated', 'host'] },
      'MetadataOptions.HttpTokens': { enum: ['optional', 'required'] },
      'MetadataOptions.HttpEndpoint': { enum: ['disabled', 'enabled'] },
      'MetadataOptions.HttpProtocolIpv6': { enum: ['disabled', 'enabled'] },
      'MetadataOptions.InstanceMetadataTags': { enum: ['disabled', 'enabled'] },
      'BlockDeviceMappings[].Ebs.VolumeType': { enum: ['standard', 'io1', 'io2', 'gp2', 'sc1', 'st1', 'gp3'] },
      'InstanceMarketOptions.MarketType': { enum: ['spot', 'on-demand', 'capacity-block', 'interruptible-capacity-reservation'] },
      'InstanceMarketOptions.SpotOptions.SpotInstanceType': { enum: ['one-time', 'persistent'] },
      'InstanceMarketOptions.SpotOptions.InstanceInterruptionBehavior': { enum: ['hibernate', 'stop', 'terminate'] },
    },
  },
};
/** A new automatic address for an instance that starts again: none where it has several interfaces or an Elastic IP. */
export function renewPublicIp(ctx: LabContext, row: Interface): void {
  const subnet = rowOf<Subnet>(ctx, 'subnets', row.subnetId);
  const instance = attachmentOf(ctx, row)?.instanceId;
  const plain = instance !== undefined && interfacesOf(ctx, instance).length === 1 && associationOf(ctx, row)?.allocationId === undefined;
  if (plain && (row.publicIp || subnet?.publicIpOnLaunch)) row.publicIp = { ip: publicIp(ctx) };
}
