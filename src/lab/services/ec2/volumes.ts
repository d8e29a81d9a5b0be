import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { keyRefusal, READS, WRITES } from '../kms/key-model.ts';
import { stateOf } from './instance-model.ts';
import { type Fields, filtered, paged } from './query.ts';
import type { Instance, Volume } from './rows.ts';
import { arn, arns, chosen, edit, need, once, phase, shown, towards, writable } from './tables.ts';
import { creationTags, putTags } from './tagging.ts';
import { attachmentView, newVolume, usableSnapshot, volumeAttachment, volumeState, volumesOf, volumeView } from './volume-model.ts';
import { zonesOf } from './zones.ts';

const MAX_ATTACHMENTS = 28;

function zoneFor(ctx: LabContext, input: { AvailabilityZone?: string; AvailabilityZoneId?: string }): string {
  if ((input.AvailabilityZone === undefined) === (input.AvailabilityZoneId === undefined))
    throw input.AvailabilityZone === undefined
      ? new LabError('MissingParameter', 'The request must contain the parameter zone')
      : new LabError('InvalidParameterCombination', 'Only one of AvailabilityZone and AvailabilityZoneId may be given.');
  const zone = zonesOf(ctx.account.id, ctx.region.name).find((item) => item.name === input.AvailabilityZone || item.id === input.AvailabilityZoneId);
  if (!zone) throw new LabError('InvalidZone.NotFound', `The zone '${input.AvailabilityZone ?? input.AvailabilityZoneId}' does not exist.`);
  return zone.name;
}
function fields(ctx: LabContext): Fields<Volume> {
  const attached = (row: Volume) => volumeAttachment(ctx, row);
  return {
    'volume-id': (row) => row.id,
    status: (row) => volumeState(ctx, row),
    size: (row) => row.size,
    'volume-type': (row) => row.type,
    'snapshot-id': (row) => row.snapshotId,
    encrypted: (row) => row.encrypted,
    'create-time': (row) => new Date(row.created).toISOString(),
    'availability-zone': (row) => row.zone,
    'availability-zone-id': (row) => zonesOf(ctx.account.id, ctx.region.name).find((zone) => zone.name === row.zone)?.id,
    'fast-restored': () => false,
    'multi-attach-enabled': () => false,
    'operator.managed': (row) => row.operator !== undefined,
    'attachment.instance-id': (row) => attached(row)?.instanceId,
    'attachment.device': (row) => attached(row)?.device,
    'attachment.delete-on-termination': (row) => attached(row)?.deleteOnTermination,
    'attachment.attach-time': (row) => attached(row) && new Date(attached(row)!.time).toISOString(),
    'attachment.status': (row) => attached(row) && phase(attached(row)!.timeline, ctx.now()),
  };
}
/** MiB/s at which blocks come without a rate of one's own; AWS names none. */
const DEFAULT_RATE = 50;
/** How much of a snapshot has been loaded. Empty volumes have nothing to load. */
function initialization(ctx: LabContext, row: Volume) {
  if (!row.snapshotId) return undefined;
  const whole = ctx.due((row.size * 1024) / (row.initializationRate ?? DEFAULT_RATE)) - ctx.now();
  const passed = ctx.now() - row.created;
  const left = Math.max(0, Math.ceil((whole - passed) / 1000));
  return {
    InitializationType: row.initializationRate === undefined ? 'default' : 'provisioned-rate',
    Progress: whole <= passed ? 100 : Math.floor((100 * passed) / whole),
    ...(row.initializationRate === undefined ? {} : { EstimatedTimeToCompleteInSeconds: left }),
  };
}
const resources = (input: any, ctx: LabContext): string[] => arns(ctx, 'volume', input.VolumeId);
const both = (input: any, ctx: LabContext): string[] => [...resources(input, ctx), ...arns(ctx, 'instance', input.InstanceId)];

