import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { mayBePublic } from './block-public-access.ts';
import { type Image, type ImageDevice, imagesOf } from './image-catalogue.ts';
import { type Fields, filtered, paged } from './query.ts';
import type { Instance, Snapshot } from './rows.ts';
import { newSnapshot, roomForSnapshot } from './snapshot-model.ts';
import { arns, edit, need, rowsOf, wellFormed, writable } from './tables.ts';
import { creationTags, putTags, tagsOf } from './tagging.ts';
import { volumesOf } from './volume-model.ts';

/** An image of a snapshot that is still being copied is pending. */
const stateOf = (ctx: LabContext, row: Image): string => {
  const own = rowsOf<Snapshot>(ctx, 'snapshots').filter((snapshot) => row.devices.some((device) => device.snapshotId === snapshot.id));
  return own.some((snapshot) => snapshot.timeline.at(-1)!.at > ctx.now()) ? 'pending' : 'available';
};
/** Those without an answer here are refused. */
const ATTRIBUTES = [
  'description',
  'kernel',
  'ramdisk',
  'launchPermission',
  'productCodes',
  'blockDeviceMapping',
  'sriovNetSupport',
  'bootMode',
  'tpmSupport',
  'uefiData',
  'lastLaunchedTime',
  'imdsSupport',
  'deregistrationProtection',
] as const;
const alias = (row: Image): string | undefined => row.alias;

function fields(ctx: LabContext): Fields<Image> {
  return {
    'image-id': (row) => row.id,
    name: (row) => row.name,
    description: (row) => row.description,
    architecture: (row) => row.architecture,
    'creation-date': (row) => new Date(row.created).toISOString(),
    'owner-id': (row) => row.ownerId,
    'owner-alias': alias,
    'is-public': (row) => row.isPublic,
    platform: (row) => row.platform,
    'platform-details': (row) => row.platformDetails,
    state: (row) => stateOf(ctx, row),
    'root-device-name': (row) => row.rootDevice,
    'root-device-type': () => 'ebs',
    'virtualization-type': () => 'hvm',
    hypervisor: () => 'xen',
    'image-type': () => 'machine',
    'ena-support': () => true,
    'source-instance-id': (row) => row.sourceInstanceId,
    'block-device-mapping.snapshot-id': (row) => row.devices.map((device) => device.snapshotId),
    'block-device-mapping.device-name': (row) => row.devices.map((device) => device.device),
    'block-device-mapping.volume-size': (row) => row.devices.map((device) => device.size),
    'block-device-mapping.volume-type': (row) => row.devices.map((device) => device.type),
    'block-device-mapping.encrypted': (row) => row.devices.map((device) => device.encrypted),
  };
}
const view = (ctx: LabContext, row: Image) => ({
  ImageId: row.id,
  Name: row.name,
  Description: row.description,
  ImageLocation: `${row.alias ?? row.ownerId}/${row.name}`,
  ImageType: 'machine',
  ImageOwnerAlias: row.alias,
  OwnerId: row.ownerId,
  Public: row.isPublic,
  State: stateOf(ctx, row),
  CreationDate: new Date(row.created).toISOString(),
  Architecture: row.architecture,
  Platform: row.platform,
  PlatformDetails: row.platformDetails,
  UsageOperation: row.usage,
  RootDeviceName: row.rootDevice,
  RootDeviceType: 'ebs',
  VirtualizationType: 'hvm',
  Hypervisor: 'xen',
  EnaSupport: true,
  SriovNetSupport: 'simple',
  BootMode: 'uefi-preferred',
  ImdsSupport: row.imdsSupport,
  SourceInstanceId: row.sourceInstanceId,
  Tags: row.ownerId === ctx.account.id ? tagsOf(ctx, row.id) : [],
  BlockDeviceMappings: row.devices.map((device) => ({
    DeviceName: device.device,
    Ebs: {
      SnapshotId: device.snapshotId,
      VolumeSize: device.size,
      VolumeType: device.type,
      DeleteOnTermination: device.deleteOnTermination,
      Encrypted: device.encrypted,
    },
  })),
});
const resources = (input: any, ctx: LabContext): string[] => [`arn:aws:ec2:${ctx.region.name}::image/${input.ImageId ?? '*'}`];

