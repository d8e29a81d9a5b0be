import { type Action, type ActionContext, type Change, type Check, type JsonObject, type Step, text, utc } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { ec2, failureCode, filter, type Instance, targetOf } from '../shared/ec2.ts';
import { textOption } from '../shared/options.ts';
import { bestByVolume, type CaseSnapshot, caseSnapshots, caseTags } from '../shared/snapshots.ts';
import { type SourceVolume, sourceVolumes } from '../shared/source-volumes.ts';

interface Preservation {
  readonly caseId: string;
  readonly responder: string;
  readonly instanceId: string;
  readonly region: string;
  readonly account: string;
  readonly description: string;
  readonly volumes: readonly SourceVolume[];
  /** The instance was terminated: `volumes` is what it had, `kept` what outlived it. */
  readonly gone: boolean;
  readonly kept: readonly string[];
  /** Disks of the host itself, which no snapshot holds. GiB; 0 when the type has none or it is not known. */
  readonly instanceStoreGiB: number;
  readonly snapshots: readonly CaseSnapshot[];
}
type Reading = Preservation & { readonly evidence: readonly string[] };

/** `IR-<responder>-<date>-<reference>`, at most 255 characters of the plain kind. */
export function description(responder: string, when: number, reference: string): string {
  const clean = (value: string) => value.replace(/[^A-Za-z0-9._@+=:/-]+/g, '-').replace(/^-+|-+$/g, '');
  return `IR-${clean(responder).slice(0, 80)}-${utc(when).slice(0, 10)}-${clean(reference)}`.slice(0, 255);
}

async function read(ctx: ActionContext): Promise<Reading> {
  const target = targetOf(ctx);
  const [source, mine] = await Promise.all([sourceVolumes(ctx, target), caseSnapshots(ctx, target)]);
  return {
    caseId: ctx.facts.caseId,
    responder: ctx.facts.responder,
    ...target,
    account: target.account,
    description: description(ctx.facts.responder, ctx.now(), textOption(ctx, 'reference') ?? ctx.facts.caseId),
    volumes: source.volumes,
    gone: source.gone,
    kept: source.kept,
    instanceStoreGiB: source.gone ? 0 : await instanceStore(ctx, target.region, source.instance),
    snapshots: mine.snapshots,
    evidence: [...source.evidence, ...mine.evidence],
  };
}

/** Gibibytes of instance store of the type; no answer counts as none known. */
async function instanceStore(ctx: ActionContext, region: string, instance: Instance | null): Promise<number> {
  const { InstanceType } = instance ?? {};
  if (!InstanceType) return 0;
  try {
    const { output } = await ctx.read<{ InstanceTypes?: { InstanceStorageInfo?: { TotalSizeInGB?: number | string } }[] }>(
      ec2(region, 'DescribeInstanceTypes', { InstanceTypes: [InstanceType] }),
    );
    return Math.round(Number(output.InstanceTypes?.[0]?.InstanceStorageInfo?.TotalSizeInGB ?? 0)) || 0;
  } catch (error) {
    if (failureCode(error) === undefined) throw error;
    return 0;
  }
}

const without = ({ volumes, snapshots }: Preservation): string[] => {
  const best = bestByVolume(snapshots);
  return volumes.flatMap(({ volumeId }) => ((best.get(volumeId)?.state ?? 'error') === 'error' ? [volumeId] : []));
};

/** One CreateSnapshots: one point in time over all volumes. A snapshot per volume would show each at another moment. */
function plan(seen: Preservation): Step[] {
  const missing = without(seen);
  if (missing.length === 0) return [];
  const { region, instanceId, volumes, instanceStoreGiB } = seen;
  // Nobody writes to what a terminated instance left: one by one shows the same moment.
  if (seen.gone) return missing.filter((volumeId) => seen.kept.includes(volumeId)).map((volumeId) => orphan(seen, volumeId));
  const left = instanceStoreGiB > 0 ? ` Not in it: ${instanceStoreGiB} GB of instance store.` : '';
  const leftEs = instanceStoreGiB > 0 ? ` No incluye: ${instanceStoreGiB} GB de almacén de instancia.` : '';
  return [
    {
      id: 'snap',
      why: text(
        `Freeze all ${volumes.length} EBS volumes at one moment.${left}`,
        `Congelar los ${volumes.length} volúmenes EBS en un mismo instante.${leftEs}`,
      ),
      call: ec2(region, 'CreateSnapshots', { InstanceSpecification: { InstanceId: instanceId, ExcludeBootVolume: false }, ...labels(seen) }),
      ...once(region, volumes.length, '{Snapshots: Snapshots}'),
    },
  ];
}

