import { type ActionContext, AplombError, EXIT, type Json } from '../../kernel/index.ts';
import { describeInstance, ec2, failureCode, filter, tagText, targetOf, volumesOf } from '../shared/ec2.ts';
import { flagOption, textOption } from '../shared/options.ts';

export type Pair = readonly [key: string, value: string];
export type Kind = 'instance' | 'volume' | 'interface' | 'snapshot' | 'group';
export interface Resource {
  readonly id: string;
  readonly kind: Kind;
  /** Values our keys have now; a key that is not there is absent. */
  readonly old: readonly Pair[];
  /** Tags it has that count towards EC2's limit of fifty: those of AWS's own do not. */
  readonly used: number;
}
export interface Tagging {
  readonly region: string;
  readonly wanted: readonly Pair[];
  readonly resources: readonly Resource[];
  /** The guest can read its own tags (InstanceMetadataTags). */
  readonly readableInside: boolean;
  readonly neutral: boolean;
  /** Why the branch interfaces behind a trunk could not be listed. */
  readonly unread?: string;
}
export const CLASSIC_KEY = 'Environment';

/**
 * The tags of the case. The neutral form says nothing but a reference, for machines that show their tags to whoever is inside: its key
 * has neither space nor slash, which the instance metadata service does not take.
 * @throws AplombError ContradictingTags (exit 2)
 */
function wantedTags(ctx: ActionContext): Pair[] {
  const reference = textOption(ctx, 'reference');
  const classic = textOption(ctx, 'classicTag') ?? (flagOption(ctx, 'classicTag') ? (reference ?? ctx.facts.caseId) : undefined);
  const asClassic: Pair[] = classic === undefined || classic === 'false' ? [] : [[CLASSIC_KEY, `Quarantine:${tagText(classic, 240)}`]];
  if (flagOption(ctx, 'neutralTags')) {
    if (asClassic.length > 0)
      throw new AplombError('ContradictingTags', 'The classic tag says "Quarantine"; neutral tags say nothing of the kind.', {
        exit: EXIT.usage,
        fix: 'Give either --classic-tag or --neutral-tags.',
      });
    return [['ref', tagText(reference ?? ctx.facts.caseId)]];
  }
  return [
    ['ir:case', tagText(ctx.facts.caseId)],
    ['ir:status', 'quarantined'],
    ['ir:responder', tagText(ctx.facts.responder)],
    ...(reference === undefined ? [] : [['ir:reference', tagText(reference)] as const]),
    ...asClassic,
  ];
}

interface Row {
  readonly ResourceId?: string;
  readonly ResourceType?: string;
  readonly Key?: string;
  readonly Value?: string;
}
const OF_CASE: Readonly<Record<string, Kind>> = { snapshot: 'snapshot', 'security-group': 'group' };

/** Everything the case marks, with the tags it has now: the instance, its volumes and interfaces, snapshots and isolation groups of the case. */
export async function taggingOf(ctx: ActionContext): Promise<Tagging & { evidence: readonly string[] }> {
  const target = targetOf(ctx);
  const { region, instanceId } = target;
  const wanted = wantedTags(ctx);
  const attachedTo = { Filters: [filter('attachment.instance-id', instanceId)], IncludeManagedResources: true };
  const ofCase = { Filters: [filter('key', 'ir:case'), filter('value', tagText(ctx.facts.caseId)), filter('resource-type', ...Object.keys(OF_CASE))] };
  const [described, attached, marked] = await Promise.all([
    describeInstance(ctx, target),
    ctx.readAll<{ NetworkInterfaces?: { NetworkInterfaceId: string; InterfaceType?: string }[] }>(ec2(region, 'DescribeNetworkInterfaces', attachedTo)),
    ctx.readAll<{ Tags?: Row[] }>(ec2(region, 'DescribeTags', ofCase)),
  ]);
  const interfaces = attached.output.NetworkInterfaces ?? [];
  const branches = await branchesOf(
    ctx,
    region,
    interfaces.filter((one) => one.InterfaceType === 'trunk').map((one) => one.NetworkInterfaceId),
  );
  const ids: Pick<Resource, 'id' | 'kind'>[] = [
    { id: instanceId, kind: 'instance' },
    ...volumesOf(described.instance).map(({ volumeId }) => ({ id: volumeId, kind: 'volume' as const })),
    ...[...interfaces.map((one) => one.NetworkInterfaceId), ...branches.ids].map((id) => ({ id, kind: 'interface' as const })),
    ...(marked.output.Tags ?? [])
      .flatMap(({ ResourceId: id, ResourceType }) => {
        const kind = OF_CASE[ResourceType ?? ''];
        return id && kind ? [{ id, kind }] : [];
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  ];
  const tags = await ctx.readAll<{ Tags?: Row[] }>(ec2(region, 'DescribeTags', { Filters: [filter('resource-id', ...ids.map((one) => one.id))] }));
  const resources = ids.map((one): Resource => {
    const own = (tags.output.Tags ?? []).filter(({ ResourceId, Key }) => ResourceId === one.id && Key !== undefined && !Key.startsWith('aws:'));
    const old = own.flatMap(({ Key = '', Value }): Pair[] => (wanted.some(([key]) => key === Key) ? [[Key, Value ?? '']] : []));
    return { ...one, old, used: own.length };
  });
  return {
    region,
    wanted,
    resources,
    readableInside: described.instance.MetadataOptions?.InstanceMetadataTags === 'enabled',
    neutral: flagOption(ctx, 'neutralTags'),
    ...(branches.unread ? { unread: branches.unread } : {}),
    evidence: [...described.evidence, ...attached.evidence, ...marked.evidence, ...tags.evidence],
  };
}

/** Interfaces of pods and tasks that hang on a trunk: EC2 does not list them as attached to the instance. */
async function branchesOf(ctx: ActionContext, region: string, trunks: readonly string[]): Promise<{ ids: string[]; unread?: string }> {
  if (trunks.length === 0) return { ids: [] };
  try {
    const { output } = await ctx.readAll<{ InterfaceAssociations?: { TrunkInterfaceId?: string; BranchInterfaceId?: string }[] }>(
      ec2(region, 'DescribeTrunkInterfaceAssociations', {}),
    );
    return { ids: (output.InterfaceAssociations ?? []).flatMap((one) => (trunks.includes(one.TrunkInterfaceId ?? '') ? (one.BranchInterfaceId ?? []) : [])) };
  } catch (error) {
    const code = failureCode(error);
    if (code === undefined) throw error;
    return { ids: [], unread: `${code}: ${(error as Error).message}` };
  }
}

/** Where a resource shows all of its tags in one answer: DescribeTags comes in pages. */
export const SHOWN: Readonly<Record<Kind, { call(id: string): [operation: string, input: Json]; tags: string }>> = {
  instance: { call: (id) => ['DescribeInstances', { InstanceIds: [id] }], tags: 'Reservations[0].Instances[0].Tags' },
  volume: { call: (id) => ['DescribeVolumes', { VolumeIds: [id] }], tags: 'Volumes[0].Tags' },
  interface: {
    call: (id) => ['DescribeNetworkInterfaces', { NetworkInterfaceIds: [id], IncludeManagedResources: true }],
    tags: 'NetworkInterfaces[0].TagSet',
  },
  snapshot: { call: (id) => ['DescribeSnapshots', { SnapshotIds: [id] }], tags: 'Snapshots[0].Tags' },
  group: { call: (id) => ['DescribeSecurityGroups', { GroupIds: [id] }], tags: 'SecurityGroups[0].Tags' },
};
