import { type Action, type Change, type Check, type JsonObject, type Step, type Text, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { ec2 } from '../shared/ec2.ts';
import { oneLine } from '../shared/names.ts';
import { CLASSIC_KEY, type Kind, type Pair, type Resource, SHOWN, type Tagging, taggingOf } from './resources.ts';

/** EC2 User Guide, "Tag restrictions". */
const LIMIT = 50;

const has = ({ old }: Resource, [key, value]: Pair): boolean => old.some(([oldKey, oldValue]) => oldKey === key && oldValue === value);
const holdsKey = ({ old }: Resource, [key]: Pair): boolean => old.some(([oldKey]) => oldKey === key);
/** What is still to be set, and what finds no room; a key that is there already needs none. */
function missingOn(wanted: readonly Pair[], resource: Resource): { fits: Pair[]; over: Pair[] } {
  const missing = wanted.filter((pair) => !has(resource, pair));
  const fresh = missing.filter((pair) => !holdsKey(resource, pair));
  const over = fresh.slice(Math.max(0, LIMIT - resource.used));
  return { fits: missing.filter((pair) => !over.includes(pair)), over };
}
const tags = (pairs: readonly Pair[]): JsonObject[] => pairs.map(([Key, Value]) => ({ Key, Value }));

/** The dedicated keys go in one call; the classic key in its own, since others live by it and it must come back alone. */
function plan({ region, wanted, resources, readableInside, neutral }: Tagging): Step[] {
  const visible = readableInside && !neutral;
  return resources.flatMap((resource): Step[] => {
    const { fits } = missingOn(wanted, resource);
    const groups = [
      { id: `tag.${resource.id}`, pairs: fits.filter(([key]) => key !== CLASSIC_KEY) },
      { id: `tag-${CLASSIC_KEY.toLowerCase()}.${resource.id}`, pairs: fits.filter(([key]) => key === CLASSIC_KEY) },
    ].filter(({ pairs }) => pairs.length > 0);
    return groups.map(({ id, pairs }, index): Change => {
      const danger = [...replaced(resource, pairs), ...(visible && resource.kind === 'instance' && index === 0 ? [SEEN_INSIDE] : [])];
      return changeOf(region, resource, id, pairs, danger);
    });
  });
}

function changeOf(region: string, resource: Resource, id: string, pairs: readonly Pair[], danger: Text[]): Change {
  const before = resource.old.filter(([key]) => pairs.some(([other]) => other === key));
  const created = pairs.filter((pair) => !holdsKey(resource, pair));
  return {
    id,
    why: text(`Mark ${resource.id} as part of this case`, `Marcar ${resource.id} como parte de este caso`),
    call: ec2(region, 'CreateTags', { Resources: [resource.id], Tags: tags(pairs) }),
    repeat: 'safe',
    // EC2 refuses two calls about the tags of one resource at the same moment. They are not chained: what drifted would keep the other.
    lag: ['ConcurrentTagAccess'],
    probe: {
      call: ec2(region, ...SHOWN[resource.kind].call(resource.id)),
      pick: { from: SHOWN[resource.kind].tags, where: [{ path: 'Key', in: pairs.map(([key]) => key) }] },
      done: [{ path: '[*].[Key, Value]', is: pairs.map((pair) => [...pair]) }],
      ready: [{ path: '[*].[Key, Value]', is: before.map((pair) => [...pair]) }],
    },
    undo: {
      // Deleting by key and value spares a value that somebody set after us.
      calls: [
        ...(created.length > 0 ? [ec2(region, 'DeleteTags', { Resources: [resource.id], Tags: tags(created) })] : []),
        ...(before.length > 0 ? [ec2(region, 'CreateTags', { Resources: [resource.id], Tags: tags(before) })] : []),
      ],
      lag: ['ConcurrentTagAccess'],
    },
    danger,
  };
}

const SEEN_INSIDE = text(
  'The attacker can read this: the instance shows its own tags to whoever is inside (InstanceMetadataTags). With --neutral-tags they only carry a reference.',
  'El atacante puede leerlo: la instancia muestra sus propias etiquetas a quien esté dentro (InstanceMetadataTags). Con --neutral-tags solo llevan una referencia.',
);
const replaced = (resource: Resource, pairs: readonly Pair[]): Text[] =>
  pairs
    .filter((pair) => holdsKey(resource, pair))
    .map(([key]) => {
      const value = oneLine(resource.old.find(([old]) => old === key)?.[1], 80);
      return text(
        `The tag "${key}" of ${resource.id} says "${value}", which is replaced (it is recorded, and undo puts it back). Backups, patching, schedules or permissions that go by it will act otherwise.`,
        `La etiqueta "${key}" de ${resource.id} dice "${value}", que se sustituye (queda registrado y undo lo restaura). Copias de seguridad, parches, horarios o permisos que dependan de ella actuarán de otro modo.`,
      );
    });

const KINDS: Readonly<Record<Kind, string>> = {
  instance: 'instance-tagged',
  volume: 'volumes-tagged',
  interface: 'interfaces-tagged',
  snapshot: 'snapshots-tagged',
  group: 'groups-tagged',
};
function verdicts({ wanted, resources, unread, evidence }: Tagging & { evidence: readonly string[] }): Check[] {
  const checks = (Object.keys(KINDS) as Kind[]).flatMap((kind): Check[] => {
    const mine = resources.filter((resource) => resource.kind === kind);
    if (mine.length === 0) return [];
    const ids = mine.map(({ id }) => id).join(', ');
    const without = mine.filter((resource) => !wanted.every((pair) => has(resource, pair)));
    if (without.length === 0) return [check(KINDS[kind], 'holds', text(`Tagged: ${ids}.`, `Etiquetado: ${ids}.`), evidence)];
    const full = without.filter((resource) => missingOn(wanted, resource).over.length > 0).map(({ id }) => id);
    const names = without.map(({ id }) => id).join(', ');
    return [
      check(
        KINDS[kind],
        'fails',
        full.length > 0
          ? text(
              `Without all of the case's tags: ${names}. No room (${LIMIT} tags at most): ${full.join(', ')}; delete a tag of theirs and tag again.`,
              `Sin todas las etiquetas del caso: ${names}. Sin sitio (${LIMIT} etiquetas como máximo): ${full.join(', ')}; borre una y vuelva a etiquetar.`,
            )
          : text(`Without the case's tags: ${names}.`, `Sin las etiquetas del caso: ${names}.`),
        evidence,
      ),
    ];
  });
  const branches =
    unread &&
    check(
      'branch-interfaces-tagged',
      'unknown',
      text(`Branch interfaces could not be listed (${unread}).`, `No se pudieron listar las interfaces secundarias (${unread}).`),
      evidence,
    );
  return branches ? [...checks, branches] : checks;
}

export const action: Action<Tagging> = {
  id: 'tag',
  step: 5,
  title: text('Tag the instance and what belongs to it', 'Etiquetar la instancia y lo que le pertenece'),
  permissions: [
    'ec2:DescribeInstances',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeTrunkInterfaceAssociations',
    'ec2:DescribeVolumes',
    'ec2:DescribeSnapshots',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeTags',
    'ec2:CreateTags',
    'ec2:DeleteTags',
  ],
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await taggingOf(ctx);
    return observed;
  },
  plan,
  check: (ctx) =>
    readable([KINDS.instance, KINDS.volume, KINDS.interface], async () =>
      verdicts(
        await settled(
          ctx,
          () => taggingOf(ctx),
          // What finds no room now finds none in a moment.
          (seen) => seen.resources.every((resource) => missingOn(seen.wanted, resource).fits.length === 0),
        ),
      ),
    ),
};
