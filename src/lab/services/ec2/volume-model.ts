import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { managedEbsKey } from '../../world/index.ts';
import type { Snapshot, Volume } from './rows.ts';
import { date, gone, notFound, operatorView, phase, rowsOf, towards, wellFormed, writable } from './tables.ts';
import { tagsOf } from './tagging.ts';
import { zonesOf } from './zones.ts';

/** Volumes: making one, what is attached where, and how it looks from outside. */

/** [smallest, largest] in GiB, and default IOPS (Amazon EBS User Guide, "Amazon EBS volume types"). */
const TYPES: Record<string, { size: [number, number]; iops?: (size: number) => number; throughput?: number }> = {
  gp2: { size: [1, 16384], iops: (size) => Math.min(16000, Math.max(100, size * 3)) },
  gp3: { size: [1, 65536], iops: () => 3000, throughput: 125 },
  io1: { size: [4, 16384] },
  io2: { size: [4, 65536] },
  st1: { size: [125, 16384] },
  sc1: { size: [125, 16384] },
  standard: { size: [1, 1024] },
};

/** The account's AWS managed key for EBS in this region. */
export const managedKey = (ctx: LabContext, region = ctx.region.name): string => managedEbsKey(ctx.world, ctx.account.id, region);
/** A key as EC2 shows it: an ARN. Ids and aliases are resolved, also those of another account; an alias of nothing stays as it is. */
export function keyArn(ctx: LabContext, key: string | undefined): string {
  if (key === undefined) return defaults(ctx).kmsKeyId ?? managedKey(ctx);
  const [, region = ctx.region.name, owner = ctx.account.id, name = key] = /^arn:aws:kms:([a-z0-9-]+):(\d{12}):(.+)$/.exec(key) ?? [];
  const prefix = `arn:aws:kms:${region}:${owner}:`;
  if (!name.startsWith('alias/')) return name.startsWith('key/') ? `${prefix}${name}` : `${prefix}key/${name}`;
  if (name === 'alias/aws/ebs') return managedEbsKey(ctx.world, owner, region);
  const alias = ctx.world.accounts[owner]?.regions[region]?.tables.kmsAliases?.[name] as { key: string } | undefined;
  return alias ? `${prefix}key/${alias.key}` : `${prefix}${name}`;
}
/** Encryption by default, per region. */
export const defaults = (ctx: LabContext): { encryption?: boolean; kmsKeyId?: string } => ctx.region.tables.ebsDefaults?.default ?? {};

/** A snapshot the caller may use: its own, one shared with its account, or a public one. */
export function visibleSnapshots(ctx: LabContext): Snapshot[] {
  const foreign = Object.values(ctx.world.accounts)
    .filter((account) => account.id !== ctx.account.id)
    .flatMap((account) => Object.values(account.regions[ctx.region.name]?.tables.snapshots ?? {}) as Snapshot[])
    .filter((row) => !gone(row, ctx.now()) && (row.isPublic || row.sharedWith.includes(ctx.account.id)));
  return [...rowsOf<Snapshot>(ctx, 'snapshots'), ...foreign];
}
export function usableSnapshot(ctx: LabContext, id: string): Snapshot {
  wellFormed('snapshots', [id]);
  const row = visibleSnapshots(ctx).find((snapshot) => snapshot.id === id);
  if (!row) throw notFound('snapshots', [id]);
  return row;
}

