import { type Action, type ActionContext, type Check, type Step, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { ec2, targetOf } from '../shared/ec2.ts';
import { madeSnapshots } from '../shared/made.ts';
import { oneLine } from '../shared/names.ts';
import { bestByVolume, type CaseSnapshot, caseSnapshots } from '../shared/snapshots.ts';
import { sourceVolumes } from '../shared/source-volumes.ts';

interface Waiting {
  readonly region: string;
  readonly volumes: readonly string[];
  readonly snapshots: readonly CaseSnapshot[];
  /** Ids the case was told of when they were made: EC2's list may lag behind. */
  readonly made: readonly string[];
}
type Reading = Waiting & { readonly evidence: readonly string[] };

async function read(ctx: ActionContext): Promise<Reading> {
  const target = targetOf(ctx);
  const [source, mine] = await Promise.all([sourceVolumes(ctx, target), caseSnapshots(ctx, target)]);
  const volumes = source.volumes.map(({ volumeId }) => volumeId);
  const snapshots = [...bestByVolume(mine.snapshots).values()].filter(({ volumeId }) => volumes.includes(volumeId));
  for (const one of snapshots)
    if (one.state === 'pending')
      ctx.progress(text(`${one.snapshotId}: ${one.progress || '0%'}`, `${one.snapshotId}: ${one.progress || '0%'}`), {
        snapshotId: one.snapshotId,
        progress: one.progress,
      });
  const made = madeSnapshots(ctx, target).flatMap(({ id, volumeId }) => (volumes.includes(volumeId) ? [id] : []));
  return { region: target.region, volumes, snapshots, made, evidence: [...source.evidence, ...mine.evidence] };
}

function plan({ region, snapshots, made }: Waiting): Step[] {
  const late = made.filter((id) => !snapshots.some((one) => one.snapshotId === id));
  // One that failed will never complete: the check says so, a new set is what helps.
  const unfinished = snapshots.filter((one) => one.state !== 'completed' && one.state !== 'error');
  const waitFor = [
    ...unfinished.map(({ snapshotId, volumeId, size, progress }) => ({ snapshotId, of: ` (${volumeId}, ${size} GiB${progress ? `, ${progress}` : ''})` })),
    ...(snapshots.length === 0 ? late.map((snapshotId) => ({ snapshotId, of: '' })) : []),
  ];
  // One wait each: the small ones are seen to be done while the large ones go on, and one that fails does not end the others' wait.
  return waitFor.map(({ snapshotId, of }) => ({
    id: `completed.${snapshotId}`,
    why: text(
      `Waiting until AWS has copied ${snapshotId}${of}; the moment it shows is fixed already`,
      `Esperando a que AWS copie ${snapshotId}${of}; el instante que muestra ya está fijado`,
    ),
    read: ec2(region, 'DescribeSnapshots', { SnapshotIds: [snapshotId] }),
    until: [{ path: 'Snapshots[].State', is: ['completed'] }],
    progress: 'Snapshots[].Progress',
    // KMS refusals come late: the call answers with success, the snapshot ends in error with the reason in StateMessage.
    fail: [{ path: 'Snapshots[].State', is: ['error'] }],
    lag: ['InvalidSnapshot.NotFound'],
    every: 5,
    limit: 86_400,
  }));
}

/** The call was answered with success; the key refused when the copying began. */
const KEY_FIX = text(
  ' The KMS key was refused to EBS: it must be enabled, and its policy must give whoever makes the snapshot DescribeKey, GenerateDataKeyWithoutPlaintext, ReEncrypt* and CreateGrant.',
  ' La clave de KMS se negó a EBS: debe estar activa, y su política debe dar a quien hace la instantánea DescribeKey, GenerateDataKeyWithoutPlaintext, ReEncrypt* y CreateGrant.',
);

function verdict({ volumes, snapshots, evidence }: Reading): Check {
  const name = 'completed';
  const of = (volume: string) => snapshots.find((one) => one.volumeId === volume);
  const missing = volumes.filter((volume) => !of(volume));
  const failed = snapshots.filter((one) => one.state === 'error');
  const pending = snapshots.filter((one) => one.state !== 'completed' && one.state !== 'error');
  if (volumes.length === 0)
    return check(name, 'unknown', text('No EBS volume of the instance is known.', 'No se conoce ningún volumen EBS de la instancia.'), evidence);
  if (failed.length > 0) {
    const list = failed.map((one) => `${one.snapshotId} of ${one.volumeId} (${oneLine(one.stateMessage) || 'no reason given'})`).join(', ');
    const kms = failed.some((one) => /kms|key/i.test(one.stateMessage));
    const fix = kms ? KEY_FIX : text('', '');
    return check(
      name,
      'fails',
      text(
        `Snapshots that failed: ${list}.${fix.en} Run "aplomb snapshot" again: it makes a new set.`,
        `Instantáneas fallidas: ${list}.${fix.es} Ejecute otra vez "aplomb snapshot": hace otro juego.`,
      ),
      evidence,
    );
  }
  if (missing.length > 0)
    return check(
      name,
      'fails',
      text(`No snapshot of this case of ${missing.join(', ')}.`, `No hay instantánea de este caso de ${missing.join(', ')}.`),
      evidence,
    );
  if (pending.length > 0) {
    const list = pending.map((one) => `${one.snapshotId} ${one.progress}`.trim()).join(', ');
    return check(name, 'unknown', text(`Still being copied: ${list}.`, `Aún copiándose: ${list}.`), evidence);
  }
  const archived = snapshots.filter((one) => one.tier === 'archive');
  if (archived.length > 0) {
    const list = archived.map((one) => one.snapshotId).join(', ');
    return check(
      name,
      'unknown',
      text(
        `Complete, but archived and so unreadable: ${list}. Bring them back with RestoreSnapshotTier, which takes up to 72 hours.`,
        `Completas, pero archivadas y por tanto ilegibles: ${list}. Recupérelas con RestoreSnapshotTier, que tarda hasta 72 horas.`,
      ),
      evidence,
    );
  }
  const list = snapshots.map((one) => one.snapshotId).join(', ');
  return check(name, 'holds', text(`Completed: ${list}.`, `Completadas: ${list}.`), evidence);
}

export const action: Action<Waiting> = {
  id: 'await-snapshots',
  step: 7,
  title: text('Wait until the snapshots are complete', 'Esperar a que se completen las instantáneas'),
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeVolumes', 'ec2:DescribeSnapshots'],
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await read(ctx);
    return observed;
  },
  plan,
  check: (ctx) =>
    readable(['completed'], async () => [
      verdict(
        await settled(
          ctx,
          () => read(ctx),
          (seen) => verdict(seen).verdict === 'holds',
        ),
      ),
    ]),
};
