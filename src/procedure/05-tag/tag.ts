import { type Action, type ActionContext, type Check, type Json, type JsonObject, type Step, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { describeInstance, ec2, filter, tagText, targetOf, volumesOf } from '../shared/ec2.ts';
import { textOption } from '../shared/options.ts';

type Pair = readonly [key: string, value: string];
interface Resource {
  readonly id: string;
  readonly kind: 'instance' | 'volume' | 'interface';
  /** Values our keys have now; a key that is not there is absent. */
  readonly old: readonly Pair[];
}
interface Tagging {
  readonly region: string;
  readonly wanted: readonly Pair[];
  readonly resources: readonly Resource[];
  /** The guest can read its own tags (InstanceMetadataTags). */
  readonly readableInside: boolean;
}

async function read(ctx: ActionContext): Promise<Tagging & { evidence: readonly string[] }> {
  const target = targetOf(ctx);
  const { region, instanceId } = target;
  const reference = textOption(ctx, 'reference');
  const classic = textOption(ctx, 'classicTag') ?? (ctx.options.classicTag === true ? (reference ?? ctx.facts.caseId) : undefined);
  const wanted: Pair[] = [
    ['ir:case', tagText(ctx.facts.caseId)],
    ['ir:status', 'quarantined'],
    ['ir:responder', tagText(ctx.facts.responder)],
    ...(reference === undefined ? [] : [['ir:reference', tagText(reference)] as const]),
    ...(classic === undefined || classic === 'false' ? [] : [['Environment', `Quarantine:${tagText(classic, 240)}`] as const]),
  ];
  const [described, attached] = await Promise.all([
    describeInstance(ctx, target),
    ctx.readAll<{ NetworkInterfaces?: { NetworkInterfaceId: string }[] }>(
      ec2(region, 'DescribeNetworkInterfaces', { Filters: [filter('attachment.instance-id', instanceId)], IncludeManagedResources: true }),
    ),
  ]);
  const ids: Pick<Resource, 'id' | 'kind'>[] = [
    { id: instanceId, kind: 'instance' },
    ...volumesOf(described.instance).map(({ volumeId }) => ({ id: volumeId, kind: 'volume' as const })),
    ...(attached.output.NetworkInterfaces ?? []).map((one) => ({ id: one.NetworkInterfaceId, kind: 'interface' as const })),
  ];
  const tags = await ctx.readAll<{ Tags?: { ResourceId?: string; Key?: string; Value?: string }[] }>(
    ec2(region, 'DescribeTags', { Filters: [filter('resource-id', ...ids.map((one) => one.id))] }),
  );
  const resources = ids.map((one) => ({
    ...one,
    old: (tags.output.Tags ?? []).flatMap(({ ResourceId, Key, Value }): Pair[] =>
      ResourceId === one.id && Key !== undefined && wanted.some(([key]) => key === Key) ? [[Key, Value ?? '']] : [],
    ),
  }));
  return {
    region,
    wanted,
    resources,
    readableInside: described.instance.MetadataOptions?.InstanceMetadataTags === 'enabled',
    evidence: [...described.evidence, ...attached.evidence, ...tags.evidence],
  };
}

const missingOn = (wanted: readonly Pair[], { old }: Resource): Pair[] =>
  wanted.filter(([key, value]) => !old.some(([oldKey, oldValue]) => oldKey === key && oldValue === value));
const tags = (pairs: readonly Pair[]): JsonObject[] => pairs.map(([Key, Value]) => ({ Key, Value }));

function plan({ region, wanted, resources, readableInside }: Tagging): Step[] {
  return resources.flatMap((resource): Step[] => {
    const add = missingOn(wanted, resource);
    if (add.length === 0) return [];
    const replaced = resource.old.filter(([key]) => add.some(([other]) => other === key));
    const created = add.filter(([key]) => !replaced.some(([other]) => other === key));
    // Deleting by key and value spares a value that somebody set after us.
    const calls = [
      ...(created.length > 0 ? [ec2(region, 'DeleteTags', { Resources: [resource.id], Tags: tags(created) })] : []),
      ...(replaced.length > 0 ? [ec2(region, 'CreateTags', { Resources: [resource.id], Tags: tags(replaced) })] : []),
    ];
    return [
      {
        id: `tag.${resource.id}`,
        why: text(`Mark ${resource.id} as under quarantine in this case`, `Marcar ${resource.id} como en cuarentena en este caso`),
        call: ec2(region, 'CreateTags', { Resources: [resource.id], Tags: tags(add) }),
        repeat: 'safe',
        probe: {
          call: ec2(region, ...SHOWN[resource.kind].call(resource.id)),
          pick: { from: SHOWN[resource.kind].tags, where: [{ path: 'Key', in: wanted.map(([key]) => key) }] },
          done: [{ path: '[*].[Key, Value]', is: wanted.map((pair) => [...pair]) }],
          ready: [{ path: '[*].[Key, Value]', is: resource.old.map((pair) => [...pair]) }],
        },
        undo: { calls },
        danger: [
          ...replaced.map(([key]) =>
            text(
              `The tag "${key}" has another value, which is replaced (it is recorded). Rules that act on it will act otherwise.`,
              `La etiqueta "${key}" tiene otro valor, que se sustituye (queda registrado). Las reglas que actúan según ella actuarán de otro modo.`,
            ),
          ),
          ...(readableInside && resource.kind === 'instance'
            ? [
                text(
                  'The instance may read its own tags: whoever is inside sees that it is under quarantine.',
                  'La instancia puede leer sus propias etiquetas: quien esté dentro ve que está en cuarentena.',
                ),
              ]
            : []),
        ],
      },
    ];
  });
}

/** Where a resource shows all of its tags in one answer: DescribeTags comes in pages. */
const SHOWN: Record<Resource['kind'], { call(id: string): [operation: string, input: Json]; tags: string }> = {
  instance: { call: (id) => ['DescribeInstances', { InstanceIds: [id] }], tags: 'Reservations[0].Instances[0].Tags' },
  volume: { call: (id) => ['DescribeVolumes', { VolumeIds: [id] }], tags: 'Volumes[0].Tags' },
  interface: { call: (id) => ['DescribeNetworkInterfaces', { NetworkInterfaceIds: [id] }], tags: 'NetworkInterfaces[0].TagSet' },
};

const NAMES = { instance: 'instance-tagged', volume: 'volumes-tagged', interface: 'interfaces-tagged' } as const;
function verdicts({ wanted, resources, evidence }: Tagging & { evidence: readonly string[] }): Check[] {
  return (['instance', 'volume', 'interface'] as const).flatMap((kind) => {
    const mine = resources.filter((resource) => resource.kind === kind);
    if (mine.length === 0) return [];
    const without = mine.filter((resource) => missingOn(wanted, resource).length > 0).map((resource) => resource.id);
    return [
      without.length > 0
        ? check(NAMES[kind], 'fails', text(`Without the case's tags: ${without.join(', ')}.`, `Sin las etiquetas del caso: ${without.join(', ')}.`), evidence)
        : check(
            NAMES[kind],
            'holds',
            text(`Tagged: ${mine.map((resource) => resource.id).join(', ')}.`, `Etiquetado: ${mine.map((resource) => resource.id).join(', ')}.`),
            evidence,
          ),
    ];
  });
}

export const action: Action<Tagging> = {
  id: 'tag',
  step: 5,
  title: text('Tag the instance, its volumes and interfaces', 'Etiquetar la instancia, sus volúmenes e interfaces'),
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeTags', 'ec2:CreateTags', 'ec2:DeleteTags'],
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await read(ctx);
    return observed;
  },
  plan,
  check: (ctx) =>
    readable(Object.values(NAMES), async () =>
      verdicts(
        await settled(
          ctx,
          () => read(ctx),
          (seen) => verdicts(seen).every((c) => c.verdict === 'holds'),
        ),
      ),
    ),
};
