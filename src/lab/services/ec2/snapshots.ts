import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { managedEbsKey } from '../../world/index.ts';
import { keyRefusal, READS, WRITES } from '../kms/key-model.ts';
import { mayBePublic } from './block-public-access.ts';
import { stateOf } from './instance-model.ts';
import { type Fields, filtered, paged } from './query.ts';
import type { Instance, Snapshot, Volume } from './rows.ts';
import { lockState } from './snapshot-locks.ts';
import { describedSnapshot, newSnapshot, progress, roomForSnapshot, snapshotState, snapshotView } from './snapshot-model.ts';
import { arn, arns, edit, gone, need, notFound, rowsOf, wellFormed, writable } from './tables.ts';
import { creationTags, putTags, tagsOf } from './tagging.ts';
import { keyArn, managedKey, visibleSnapshots, volumeState, volumesOf } from './volume-model.ts';

/** Copies under way into one region (CopySnapshot). */
const MAX_COPIES = 20;
const described = (text: string | undefined): string => {
  if (text !== undefined && text.length > 255) throw new LabError('InvalidParameterValue', 'The description exceeds the maximum length of 255 characters.');
  return text ?? '';
};
const fields = (ctx: LabContext): Fields<Snapshot> => ({
  'snapshot-id': (row) => row.id,
  'volume-id': (row) => row.volumeId,
  'volume-size': (row) => row.size,
  'owner-id': (row) => row.ownerId,
  'owner-alias': () => undefined,
  description: (row) => row.description,
  'start-time': (row) => new Date(row.started).toISOString(),
  status: (row) => snapshotState(ctx, row),
  progress: (row) => progress(ctx, row),
  encrypted: (row) => row.encrypted,
  'storage-tier': () => 'standard',
});

/** What the caller may see: its own, shared and public ones, narrowed by owners and by who may restore. */
function seen(ctx: LabContext, input: any): Snapshot[] {
  let rows = visibleSnapshots(ctx);
  if (input.SnapshotIds?.length) {
    wellFormed('snapshots', input.SnapshotIds);
    const missing = input.SnapshotIds.filter((id: string) => !rows.some((row) => row.id === id));
    if (missing.length) throw notFound('snapshots', missing);
    rows = rows.filter((row) => input.SnapshotIds.includes(row.id));
  }
  const owners: string[] = (input.OwnerIds ?? []).map((owner: string) => (owner === 'self' ? ctx.account.id : owner));
  const bad = owners.find((owner) => !/^(\d{12}|amazon)$/.test(owner));
  if (bad !== undefined) throw new LabError('InvalidUserID.Malformed', `Invalid user id: "${bad}"`);
  if (owners.length) rows = rows.filter((row) => owners.includes(row.ownerId));
  const restorers: string[] = input.RestorableByUserIds ?? [];
  if (restorers.length)
    rows = rows.filter((row) =>
      restorers.some((who) =>
        who === 'all'
          ? row.isPublic
          : who === 'self'
            ? row.ownerId === ctx.account.id || row.sharedWith.includes(ctx.account.id)
            : row.sharedWith.includes(who),
      ),
    );
  return rows;
}
const newArn = (ctx: LabContext): string => `arn:aws:ec2:${ctx.region.name}::snapshot/*`;
const resources = (input: any, ctx: LabContext): string[] => [`arn:aws:ec2:${ctx.region.name}::snapshot/${input.SnapshotId ?? '*'}`];