export const operations: LabOperations = {
  /** Without owners, executable users or ids: everything the account may launch. */
  DescribeImages: {
    run(input, ctx) {
      let rows = imagesOf(ctx);
      if (input.ImageIds?.length) {
        wellFormed('images', input.ImageIds);
        const missing = input.ImageIds.filter((id: string) => !rows.some((row) => row.id === id));
        if (missing.length) throw new LabError('InvalidAMIID.NotFound', `The image id '[${missing.join(', ')}]' does not exist`);
        rows = rows.filter((row) => input.ImageIds.includes(row.id));
      }
      if (input.Owners?.length)
        rows = rows.filter((row) =>
          input.Owners.some((owner: string) => (owner === 'self' ? row.ownerId === ctx.account.id : owner === row.ownerId || owner === row.alias)),
        );
      if (input.ExecutableUsers?.length)
        rows = rows.filter((row) =>
          input.ExecutableUsers.some((who: string) => (who === 'all' ? row.isPublic : row.sharedWith?.includes(who === 'self' ? ctx.account.id : who))),
        );
      return paged(ctx, input, filtered(ctx, rows, input.Filters, fields(ctx)), 'Images', (row) => view(ctx, row), { given: input.ImageIds, name: 'imageIds' });
    },
  },
  /** Snapshots of all the instance's volumes, registered as an image. NoReboot changes nothing in the lab: guests do not run. */
  CreateImage: {
    async run(input, ctx) {
      const instance = need<Instance>(ctx, 'instances', input.InstanceId);
      if (!/^[a-zA-Z0-9 ()[\]./\-'@_]{3,128}$/.test(input.Name))
        throw new LabError(
          'InvalidAMIName.Malformed',
          "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, spaces and ()[]./-'@_",
        );
      if (rowsOf<Image>(ctx, 'images').some((row) => row.name === input.Name))
        throw new LabError('InvalidAMIName.Duplicate', `AMI name ${input.Name} is already in use by another AMI`);
      const kinds = ['image', 'snapshot'];
      const [imageTags, snapshotTags] = [creationTags(input.TagSpecifications, 'image', kinds), creationTags(input.TagSpecifications, 'snapshot', kinds)];
      const volumes = volumesOf(ctx, instance.id);
      for (const volume of volumes) roomForSnapshot(ctx, volume);
      const id = ctx.id('ami');
      const devices: ImageDevice[] = [];
      for (const volume of volumes) {
        const snapshot = await newSnapshot(ctx, volume, `Created by CreateImage(${instance.id}) for ${id}`, ctx.now());
        if (snapshotTags.length) putTags(ctx, [snapshot.id], snapshotTags);
        devices.push({
          device: volume.attachment!.device,
          snapshotId: snapshot.id,
          size: volume.size,
          type: volume.type,
          deleteOnTermination: volume.attachment!.deleteOnTermination,
          encrypted: volume.encrypted,
        });
      }
      writable<Image>(ctx, 'images')[id] = {
        id,
        name: input.Name,
        description: input.Description ?? '',
        ownerId: ctx.account.id,
        architecture: instance.architecture as Image['architecture'],
        platform: instance.platform,
        platformDetails: instance.platformDetails,
        usage: instance.platform === 'windows' ? 'RunInstances:0002' : 'RunInstances',
        created: ctx.now(),
        rootDevice: instance.rootDevice,
        devices,
        isPublic: false,
        sourceInstanceId: instance.id,
      };
      if (imageTags.length) putTags(ctx, [id], imageTags);
      return { ImageId: id };
    },
    resources: (input, ctx) => [
      ...arns(ctx, 'instance', input.InstanceId),
      `arn:aws:ec2:${ctx.region.name}::image/*`,
      `arn:aws:ec2:${ctx.region.name}::snapshot/*`,
    ],
    constraints: { Name: { length: [3, 128] }, Description: { length: [0, 255] }, SnapshotLocation: { enum: ['regional', 'local'] } },
  },
  ModifyImageAttribute: {
    run(input, ctx) {
      const row = edit<Image>(ctx, 'images', input.ImageId);
      if (input.Description?.Value !== undefined) row.description = input.Description.Value;
      type Member = { UserId?: string; Group?: string };
      const asked = (kind: 'add' | 'remove'): Member[] => [
        ...(input.LaunchPermission?.[kind === 'add' ? 'Add' : 'Remove'] ?? []),
        // The older form names the operation beside the accounts.
        ...(input.OperationType === kind ? (input.UserIds ?? []).map((UserId: string) => ({ UserId })) : []),
        ...(input.OperationType === kind ? (input.UserGroups ?? []).map((Group: string) => ({ Group })) : []),
      ];
      const [add, remove] = [asked('add'), asked('remove')];
      const bad = [...add, ...remove].find((member) => member.UserId !== undefined && !/^\d{12}$/.test(member.UserId));
      if (bad) throw new LabError('InvalidAMIAttributeItemValue', `Invalid attribute item value "${bad.UserId}" for userId item type.`);
      if (add.some((member) => member.Group === 'all')) mayBePublic(ctx, 'images');
      const users = new Set(row.sharedWith);
      for (const { UserId: user } of add) if (user !== undefined) users.add(user);
      for (const { UserId: user } of remove) if (user !== undefined) users.delete(user);
      if (add.some((member) => member.Group === 'all')) row.isPublic = true;
      if (remove.some((member) => member.Group === 'all')) row.isPublic = false;
      row.sharedWith = [...users];
      return {};
    },
    resources,
    constraints: { OperationType: { enum: ['add', 'remove'] } },
  },
  DescribeImageAttribute: {
    run(input, ctx) {
      const row = need<Image>(ctx, 'images', input.ImageId);
      const answers: Record<string, object> = {
        description: { Description: { Value: row.description } },
        launchPermission: { LaunchPermissions: [...(row.sharedWith ?? []).map((UserId) => ({ UserId })), ...(row.isPublic ? [{ Group: 'all' }] : [])] },
        blockDeviceMapping: { BlockDeviceMappings: view(ctx, row).BlockDeviceMappings },
        productCodes: { ProductCodes: [] },
        bootMode: { BootMode: { Value: 'uefi-preferred' } },
        imdsSupport: { ImdsSupport: row.imdsSupport ? { Value: row.imdsSupport } : {} },
      };
      const answer = Object.hasOwn(answers, input.Attribute) ? answers[input.Attribute] : undefined;
      if (!answer) throw new LabError('InvalidParameterValue', `Value (${input.Attribute}) for parameter attribute is invalid.`);
      return { ImageId: row.id, ...answer };
    },
    resources,
    constraints: { Attribute: { enum: ATTRIBUTES } },
  },
  /** Its snapshots stay. */
  DeregisterImage: {
    run(input, ctx) {
      const row = edit<Image>(ctx, 'images', input.ImageId);
      delete writable(ctx, 'images')[row.id];
      delete writable(ctx, 'tags')[row.id];
      return { Return: true };
    },
    resources,
  },
};
