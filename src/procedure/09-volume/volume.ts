import { type Action, type ActionContext, AplombError, type Check, type JsonObject, type Step, text } from '../../kernel/index.ts';
import { check, settledCheck, visible } from '../shared/checks.ts';
import { type Copy, caseCopies, chosenSnapshots, completed, UNREADY } from '../shared/copies.ts';
import { ec2, filter, targetOf } from '../shared/ec2.ts';
import { textOption } from '../shared/options.ts';
import { type CaseSnapshot, caseTags } from '../shared/snapshots.ts';
import { findWorkstation } from '../shared/workstation.ts';

interface Copying {
  readonly caseId: string;
  readonly responder: string;
  readonly instanceId: string;
  readonly region: string;
  readonly workstation: string;
  /** Volume and workstation must be in one zone. */
  readonly zone: string;
  readonly kmsKeyId: string | null;
  readonly snapshots: readonly CaseSnapshot[];
  readonly copies: readonly Copy[];
}
type Reading = Copying & { readonly evidence: readonly string[] };

async function read(ctx: ActionContext): Promise<Reading> {
  const target = targetOf(ctx);
  const [station, chosen, made] = await Promise.all([findWorkstation(ctx, target), chosenSnapshots(ctx), caseCopies(ctx, target)]);
  return {
    caseId: ctx.facts.caseId,
    responder: ctx.facts.responder,
    instanceId: target.instanceId,
    region: target.region,
    workstation: station.instance.InstanceId,
    zone: station.zone,
    kmsKeyId: textOption(ctx, 'kmsKeyId') ?? null,
    snapshots: chosen.snapshots,
    copies: made.copies,
    evidence: [...station.evidence, ...chosen.evidence, ...made.evidence],
  };
}

const copyOf = ({ copies, zone }: Copying, snapshotId: string): Copy | undefined => copies.find((one) => one.snapshotId === snapshotId && one.zone === zone);

function plan(seen: Copying): Step[] {
  const { region, zone } = seen;
  return seen.snapshots.flatMap(({ snapshotId, size }): Step[] => {
    const existing = copyOf(seen, snapshotId);
    if (existing && existing.state !== 'creating') return [];
    const id = `volume.${snapshotId}`;
    const tags: JsonObject[] = [...caseTags(seen.caseId, seen.responder, seen.instanceId), { Key: 'ir:snapshot', Value: snapshotId }];
    const wait: Step = {
      id: `available.${snapshotId}`,
      why: text('Waiting until the volume is there', 'Esperando a que el volumen esté listo'),
      read: ec2(region, 'DescribeVolumes', { VolumeIds: [existing?.volumeId ?? { $ref: `${id}#VolumeId` }] }),
      until: [{ path: 'Volumes[0].State', in: ['available', 'in-use'] }],
      // A refusal by KMS comes late, as the state error.
      fail: [{ path: 'Volumes[0].State', is: 'error' }],
      lag: ['InvalidVolume.NotFound'],
      every: 2,
      limit: 1800,
    };
    if (existing) return [wait];
    return [
      {
        id,
        why: text(`A working copy of ${snapshotId} (${size} GiB) in ${zone}`, `Una copia de trabajo de ${snapshotId} (${size} GiB) en ${zone}`),
        call: ec2(region, 'CreateVolume', {
          SnapshotId: snapshotId,
          AvailabilityZone: zone,
          VolumeType: 'gp3',
          ...(seen.kmsKeyId === null ? {} : { Encrypted: true, KmsKeyId: seen.kmsKeyId }),
          ClientToken: { $token: true },
          TagSpecifications: [{ ResourceType: 'volume', Tags: tags }],
        }),
        repeat: 'safe',
        probe: {
          call: ec2(region, 'DescribeVolumes', { Filters: [filter('tag:ir:change', { $token: true })] }),
          done: [{ path: 'length(Volumes)', is: 1 }],
          ready: [{ path: 'length(Volumes)', is: 0 }],
          output: 'Volumes[0].{VolumeId: VolumeId}',
        },
        undo: {
          calls: [ec2(region, 'DeleteVolume', { VolumeId: { $ref: `${id}#VolumeId` } })],
          // A volume being deleted stays in the list for a while.
          done: [{ path: "length(Volumes[?State!='deleting'])", is: 0 }],
          already: ['InvalidVolume.NotFound'],
          lag: ['VolumeInUse', 'IncorrectState'],
          loses: text('What was done on this working copy. The snapshot stays.', 'Lo hecho en esta copia de trabajo. La instantánea queda.'),
        },
        danger: [],
      },
      wait,
    ];
  });
}

function verdict(seen: Reading): Check {
  const name = 'volume-ready';
  const wrong = seen.snapshots.flatMap(({ snapshotId }) => {
    const copy = copyOf(seen, snapshotId);
    return !copy
      ? [`${snapshotId}: -`]
      : !['available', 'in-use'].includes(copy.state) || copy.type !== 'gp3'
        ? [`${snapshotId}: ${copy.volumeId} ${copy.type} ${copy.state}`]
        : [];
  });
  const making = seen.snapshots.every(({ snapshotId }) => copyOf(seen, snapshotId)?.type === 'gp3');
  if (wrong.length > 0)
    return check(
      name,
      making ? 'unknown' : 'fails',
      text(`No ready gp3 volume in ${seen.zone} for ${wrong.join(', ')}.`, `Sin volumen gp3 listo en ${seen.zone} para ${wrong.join(', ')}.`),
      seen.evidence,
    );
  const list = seen.snapshots.map(({ snapshotId }) => `${snapshotId} -> ${copyOf(seen, snapshotId)!.volumeId}`).join(', ');
  return check(name, 'holds', text(`Working copies in ${seen.zone}: ${list}.`, `Copias de trabajo en ${seen.zone}: ${list}.`), seen.evidence);
}

export const action: Action<Copying> = {
  id: 'volume',
  step: 9,
  title: text('Make a working volume from the snapshot', 'Crear un volumen de trabajo desde la instantánea'),
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeSnapshots', 'ec2:DescribeVolumes', 'ec2:CreateVolume', 'ec2:CreateTags', 'ec2:DeleteVolume'],
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await visible(ctx, UNREADY, async () => {
      const seen = await read(ctx);
      completed(seen.snapshots);
      return seen;
    });
    if (!observed.zone) throw new AplombError('NoZone', `EC2 does not say in which zone ${observed.workstation} is.`, { fix: 'Name another workstation.' });
    return observed;
  },
  plan,
  check: (ctx) => settledCheck(ctx, 'volume-ready', () => read(ctx), verdict),
};
