import { type Action, type ActionContext, type Check, type Step, text, utc } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { describeInstance, ec2, failureCode, filter, type Instance, targetOf, volumesOf } from '../shared/ec2.ts';
import { textOption } from '../shared/options.ts';
import { bestByVolume, type CaseSnapshot, caseSnapshots, caseTags } from '../shared/snapshots.ts';

interface Preservation {
  readonly caseId: string;
  readonly responder: string;
  readonly instanceId: string;
  readonly region: string;
  readonly account: string;
  readonly description: string;
  readonly volumes: readonly { readonly volumeId: string; readonly device: string; readonly root: boolean }[];
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
  const [described, mine] = await Promise.all([describeInstance(ctx, target), caseSnapshots(ctx, target)]);
  return {
    caseId: ctx.facts.caseId,
    responder: ctx.facts.responder,
    ...target,
    account: target.account,
    description: description(ctx.facts.responder, ctx.now(), textOption(ctx, 'reference') ?? ctx.facts.caseId),
    volumes: volumesOf(described.instance),
    instanceStoreGiB: await instanceStore(ctx, target.region, described.instance),
    snapshots: mine.snapshots,
    evidence: [...described.evidence, ...mine.evidence],
  };
}

/** Gibibytes of instance store of the type; no answer counts as none known. */
async function instanceStore(ctx: ActionContext, region: string, { InstanceType }: Instance): Promise<number> {
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
  if (without(seen).length === 0) return [];
  const { region, instanceId, volumes, instanceStoreGiB } = seen;
  const left = instanceStoreGiB > 0 ? ` Not in it: ${instanceStoreGiB} GB of instance store.` : '';
  const leftEs = instanceStoreGiB > 0 ? ` No incluye: ${instanceStoreGiB} GB de almacén de instancia.` : '';
  return [
    {
      id: 'snap',
      why: text(
        `Freeze all ${volumes.length} EBS volumes at one moment.${left}`,
        `Congelar los ${volumes.length} volúmenes EBS en un mismo instante.${leftEs}`,
      ),
      call: ec2(region, 'CreateSnapshots', {
        InstanceSpecification: { InstanceId: instanceId, ExcludeBootVolume: false },
        Description: seen.description,
        TagSpecifications: [
          { ResourceType: 'snapshot', Tags: [...caseTags(seen.caseId, seen.responder, instanceId), { Key: 'ir:account', Value: seen.account || 'unknown' }] },
        ],
      }),
      // There is no ClientToken: a second call would be a second set.
      repeat: 'look',
      probe: {
        call: ec2(region, 'DescribeSnapshots', { OwnerIds: ['self'], Filters: [filter('tag:ir:change', { $token: true })] }),
        done: [{ path: 'length(Snapshots)', is: volumes.length }],
        ready: [{ path: 'length(Snapshots)', is: 0 }],
        output: '{Snapshots: Snapshots}',
      },
      undo: { kept: text('snapshots are evidence', 'las instantáneas son evidencia') },
      danger: [],
    },
  ];
}

function verdict(seen: Reading): Check {
  const { volumes, evidence, instanceStoreGiB } = seen;
  const name = 'every-volume';
  const missing = without(seen);
  const store = instanceStoreGiB > 0 ? ` ${instanceStoreGiB} GB of instance store are not included and end with the instance.` : '';
  const storeEs = instanceStoreGiB > 0 ? ` ${instanceStoreGiB} GB de almacén de instancia no están incluidos y se pierden con la instancia.` : '';
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
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeInstanceTypes', 'ec2:DescribeSnapshots', 'ec2:CreateSnapshots', 'ec2:CreateTags'],
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
