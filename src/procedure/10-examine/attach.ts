import { type Action, type ActionContext, AplombError, type Check, type Step, text } from '../../kernel/index.ts';
import { check, settledCheck, visible } from '../shared/checks.ts';
import { bySource, type Copy, caseCopies, sameZone } from '../shared/copies.ts';
import { failureCode, type Instance, targetOf } from '../shared/ec2.ts';
import { ec2At, type Place, placeOf } from '../shared/place.ts';
import { findWorkstation } from '../shared/workstation.ts';
import { mountVolume } from './mount.ts';

interface Attaching {
  readonly place: Place;
  readonly instanceId: string;
  readonly workstation: string;
  readonly volumes: readonly {
    readonly volumeId: string;
    readonly snapshotId: string;
    readonly device: string;
    /** marketplace: its product code forbids it. */
    readonly state: 'free' | 'attaching' | 'attached' | 'elsewhere' | 'marketplace';
  }[];
  /** Lines for the workstation: block device read-only first, then each file system, read-only and without replay. */
  readonly mount: readonly string[];
}
type Reading = Attaching & { readonly evidence: readonly string[] };

async function read(ctx: ActionContext): Promise<Reading> {
  const target = targetOf(ctx);
  const there = placeOf(ctx, target);
  const [station, made] = await Promise.all([findWorkstation(ctx, target, there), caseCopies(ctx, target, there)]);
  const workstation = station.instance.InstanceId;
  const { copies: here, evidence } = await bySource(
    ctx,
    made.copies.filter((one) => sameZone(one, station)),
  );
  const coded = await Promise.all(here.map((one) => hasProductCode(ctx, there, one)));
  const free = freeDevices(station.instance);
  const volumes = here.map((one, at) => {
    const placed = one.attachment || !coded[at] ? place(one, workstation, free) : { device: '', state: 'marketplace' as const };
    return { volumeId: one.volumeId, snapshotId: one.snapshotId, ...placed };
  });
  return {
    place: there,
    instanceId: target.instanceId,
    workstation,
    volumes,
    mount: volumes.flatMap(({ volumeId, device, state }) => (state === 'marketplace' ? [] : mountVolume(volumeId, device))),
    evidence: [...station.evidence, ...made.evidence, ...evidence],
  };
}

/**
 * Product codes go from snapshot to volume (CreateVolume). Such a volume can be attached to a stopped instance only, and gives it
 * its code (AttachVolume). A copy whose codes cannot be read is tried: EC2 refuses it by itself.
 */
async function hasProductCode(ctx: ActionContext, where: Place, { volumeId }: Copy): Promise<boolean> {
  try {
    const { output } = await ctx.read<{ ProductCodes?: { ProductCodeType?: string }[] }>(
      ec2At(where, 'DescribeVolumeAttribute', { VolumeId: volumeId, Attribute: 'productCodes' }),
    );
    return (output.ProductCodes ?? []).some((code) => code.ProductCodeType === 'marketplace');
  } catch (error) {
    if (failureCode(error) === undefined) throw error;
    return false;
  }
}

function place({ attachment }: Copy, workstation: string, free: string[]): Pick<Attaching['volumes'][number], 'device' | 'state'> {
  if (!attachment || attachment.state === 'detached') return { device: free.shift() ?? '', state: 'free' };
  const state = attachment.instanceId !== workstation ? 'elsewhere' : attachment.state === 'attached' ? 'attached' : 'attaching';
  return { device: attachment.device, state };
}
/** /dev/sd[f-p], the names EC2 recommends for EBS volumes on Linux, without those in use (xvdf is sdf). */
function freeDevices(instance: Instance): string[] {
  const used = new Set((instance.BlockDeviceMappings ?? []).map(({ DeviceName }) => /(?:sd|xvd)([a-z])\d*$/.exec(DeviceName ?? '')?.[1]));
  return [...'fghijklmnop'].filter((letter) => !used.has(letter)).map((letter) => `/dev/sd${letter}`);
}

const WAY_AROUND = text(
  'Read the snapshot instead, which needs no volume (aplomb examine --no-attach), and write that image to a fresh, empty volume if tools must run on a disk: a fresh volume has no code.',
  'Lea la instantánea, que no necesita volumen (aplomb examine --no-attach), y escriba esa imagen en un volumen nuevo y vacío si hace falta un disco: un volumen nuevo no tiene código.',
);

