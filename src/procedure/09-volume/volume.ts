import { type Action, type ActionContext, AplombError, type Check, EXIT, type JsonObject, type Step, text } from '../../kernel/index.ts';
import { check, settledCheck, visible } from '../shared/checks.ts';
import { analystOf, type Copy, caseCopies, chosenSnapshots, completed, sameZone, UNREADY } from '../shared/copies.ts';
import { filter, targetOf } from '../shared/ec2.ts';
import { textOption } from '../shared/options.ts';
import { ec2At, forensicKeyOf, type Place, placeOf } from '../shared/place.ts';
import { type CaseSnapshot, caseTags } from '../shared/snapshots.ts';
import { findWorkstation } from '../shared/workstation.ts';

interface Copying {
  readonly caseId: string;
  readonly responder: string;
  readonly analyst: string;
  readonly instanceId: string;
  readonly account: string;
  readonly place: Place;
  readonly workstation: string;
  /** Volume and workstation must be in one zone: its name as the workstation's account knows it, and the id that all share. */
  readonly zone: string;
  readonly zoneId: string;
  readonly kmsKeyId: string | null;
  /** MiB/s at which AWS loads the volume, or null: blocks come when they are first read. */
  readonly rate: number | null;
  readonly snapshots: readonly CaseSnapshot[];
  readonly copies: readonly Copy[];
  readonly failed: readonly Copy[];
}
type Reading = Copying & { readonly evidence: readonly string[] };

/** CreateVolume, VolumeInitializationRate: 100 to 300 MiB/s. @throws AplombError InvalidRate (exit 2) */
function rateOf(ctx: ActionContext): number | null {
  const given = textOption(ctx, 'initialise');
  if (given === undefined) return null;
  const rate = Number(given);
  if (!/^\d{3}$/.test(given) || rate < 100 || rate > 300)
    throw new AplombError('InvalidRate', `${JSON.stringify(given)} is no initialisation rate.`, { exit: EXIT.usage, fix: 'Give MiB/s, from 100 to 300.' });
  return rate;
}

async function read(ctx: ActionContext): Promise<Reading> {
  const target = targetOf(ctx);
  const place = placeOf(ctx, target);
  const rate = rateOf(ctx);
  const [station, chosen, made] = await Promise.all([findWorkstation(ctx, target, place), chosenSnapshots(ctx, place), caseCopies(ctx, target, place)]);
  return {
    caseId: ctx.facts.caseId,
    responder: ctx.facts.responder,
    analyst: analystOf(ctx),
    instanceId: target.instanceId,
    account: target.account,
    place,
    workstation: station.instance.InstanceId,
    zone: station.zone,
    zoneId: station.zoneId,
    kmsKeyId: textOption(ctx, 'kmsKeyId') ?? forensicKeyOf(ctx) ?? null,
    rate,
    snapshots: chosen.snapshots,
    copies: made.copies,
    failed: made.failed,
    evidence: [...station.evidence, ...chosen.evidence, ...made.evidence],
  };
}

