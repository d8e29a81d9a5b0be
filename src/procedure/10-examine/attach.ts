import { type Action, type ActionContext, AplombError, type Check, isAplombError, type Step, text } from '../../kernel/index.ts';
import { check, settledCheck, visible } from '../shared/checks.ts';
import { bySource, type Copy, caseCopies } from '../shared/copies.ts';
import { describeInstance, ec2, type Instance, type InstanceTarget, targetOf } from '../shared/ec2.ts';
import { findWorkstation } from '../shared/workstation.ts';
import { mountVolume } from './mount.ts';

interface Attaching {
  readonly region: string;
  readonly workstation: string;
  readonly volumes: readonly {
    readonly volumeId: string;
    readonly snapshotId: string;
    readonly device: string;
    readonly state: 'free' | 'attaching' | 'attached' | 'elsewhere';
  }[];
  /** Lines for the workstation: block device read-only first, then each file system, read-only and without replay. */
  readonly mount: readonly string[];
}
type Reading = Attaching & { readonly evidence: readonly string[] };

async function read(ctx: ActionContext): Promise<Reading> {
  const target = targetOf(ctx);
  const [station, made] = await Promise.all([findWorkstation(ctx, target), caseCopies(ctx, target)]);
  const workstation = station.instance.InstanceId;
  const { copies: here, evidence } = await bySource(
    ctx,
    made.copies.filter((one) => one.zone === station.zone),
  );
  const free = freeDevices(station.instance);
  const volumes = here.map((one) => ({ volumeId: one.volumeId, snapshotId: one.snapshotId, ...place(one, workstation, free) }));
  return {
    region: target.region,
    workstation,
    volumes,
    mount: volumes.flatMap(({ volumeId, device }) => mountVolume(volumeId, device)),
    evidence: [...station.evidence, ...made.evidence, ...evidence],
  };
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

/** A volume with a marketplace code goes to a stopped instance only, and copies its code to it (EC2 API, AttachVolume). */
async function refuseMarketplace(ctx: ActionContext, target: InstanceTarget, workstation: string): Promise<void> {
  const { instance } = await describeInstance(ctx, target).catch((error: unknown) => {
    if (isAplombError(error)) return { instance: undefined };
    throw error;
  });
  if (instance?.ProductCodes?.some((code) => code.ProductCodeType === 'marketplace'))
    throw new AplombError(
      'MarketplaceVolume',
      `${target.instanceId} comes from a Marketplace image: its volume would mark ${workstation} with the product code.`,
      {
        fix: 'Read the snapshot instead (read-snapshot): it needs no volume.',
      },
    );
}

function plan({ region, workstation, volumes }: Attaching): Step[] {
  return volumes.flatMap(({ volumeId, device, state }): Step[] => {
    if (state === 'attached' || state === 'elsewhere') return [];
    const described = ec2(region, 'DescribeVolumes', { VolumeIds: [volumeId] });
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
        call: ec2(region, 'AttachVolume', { Device: device, InstanceId: workstation, VolumeId: volumeId }),
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
          calls: [ec2(region, 'DetachVolume', { InstanceId: workstation, VolumeId: volumeId })],
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

function verdict({ volumes, workstation, evidence }: Reading): Check {
  const name = 'attached';
  const open = volumes.filter((one) => one.state !== 'attached');
  if (volumes.length === 0)
    return check(
      name,
      'fails',
      text('There is no working volume of this case in the zone of the workstation.', 'No hay volumen de trabajo de este caso en la zona de la estación.'),
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
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeVolumes', 'ec2:AttachVolume', 'ec2:DetachVolume'],
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
    await refuseMarketplace(ctx, targetOf(ctx), observed.workstation);
    return observed;
  },
  plan,
  check: (ctx) => settledCheck(ctx, 'attached', () => read(ctx), verdict),
};