export interface VolumeWish {
  zone: string;
  size?: number;
  type?: string;
  iops?: number;
  throughput?: number;
  encrypted?: boolean;
  kmsKeyId?: string;
  snapshot?: Snapshot;
  /** A public image's snapshot, which is no row of anybody's. */
  snapshotId?: string;
  initializationRate?: number;
}
export function newVolume(ctx: LabContext, wish: VolumeWish): Volume {
  const { snapshot } = wish;
  const type = wish.type ?? 'gp2';
  const rules = TYPES[type];
  const size = wish.size ?? snapshot?.size;
  if (!rules) throw new LabError('UnknownVolumeType', `Unsupported volume type '${type}' for volume creation.`);
  if (size === undefined) throw new LabError('MissingParameter', 'The request must contain the parameter size/snapshot');
  if (snapshot && size < snapshot.size)
    throw new LabError('InvalidParameterValue', `The volume size, ${size} GiB, must not be smaller than the size of the snapshot, ${snapshot.size} GiB.`);
  if (size < rules.size[0] || size > rules.size[1])
    throw new LabError(
      'InvalidParameterValue',
      `Volume of ${size}GiB is ${size < rules.size[0] ? 'too small' : 'too large'} for volume type ${type}; ${size < rules.size[0] ? `minimum is ${rules.size[0]}` : `maximum is ${rules.size[1]}`}GiB.`,
    );
  if (/^io[12]$/.test(type) && wish.iops === undefined) throw new LabError('MissingParameter', 'The request must contain the parameter iops');
  if (snapshot?.encrypted && wish.encrypted === false) throw new LabError('InvalidParameterDependency', 'A volume from an encrypted snapshot is encrypted.');
  if (wish.kmsKeyId !== undefined && wish.encrypted === false)
    throw new LabError('InvalidParameterDependency', 'The parameter KmsKeyId requires the parameter Encrypted to be set.');
  const encrypted = wish.encrypted || snapshot?.encrypted || defaults(ctx).encryption || false;
  const id = ctx.id('vol');
  const row: Volume = {
    id,
    size,
    type,
    iops: wish.iops ?? rules.iops?.(size),
    throughput: type === 'gp3' ? (wish.throughput ?? rules.throughput) : undefined,
    zone: wish.zone,
    snapshotId: snapshot?.id ?? wish.snapshotId ?? '',
    encrypted,
    kmsKeyId: encrypted ? (wish.kmsKeyId === undefined && snapshot?.kmsKeyId ? snapshot.kmsKeyId : keyArn(ctx, wish.kmsKeyId)) : undefined,
    created: ctx.now(),
    timeline: towards(ctx, 'creating', 'available', 5),
    productCodes: snapshot?.productCodes,
    lineage: snapshot?.lineage ?? id,
    disk: snapshot?.disk && { file: snapshot.disk.file },
    initializationRate: wish.initializationRate,
  };
  writable<Volume>(ctx, 'volumes')[id] = row;
  return row;
}

export const volumeAttachment = (ctx: LabContext, row: Volume): Volume['attachment'] =>
  row.attachment && !gone(row.attachment, ctx.now()) ? row.attachment : undefined;
export const volumeState = (ctx: LabContext, row: Volume): string => (volumeAttachment(ctx, row) ? 'in-use' : phase(row.timeline, ctx.now()));
/** The volumes of an instance, by device name. */
export const volumesOf = (ctx: LabContext, instanceId: string): Volume[] =>
  rowsOf<Volume>(ctx, 'volumes')
    .filter((row) => volumeAttachment(ctx, row)?.instanceId === instanceId)
    .sort((a, b) => (a.attachment!.device < b.attachment!.device ? -1 : 1));

export function volumeView(ctx: LabContext, row: Volume) {
  const attachment = volumeAttachment(ctx, row);
  return {
    VolumeId: row.id,
    Size: row.size,
    SnapshotId: row.snapshotId,
    AvailabilityZone: row.zone,
    AvailabilityZoneId: zonesOf(ctx.account.id, ctx.region.name).find((zone) => zone.name === row.zone)?.id,
    State: volumeState(ctx, row),
    CreateTime: date(row.created),
    VolumeType: row.type,
    Iops: row.iops,
    Throughput: row.throughput,
    Encrypted: row.encrypted,
    KmsKeyId: row.kmsKeyId,
    MultiAttachEnabled: false,
    FastRestored: false,
    VolumeInitializationRate: row.initializationRate,
    Operator: operatorView(row),
    Tags: tagsOf(ctx, row.id),
    Attachments: attachment ? [attachmentView(ctx, row, attachment)] : [],
  };
}
export const attachmentView = (ctx: LabContext, row: Volume, attachment: NonNullable<Volume['attachment']>) => ({
  VolumeId: row.id,
  InstanceId: attachment.instanceId,
  Device: attachment.device,
  State: phase(attachment.timeline, ctx.now()),
  AttachTime: date(attachment.time),
  DeleteOnTermination: attachment.deleteOnTermination,
});