function orphan(seen: Preservation, volumeId: string): Step {
  return {
    id: `snap.${volumeId}`,
    why: text(`Freeze ${volumeId}, which outlived its terminated instance`, `Congelar ${volumeId}, que sobrevivió a su instancia terminada`),
    call: ec2(seen.region, 'CreateSnapshot', { VolumeId: volumeId, ...labels(seen) }),
    ...once(seen.region, 1, 'Snapshots[0]'),
  };
}

const labels = (seen: Preservation): JsonObject => ({
  Description: seen.description,
  TagSpecifications: [
    {
      ResourceType: 'snapshot',
      Tags: [...caseTags(seen.caseId, seen.responder, seen.instanceId), { Key: 'ir:account', Value: seen.account || 'unknown' }],
    },
  ],
});

/** There is no ClientToken: a second call would be a second set. */
const once = (region: string, count: number, output: string): Pick<Change, 'repeat' | 'probe' | 'undo' | 'danger'> => ({
  repeat: 'look',
  probe: {
    call: ec2(region, 'DescribeSnapshots', { OwnerIds: ['self'], Filters: [filter('tag:ir:change', { $token: true })] }),
    done: [{ path: 'length(Snapshots)', is: count }],
    ready: [{ path: 'length(Snapshots)', is: 0 }],
    output,
  },
  undo: { kept: text('snapshots are evidence', 'las instantáneas son evidencia') },
  danger: [],
});

function verdict(seen: Reading): Check {
  const { volumes, evidence, instanceStoreGiB } = seen;
  const name = 'every-volume';
  const missing = without(seen);
  const store = instanceStoreGiB > 0 ? ` ${instanceStoreGiB} GB of instance store are not included and end with the instance.` : '';
  const storeEs = instanceStoreGiB > 0 ? ` ${instanceStoreGiB} GB de almacén de instancia no están incluidos y se pierden con la instancia.` : '';
  if (seen.gone && volumes.length === 0)
    return check(
      name,
      'unknown',
      text(
        'The instance is terminated, and this case does not know which volumes it had: CloudTrail does (RunInstances, AttachVolume).',
        'La instancia está terminada y este caso no sabe qué volúmenes tenía: CloudTrail sí (RunInstances, AttachVolume).',
      ),
      evidence,
    );
  if (volumes.length === 0)
    return check(
      name,
      'unknown',
      text(
        `The instance has no EBS volume, so nothing can be preserved by snapshot: copy its disks from inside before it stops.${store}`,
        `La instancia no tiene volúmenes EBS y nada se puede preservar con instantáneas: copie sus discos desde dentro antes de detenerla.${storeEs}`,
      ),
      evidence,
    );
  const lost = seen.gone ? missing.filter((volumeId) => !seen.kept.includes(volumeId)) : [];
  if (lost.length > 0)
    return check(
      name,
      'fails',
      text(
        `Lost: ${lost.join(', ')} went with the terminated instance, and no snapshot of this case holds it. Look in the Recycle Bin and in earlier backups.`,
        `Perdido: ${lost.join(', ')} se fue con la instancia terminada y ninguna instantánea de este caso lo tiene. Mire en la papelera de reciclaje y en copias anteriores.`,
      ),
      evidence,
    );
  if (missing.length > 0)
    return check(
      name,
      'fails',
      text(`No snapshot of this case exists of ${missing.join(', ')}.`, `No existe instantánea de este caso de ${missing.join(', ')}.`),
      evidence,
    );
  const best = bestByVolume(seen.snapshots);
  const list = volumes.map(({ volumeId }) => `${volumeId} -> ${best.get(volumeId)!.snapshotId}`).join(', ');
  return check(
    name,
    'holds',
    text(`A snapshot of every EBS volume exists: ${list}.${store}`, `Existe una instantánea de cada volumen EBS: ${list}.${storeEs}`),
    evidence,
  );
}

export const action: Action<Preservation> = {
  id: 'snapshot',
  step: 7,
  title: text('Snapshot all volumes at one moment', 'Instantánea de todos los volúmenes a la vez'),
  permissions: [
    'ec2:DescribeInstances',
    'ec2:DescribeInstanceTypes',
    'ec2:DescribeVolumes',
    'ec2:DescribeSnapshots',
    'ec2:CreateSnapshots',
    'ec2:CreateSnapshot',
    'ec2:CreateTags',
  ],
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await read(ctx);
    return observed;
  },
  plan,
  check: (ctx) =>
    readable(['every-volume'], async () => [
      verdict(
        await settled(
          ctx,
          () => read(ctx),
          (seen) => verdict(seen).verdict !== 'fails',
        ),
      ),
    ]),
};