function plan({ place: where, instanceId, workstation, volumes }: Attaching): Step[] {
  // The suspect would start from, or run code on, what is being examined.
  if (workstation === instanceId) return [];
  return volumes.flatMap(({ volumeId, device, state }): Step[] => {
    if (state !== 'free' && state !== 'attaching') return [];
    const described = ec2At(where, 'DescribeVolumes', { VolumeIds: [volumeId] });
    const wait = (needs: readonly string[]): Step => ({
      id: `attached.${volumeId}`,
      why: text('Waiting until it is attached', 'Esperando a que quede conectado'),
      needs,
      read: described,
      until: [
        { path: 'Volumes[0].State', is: 'in-use' },
        { path: 'Volumes[0].Attachments[].[InstanceId, State]', is: [[workstation, 'attached']] },
      ],
      every: 2,
      limit: 600,
    });
    if (state === 'attaching') return [wait([])];
    const id = `attach.${volumeId}`;
    return [
      {
        id,
        why: text(`${volumeId} to the workstation ${workstation}, as ${device}`, `${volumeId} a la estación ${workstation}, como ${device}`),
        call: ec2At(where, 'AttachVolume', { Device: device, InstanceId: workstation, VolumeId: volumeId }),
        repeat: 'safe',
        already: ['VolumeInUse'],
        probe: {
          call: described,
          done: [
            { path: 'Volumes[0].Attachments[0].InstanceId', is: workstation },
            { path: 'Volumes[0].Attachments[0].State', in: ['attaching', 'attached', 'busy'] },
          ],
          ready: [{ path: 'Volumes[0].State', is: 'available' }],
        },
        undo: {
          calls: [ec2At(where, 'DetachVolume', { InstanceId: workstation, VolumeId: volumeId })],
          already: ['IncorrectState'],
          loses: text('Unmount it on the workstation first.', 'Desmóntelo antes en la estación.'),
        },
        danger: [
          text(
            'EC2 has no read-only attachment: run the mount lines, which make the device read-only before anything else. The workstation’s kernel reads data the attacker wrote.',
            'EC2 no conecta en solo lectura: use las líneas de montaje, que protegen el dispositivo antes de nada. El núcleo de la estación lee datos escritos por el atacante.',
          ),
        ],
      },
      wait([id]),
    ];
  });
}

/** @param readInstead the snapshot was read block by block: what no volume may be attached for was looked at all the same */
function verdict({ volumes, workstation, evidence }: Reading, readInstead: boolean): Check {
  const name = 'attached';
  const open = volumes.filter((one) => one.state !== 'attached');
  if (volumes.length === 0)
    return check(
      name,
      'fails',
      text('There is no working volume of this case in the zone of the workstation.', 'No hay volumen de trabajo de este caso en la zona de la estación.'),
      evidence,
    );
  const coded = open.filter((one) => one.state === 'marketplace').map((one) => one.volumeId);
  if (coded.length > 0 && coded.length === open.length && readInstead)
    return check(
      name,
      'holds',
      text(
        `${coded.join(', ')} cannot be attached (Marketplace product code); the snapshot was read block by block instead.`,
        `${coded.join(', ')} no se puede conectar (código de producto de Marketplace); en su lugar se leyó la instantánea bloque a bloque.`,
      ),
      evidence,
    );
  if (coded.length > 0)
    return check(
      name,
      'fails',
      text(
        `Not attached, since they carry a Marketplace product code: ${coded.join(', ')}. ${WAY_AROUND.en}`,
        `Sin conectar, porque llevan un código de producto de Marketplace: ${coded.join(', ')}. ${WAY_AROUND.es}`,
      ),
      evidence,
    );
  if (open.length > 0)
    return check(
      name,
      open.every((one) => one.state === 'attaching') ? 'unknown' : 'fails',
      text(
        `Not attached to ${workstation}: ${open.map((one) => `${one.volumeId} (${one.state})`).join(', ')}.`,
        `Sin conectar a ${workstation}: ${open.map((one) => `${one.volumeId} (${one.state})`).join(', ')}.`,
      ),
      evidence,
    );
  const list = volumes.map((one) => `${one.volumeId} (${one.device})`).join(', ');
  return check(name, 'holds', text(`Attached to ${workstation}: ${list}.`, `Conectado a ${workstation}: ${list}.`), evidence);
}

export const action: Action<Attaching> = {
  id: 'attach',
  step: 10,
  title: text('Attach the working volume to the workstation', 'Conectar el volumen de trabajo a la estación'),
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeSnapshots', 'ec2:DescribeVolumes', 'ec2:DescribeVolumeAttribute', 'ec2:AttachVolume', 'ec2:DetachVolume'],
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await visible(ctx, ['NoVolume'], async () => {
      const seen = await read(ctx);
      if (seen.volumes.length > 0) return seen;
      throw new AplombError('NoVolume', 'This case has no working volume in the zone of the workstation.', { fix: 'Make it first: aplomb volume.' });
    });
    if (observed.volumes.some((one) => one.state === 'free' && !one.device))
      throw new AplombError('NoFreeDevice', `${observed.workstation} has no free device name from /dev/sdf to /dev/sdp.`, {
        fix: 'Detach a volume, or use another workstation.',
      });
    const coded = observed.volumes.filter((one) => one.state === 'marketplace').map((one) => one.volumeId);
    if (coded.length > 0 && coded.length === observed.volumes.length)
      throw new AplombError(
        'MarketplaceVolume',
        `${coded.join(', ')} carry a Marketplace product code: they can be attached to a stopped instance only, and would mark ${observed.workstation} with the code for good.`,
        { fix: WAY_AROUND.en },
      );
    return observed;
  },
  plan,
  check: (ctx) =>
    settledCheck(
      ctx,
      'attached',
      () => read(ctx),
      (seen) => verdict(seen, ctx.facts.verdicts['read-snapshot']?.verdict === 'holds'),
    ),
};