export const operations: LabOperations = {
  CreateSnapshot: {
    async run(input, ctx) {
      const volume = need<Volume>(ctx, 'volumes', input.VolumeId);
      const description = described(input.Description);
      const tags = creationTags(input.TagSpecifications, 'snapshot');
      if (!/^(available|in-use)$/.test(volumeState(ctx, volume)))
        throw new LabError('IncorrectState', `Volume '${volume.id}' is in the '${volumeState(ctx, volume)}' state.`);
      roomForSnapshot(ctx, volume);
      const row = await newSnapshot(ctx, volume, description, ctx.now());
      if (tags.length) putTags(ctx, [row.id], tags);
      return { ...snapshotView(ctx, row), Progress: '' };
    },
    resources: (input, ctx) => [newArn(ctx), ...arns(ctx, 'volume', input.VolumeId)],
    constraints: { Location: { enum: ['regional', 'local'] } },
  },
  /** All volumes of an instance at one moment: one StartTime, all or none. */
  CreateSnapshots: {
    async run(input, ctx) {
      const { InstanceId, ExcludeBootVolume, ExcludeDataVolumeIds = [] } = input.InstanceSpecification;
      const instance = need<Instance>(ctx, 'instances', InstanceId);
      if (!/^(running|stopped|stopping|pending)$/.test(stateOf(ctx, instance)))
        throw new LabError('IncorrectInstanceState', `The instance '${instance.id}' is '${stateOf(ctx, instance)}'.`);
      const attached = volumesOf(ctx, instance.id);
      const unknown = ExcludeDataVolumeIds.find(
        (id: string) => !attached.some((volume) => volume.id === id && volume.attachment!.device !== instance.rootDevice),
      );
      if (unknown !== undefined) throw new LabError('InvalidParameterValue', `The volume '${unknown}' is not a data volume of the instance '${instance.id}'.`);
      const volumes = attached.filter(
        (volume) => !ExcludeDataVolumeIds.includes(volume.id) && !(ExcludeBootVolume && volume.attachment!.device === instance.rootDevice),
      );
      if (volumes.length === 0) throw new LabError('InvalidParameterValue', `The instance '${instance.id}' has no volumes to snapshot.`);
      const description = described(input.Description);
      const given = creationTags(input.TagSpecifications, 'snapshot') as { Key: string; Value?: string }[];
      for (const volume of volumes) roomForSnapshot(ctx, volume);
      const started = ctx.now();
      const rows: Snapshot[] = [];
      for (const volume of volumes) {
        const row = await newSnapshot(ctx, volume, description, started);
        const copied =
          input.CopyTagsFromSource === 'volume'
            ? tagsOf(ctx, volume.id).filter((tag) => !/^aws:/i.test(tag.Key) && !given.some((other) => other.Key === tag.Key))
            : [];
        if (given.length || copied.length) putTags(ctx, [row.id], [...copied, ...given]);
        rows.push(row);
      }
      return {
        Snapshots: rows.map((row) => {
          const { StateMessage: _, KmsKeyId: __, DataEncryptionKeyId: ___, ...view } = snapshotView(ctx, row);
          return { ...view, Progress: '' };
        }),
      };
    },
    resources: (input, ctx) => [newArn(ctx), ...arns(ctx, 'instance', input.InstanceSpecification?.InstanceId), arn(ctx, 'volume', '*')],
    constraints: { CopyTagsFromSource: { enum: ['volume'] }, Location: { enum: ['regional', 'local'] } },
  },
  DescribeSnapshots: {
    run(input, ctx) {
      const rows = filtered(ctx, seen(ctx, input), input.Filters, fields(ctx));
      return paged(ctx, input, rows, 'Snapshots', (row) => describedSnapshot(ctx, row), { given: input.SnapshotIds, name: 'snapshotIds' });
    },
  },
  /**
   * Called in the region the copy shall lie in. The copy's VolumeId is arbitrary. What KMS refuses shows late: the call succeeds and
   * the copy ends in error (Amazon EBS User Guide, "Copy an EBS snapshot").
   */
  CopySnapshot: {
    run(input, ctx) {
      const from = ctx.account.regions[input.SourceRegion];
      if (!from) throw new LabError('InvalidParameterValue', `Invalid region provided: ${input.SourceRegion}`);
      if (input.DestinationRegion !== undefined && input.DestinationRegion !== ctx.region.name)
        throw new LabError('InvalidParameterValue', `The destination region is that of the endpoint, ${ctx.region.name}.`);
      wellFormed('snapshots', [input.SourceSnapshotId]);
      const source = visibleSnapshots({ ...ctx, region: from }).find((row) => row.id === input.SourceSnapshotId && !gone(row, ctx.now()));
      if (!source) throw notFound('snapshots', [input.SourceSnapshotId]);
      const state = snapshotState(ctx, source);
      if (state !== 'completed') throw new LabError('IncorrectState', `Snapshot is in invalid state - ${state}`);
      if (source.ownerId !== ctx.account.id && source.kmsKeyId === managedEbsKey(ctx.world, source.ownerId, from.name))
        throw new LabError('OperationNotPermitted', 'Encrypted snapshots with EBS default key cannot be copied by another account');
      if (source.encrypted && input.Encrypted === false) throw new LabError('InvalidParameterValue', 'A copy of an encrypted snapshot is encrypted.');
      const minutes: number | undefined = input.CompletionDurationMinutes;
      if (minutes !== undefined && minutes % 15 !== 0) throw new LabError('InvalidParameterValue', 'CompletionDurationMinutes must be a multiple of 15.');
      const copies = rowsOf<Snapshot>(ctx, 'snapshots').filter((row) => row.copyOf && snapshotState(ctx, row) === 'pending');
      if (copies.length >= MAX_COPIES)
        throw new LabError('ResourceLimitExceeded', 'Too many snapshot copies in progress. The limit is 20 for this destination region.');
      const tags = creationTags(input.TagSpecifications, 'snapshot');
      const encrypted = source.encrypted || input.Encrypted === true;
      const key = encrypted
        ? input.KmsKeyId === undefined && source.kmsKeyId && from.name === ctx.region.name && source.ownerId === ctx.account.id
          ? source.kmsKeyId
          : keyArn(ctx, input.KmsKeyId)
        : undefined;
      const refused =
        (source.kmsKeyId !== undefined && keyRefusal({ ...ctx, region: from }, source.kmsKeyId, READS) !== null) ||
        (key !== undefined && keyRefusal(ctx, key, WRITES) !== null);
      const id = ctx.id('snap');
      const row: Snapshot = {
        id,
        volumeId: 'vol-ffffffff',
        size: source.size,
        ownerId: ctx.account.id,
        description: described(input.Description),
        started: ctx.now(),
        timeline: [
          { state: 'pending', at: ctx.now() },
          refused ? { state: 'error', at: ctx.due(20) } : { state: 'completed', at: ctx.due(minutes ? minutes * 60 : 60 + source.size * 4) },
        ],
        ...(refused ? { stateMessage: 'Given key ID is not accessible' } : {}),
        encrypted,
        kmsKeyId: key,
        dataKeyId: encrypted ? `aes256:${id}` : undefined,
        sharedWith: [],
        isPublic: false,
        productCodes: source.productCodes,
        lineage: encrypted && key !== source.kmsKeyId ? id : source.lineage,
        disk: source.disk,
        copyOf: source.id,
        completionMinutes: minutes,
      };
      writable<Snapshot>(ctx, 'snapshots')[id] = row;
      if (tags.length) putTags(ctx, [id], tags);
      return { SnapshotId: id, Tags: tagsOf(ctx, id) };
    },
    resources: (input, ctx) => [newArn(ctx), `arn:aws:ec2:${input.SourceRegion ?? '*'}::snapshot/${input.SourceSnapshotId ?? '*'}`],
    constraints: { CompletionDurationMinutes: { min: 1, max: 2880 } },
  },
  DeleteSnapshot: {
    run(input, ctx) {
      const row = edit<Snapshot>(ctx, 'snapshots', input.SnapshotId);
      if (lockState(ctx, row)) throw new LabError('SnapshotLocked', `The snapshot ${row.id} is locked and can't be deleted.`);
      const image = rowsOf<{ id: string; devices: { snapshotId?: string }[] }>(ctx, 'images').find((item) =>
        item.devices.some((device) => device.snapshotId === row.id),
      );
      if (image) throw new LabError('InvalidSnapshot.InUse', `The snapshot ${row.id} is currently in use by ${image.id}`);
      delete writable(ctx, 'snapshots')[row.id];
      delete writable(ctx, 'tags')[row.id];
      return {};
    },
    resources,
  },
  ModifySnapshotAttribute: {
    run(input, ctx) {
      const row = edit<Snapshot>(ctx, 'snapshots', input.SnapshotId);
      if (input.Attribute === 'productCodes') throw new LabError('InvalidParameterValue', 'Product codes of a snapshot cannot be changed.');
      const list = (kind: 'add' | 'remove') => {
        const members: { UserId?: string; Group?: string }[] = [...(input.CreateVolumePermission?.[kind === 'add' ? 'Add' : 'Remove'] ?? [])];
        if (input.OperationType === kind)
          members.push(...(input.UserIds ?? []).map((UserId: string) => ({ UserId })), ...(input.GroupNames ?? []).map((Group: string) => ({ Group })));
        return members;
      };
      const [add, remove] = [list('add'), list('remove')];
      if (add.length + remove.length === 0) throw new LabError('MissingParameter', 'The request must contain accounts or groups to add or remove.');
      for (const { UserId: user, Group: group } of [...add, ...remove]) {
        if (user !== undefined && !/^\d{12}$/.test(user)) throw new LabError('InvalidUserID.Malformed', `Invalid user id: "${user}"`);
        if (user === undefined && group !== 'all') throw new LabError('InvalidParameterValue', `Invalid group: ${group}`);
      }
      if (add.length && row.encrypted && row.kmsKeyId === managedKey(ctx))
        throw new LabError('OperationNotPermitted', 'Encrypted snapshots with EBS default key cannot be shared');
      if (add.some((member) => member.Group) && (row.encrypted || row.productCodes?.length))
        throw new LabError('OperationNotPermitted', 'Encrypted snapshots and snapshots with product codes cannot be public');
      if (add.some((member) => member.Group === 'all')) mayBePublic(ctx, 'snapshots');
      const users = new Set(row.sharedWith);
      for (const { UserId } of add) if (UserId !== undefined) users.add(UserId);
      for (const { UserId } of remove) if (UserId !== undefined) users.delete(UserId);
      row.sharedWith = [...users];
      if (add.some((member) => member.Group === 'all')) row.isPublic = true;
      if (remove.some((member) => member.Group === 'all')) row.isPublic = false;
      return {};
    },
    resources,
    constraints: {
      Attribute: { enum: ['productCodes', 'createVolumePermission'] },
      OperationType: { enum: ['add', 'remove'] },
      'CreateVolumePermission.Add[].Group': { enum: ['all'] },
      'CreateVolumePermission.Remove[].Group': { enum: ['all'] },
    },
  },
  DescribeSnapshotAttribute: {
    run(input, ctx) {
      const row = need<Snapshot>(ctx, 'snapshots', input.SnapshotId);
      return input.Attribute === 'productCodes'
        ? { SnapshotId: row.id, ProductCodes: row.productCodes ?? [] }
        : { SnapshotId: row.id, CreateVolumePermissions: [...row.sharedWith.map((UserId) => ({ UserId })), ...(row.isPublic ? [{ Group: 'all' }] : [])] };
    },
    resources,
    constraints: { Attribute: { enum: ['productCodes', 'createVolumePermission'] } },
  },
};