export const operations: LabOperations = {
  CreateVolume: {
    async run(input, ctx) {
      const [id] = await once(ctx, 'CreateVolume', input, () => {
        const zone = zoneFor(ctx, input);
        const tags = creationTags(input.TagSpecifications, 'volume');
        const snapshot = input.SnapshotId ? usableSnapshot(ctx, input.SnapshotId) : undefined;
        const state = snapshot && phase(snapshot.timeline, ctx.now());
        if (snapshot && state !== 'completed') throw new LabError('IncorrectState', `Snapshot is in invalid state - ${state}`);
        const rate = input.VolumeInitializationRate;
        if (rate !== undefined && (!snapshot || rate < 100 || rate > 300))
          throw new LabError('InvalidParameterValue', `VolumeInitializationRate ${rate} MiB/s is invalid: 100 to 300, for volumes created from a snapshot.`);
        const row = newVolume(ctx, {
          zone,
          size: input.Size,
          type: input.VolumeType,
          iops: input.Iops,
          throughput: input.Throughput,
          encrypted: input.Encrypted,
          kmsKeyId: input.KmsKeyId,
          snapshot,
          initializationRate: rate,
        });
        // What KMS refuses shows late: the call succeeds and the volume ends in error.
        const refused =
          (snapshot?.kmsKeyId !== undefined && keyRefusal(ctx, snapshot.kmsKeyId, READS) !== null) ||
          (row.kmsKeyId !== undefined && keyRefusal(ctx, row.kmsKeyId, WRITES) !== null);
        if (refused) row.timeline = towards(ctx, 'creating', 'error', 5);
        if (tags.length) putTags(ctx, [row.id], tags);
        return [row.id];
      });
      const { Attachments: _, ...view } = volumeView(ctx, need<Volume>(ctx, 'volumes', id!));
      return view;
    },
    resources: (input, ctx) => [arn(ctx, 'volume', '*'), ...(input.SnapshotId ? [`arn:aws:ec2:${ctx.region.name}::snapshot/${input.SnapshotId}`] : [])],
    constraints: { VolumeType: { enum: ['standard', 'io1', 'io2', 'gp2', 'sc1', 'st1', 'gp3'] } },
  },
  DescribeVolumes: {
    run(input, ctx) {
      const rows = filtered(ctx, shown(ctx, chosen<Volume>(ctx, 'volumes', input.VolumeIds), input), input.Filters, fields(ctx));
      return paged(ctx, input, rows, 'Volumes', (row) => volumeView(ctx, row), { given: input.VolumeIds, name: 'volumeIds' });
    },
  },
  DescribeVolumeStatus: {
    run(input, ctx) {
      const rows = filtered(ctx, shown(ctx, chosen<Volume>(ctx, 'volumes', input.VolumeIds), input), input.Filters, {
        'availability-zone': (row) => row.zone,
        'volume-status.status': () => 'ok',
      });
      return paged(
        ctx,
        input,
        rows,
        'VolumeStatuses',
        (row) => ({
          VolumeId: row.id,
          AvailabilityZone: row.zone,
          VolumeStatus: {
            Status: 'ok',
            Details: [
              { Name: 'io-enabled', Status: 'passed' },
              { Name: 'io-performance', Status: 'not-applicable' },
            ],
          },
          Actions: [],
          Events: [],
          AttachmentStatuses: [],
          InitializationStatusDetails: initialization(ctx, row),
        }),
        { given: input.VolumeIds, name: 'volumeIds' },
      );
    },
  },
  DescribeVolumeAttribute: {
    run(input, ctx) {
      const row = need<Volume>(ctx, 'volumes', input.VolumeId);
      return { VolumeId: row.id, ...(input.Attribute === 'productCodes' ? { ProductCodes: row.productCodes ?? [] } : { AutoEnableIO: { Value: false } }) };
    },
    resources,
    constraints: { Attribute: { enum: ['autoEnableIO', 'productCodes'] } },
  },
  /** Modifications are not modelled: none has happened. */
  DescribeVolumesModifications: {
    run(input, ctx) {
      chosen<Volume>(ctx, 'volumes', input.VolumeIds);
      return { VolumesModifications: [] };
    },
  },
  /** A volume with a Marketplace product code goes to stopped instances only, and gives them the code. */
  AttachVolume: {
    run(input, ctx) {
      const row = edit<Volume>(ctx, 'volumes', input.VolumeId);
      const instance = edit<Instance>(ctx, 'instances', input.InstanceId);
      const [state, now] = [volumeState(ctx, row), stateOf(ctx, instance)];
      if (state === 'in-use') throw new LabError('VolumeInUse', `${row.id} is already attached to an instance`);
      if (state !== 'available') throw new LabError('IncorrectState', `Volume '${row.id}' is in the '${state}' state; it must be 'available'.`);
      if (row.zone !== instance.zone)
        throw new LabError('InvalidVolume.ZoneMismatch', `The volume '${row.id}' is not in the same availability zone as instance '${instance.id}'`);
      if (now !== 'running' && now !== 'stopped') throw new LabError('IncorrectState', `Instance '${instance.id}' is not 'running'.`);
      if (row.productCodes?.length && now !== 'stopped')
        throw new LabError('OperationNotPermitted', `The volume '${row.id}' has product codes: it can be attached to a stopped instance only.`);
      if (!/^(\/dev\/)?(sd|xvd|hd)[a-z]([a-z]|\d{1,2})?$/.test(input.Device))
        throw new LabError('InvalidParameterValue', `Value (${input.Device}) for parameter device is invalid. ${input.Device} is not a valid EBS device name.`);
      const others = volumesOf(ctx, instance.id);
      if (others.some((volume) => volume.attachment!.device === input.Device))
        throw new LabError('InvalidParameterValue', `Invalid value '${input.Device}' for unixDevice. Attachment point ${input.Device} is already in use`);
      if (others.length >= MAX_ATTACHMENTS)
        throw new LabError('AttachmentLimitExceeded', `The maximum number of EBS volumes attached to instance '${instance.id}' has been reached.`);
      row.attachment = {
        instanceId: instance.id,
        device: input.Device,
        time: ctx.now(),
        timeline: towards(ctx, 'attaching', 'attached', 4),
        deleteOnTermination: false,
      };
      if (row.productCodes?.length) instance.productCodes = [...(instance.productCodes ?? []), ...row.productCodes];
      return attachmentView(ctx, row, row.attachment);
    },
    resources: both,
  },
  DetachVolume: {
    run(input, ctx) {
      const row = edit<Volume>(ctx, 'volumes', input.VolumeId);
      const attachment = volumeAttachment(ctx, row);
      if (!attachment) throw new LabError('IncorrectState', `Volume '${row.id}' is in the 'available' state.`);
      if ((input.InstanceId && input.InstanceId !== attachment.instanceId) || (input.Device && input.Device !== attachment.device))
        throw new LabError(
          'InvalidAttachment.NotFound',
          `The volume '${row.id}' is not attached to instance '${input.InstanceId ?? attachment.instanceId}' as device '${input.Device ?? attachment.device}'`,
        );
      const instance = need<Instance>(ctx, 'instances', attachment.instanceId);
      if (attachment.device === instance.rootDevice && stateOf(ctx, instance) === 'running')
        throw new LabError('OperationNotPermitted', `Unable to detach root volume '${row.id}' from instance '${instance.id}'`);
      if (attachment.until === undefined) {
        attachment.timeline = [...attachment.timeline.filter((entry) => entry.at <= ctx.now()), { state: 'detaching', at: ctx.now() }];
        attachment.until = ctx.due(6);
      }
      return attachmentView(ctx, row, attachment);
    },
    resources: both,
  },
  DeleteVolume: {
    run(input, ctx) {
      const row = edit<Volume>(ctx, 'volumes', input.VolumeId);
      if (volumeAttachment(ctx, row)) throw new LabError('VolumeInUse', `Volume ${row.id} is currently attached to ${row.attachment!.instanceId}`);
      row.timeline = [...row.timeline.filter((entry) => entry.at <= ctx.now()), { state: 'deleting', at: ctx.now() }];
      row.until = ctx.due(5);
      delete writable(ctx, 'tags')[row.id];
      return {};
    },
    resources,
  },
};