/** EC2 shows a key by its ARN; what an alias stands for only KMS knows. */
function underKey(copy: Copy, key: string | null): boolean {
  if (key === null) return true;
  return copy.encrypted && (/(^|:)alias\//.test(key) || copy.kmsKeyId === key || copy.kmsKeyId.endsWith(`:key/${key}`));
}
const copyOf = (seen: Copying, snapshotId: string): Copy | undefined =>
  seen.copies.find((one) => one.snapshotId === snapshotId && sameZone(one, seen) && underKey(one, seen.kmsKeyId));

const LATE = ['InvalidVolume.NotFound'];

function waits(seen: Copying, snapshot: CaseSnapshot, volume: JsonObject | string): Step[] {
  const { snapshotId, size } = snapshot;
  const available: Step = {
    id: `available.${snapshotId}`,
    why: text('Waiting until the volume is there', 'Esperando a que el volumen esté listo'),
    read: ec2At(seen.place, 'DescribeVolumes', { VolumeIds: [volume] }),
    until: [{ path: 'Volumes[0].State', in: ['available', 'in-use'] }],
    // A refusal by KMS comes late: as the state error, or as a volume that is there no more.
    fail: [{ path: 'Volumes[0].State', in: ['error', 'deleting', 'deleted'] }],
    lag: LATE,
    every: 2,
    limit: 7200,
  };
  if (seen.rate === null) return [available];
  const initialised: Step = {
    id: `initialised.${snapshotId}`,
    why: text(`Waiting until AWS has loaded it whole, at ${seen.rate} MiB/s`, `Esperando a que AWS lo cargue entero, a ${seen.rate} MiB/s`),
    needs: [available.id],
    read: ec2At(seen.place, 'DescribeVolumeStatus', { VolumeIds: [volume] }),
    until: [{ path: 'VolumeStatuses[0].InitializationStatusDetails.Progress', is: 100 }],
    lag: LATE,
    every: 5,
    // The status itself may be five minutes late.
    limit: Math.ceil((size * 1024 * 3) / seen.rate) + 900,
  };
  return [available, initialised];
}

function plan(seen: Copying): Step[] {
  const { place, zone, rate } = seen;
  return seen.snapshots.flatMap((snapshot): Step[] => {
    const { snapshotId, size, volumeId } = snapshot;
    const existing = copyOf(seen, snapshotId);
    if (existing) return existing.state === 'creating' ? waits({ ...seen, rate: null }, snapshot, existing.volumeId) : [];
    const id = `volume.${snapshotId}`;
    const tags: JsonObject[] = [
      ...caseTags(seen.caseId, seen.responder, seen.instanceId),
      { Key: 'ir:account', Value: seen.account || 'unknown' },
      { Key: 'ir:analyst', Value: seen.analyst },
      { Key: 'ir:snapshot', Value: snapshotId },
      { Key: 'ir:source-volume', Value: volumeId },
    ];
    const how =
      rate === null
        ? text(
            'its blocks come from S3 when they are first read, so the first full reading is slow',
            'sus bloques llegan de S3 al leerlos por primera vez, así que la primera lectura completa es lenta',
          )
        : text(
            `AWS loads it whole at ${rate} MiB/s, about ${Math.ceil((size * 1024) / rate / 60)} minutes, and charges for it by the GiB of snapshot`,
            `AWS lo carga entero a ${rate} MiB/s, unos ${Math.ceil((size * 1024) / rate / 60)} minutos, y lo cobra por GiB de instantánea`,
          );
    return [
      {
        id,
        why: text(
          `A working copy of ${snapshotId} (${size} GiB, gp3) in ${zone}: ${how.en}`,
          `Una copia de trabajo de ${snapshotId} (${size} GiB, gp3) en ${zone}: ${how.es}`,
        ),
        call: ec2At(place, 'CreateVolume', {
          SnapshotId: snapshotId,
          // By name: volume and workstation are in one account, and older CLIs know nothing else.
          AvailabilityZone: zone,
          VolumeType: 'gp3',
          ...(seen.kmsKeyId === null ? {} : { Encrypted: true, KmsKeyId: seen.kmsKeyId }),
          ...(rate === null ? {} : { VolumeInitializationRate: rate }),
          ClientToken: { $token: true },
          TagSpecifications: [{ ResourceType: 'volume', Tags: tags }],
        }),
        repeat: 'safe',
        probe: {
          call: ec2At(place, 'DescribeVolumes', { Filters: [filter('tag:ir:change', { $token: true })] }),
          done: [{ path: 'length(Volumes)', is: 1 }],
          ready: [{ path: 'length(Volumes)', is: 0 }],
          output: 'Volumes[0].{VolumeId: VolumeId}',
        },
        undo: {
          calls: [ec2At(place, 'DeleteVolume', { VolumeId: { $ref: `${id}#VolumeId` } })],
          // A volume being deleted stays in the list for a while.
          done: [{ path: "length(Volumes[?State!='deleting'])", is: 0 }],
          already: ['InvalidVolume.NotFound'],
          lag: ['VolumeInUse', 'IncorrectState'],
          loses: text('What was done on this working copy. The snapshot stays.', 'Lo hecho en esta copia de trabajo. La instantánea queda.'),
        },
        danger: [],
      },
      ...waits(seen, snapshot, { $ref: `${id}#VolumeId` }),
    ];
  });
}

function verdict(seen: Reading): Check {
  const name = 'volume-ready';
  const rows = seen.snapshots.map(({ snapshotId }) => ({ snapshotId, copy: copyOf(seen, snapshotId) }));
  const wrong = rows.flatMap(({ snapshotId, copy }) => {
    if (copy && ['available', 'in-use'].includes(copy.state) && copy.type === 'gp3') return [];
    if (copy) return [`${snapshotId}: ${copy.volumeId} ${copy.type} ${copy.state}`];
    const failed = seen.failed.find((one) => one.snapshotId === snapshotId);
    return [failed ? `${snapshotId}: ${failed.volumeId} error` : `${snapshotId}: -`];
  });
  if (wrong.length > 0) {
    const kms = rows.some(({ snapshotId, copy }) => !copy && seen.failed.some((one) => one.snapshotId === snapshotId));
    return check(
      name,
      rows.every(({ copy }) => copy?.type === 'gp3') ? 'unknown' : 'fails',
      text(
        `No ready gp3 volume in ${seen.zone} for ${wrong.join(', ')}.${kms ? ' A volume in error means that its KMS key was refused: you and EC2 need kms:Decrypt, kms:CreateGrant, kms:GenerateDataKeyWithoutPlaintext and kms:ReEncrypt* on the keys of snapshot and volume.' : ''}`,
        `Sin volumen gp3 listo en ${seen.zone} para ${wrong.join(', ')}.${kms ? ' Un volumen en error significa que se denegó su clave KMS: hacen falta kms:Decrypt, kms:CreateGrant, kms:GenerateDataKeyWithoutPlaintext y kms:ReEncrypt* sobre las claves de la instantánea y del volumen.' : ''}`,
      ),
      seen.evidence,
    );
  }
  const list = rows.map(({ snapshotId, copy }) => `${snapshotId} -> ${copy?.volumeId}${copy?.encrypted ? '' : ' (not encrypted)'}`).join(', ');
  const lista = rows.map(({ snapshotId, copy }) => `${snapshotId} -> ${copy?.volumeId}${copy?.encrypted ? '' : ' (sin cifrar)'}`).join(', ');
  return check(name, 'holds', text(`Working copies in ${seen.zone}: ${list}.`, `Copias de trabajo en ${seen.zone}: ${lista}.`), seen.evidence);
}

export const action: Action<Copying> = {
  id: 'volume',
  step: 9,
  title: text('Make a working volume from the snapshot', 'Crear un volumen de trabajo desde la instantánea'),
  permissions: [
    'ec2:DescribeInstances',
    'ec2:DescribeSnapshots',
    'ec2:DescribeVolumes',
    'ec2:DescribeVolumeStatus',
    'ec2:CreateVolume',
    'ec2:CreateTags',
    'ec2:DeleteVolume',
  ],
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
