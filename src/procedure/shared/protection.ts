import { type ActionContext, type Call, type Change, type Text, text } from '../../kernel/index.ts';
import { ec2, type InstanceTarget } from './ec2.ts';

/**
 * What EC2 keeps about being terminated or stopped (EC2 API: DescribeInstanceAttribute, ModifyInstanceAttribute; one attribute a call).
 * null when the answer does not say.
 */
export interface Protection {
  /** `disableApiTermination`: TerminateInstances is refused. Auto Scaling, Spot and a shutdown from inside are not. */
  readonly termination: boolean | null;
  /** `disableApiStop`: StopInstances is refused, the responder's own too. */
  readonly stop: boolean | null;
  /** What a shutdown from inside the instance does. */
  readonly shutdown: string | null;
  readonly evidence: readonly string[];
}
type Place = Pick<InstanceTarget, 'instanceId' | 'region'>;
const attribute = ({ instanceId, region }: Place, name: string): Call => ec2(region, 'DescribeInstanceAttribute', { InstanceId: instanceId, Attribute: name });
const modify = ({ instanceId, region }: Place, change: Call['input'] & object): Call =>
  ec2(region, 'ModifyInstanceAttribute', { InstanceId: instanceId, ...change });

export async function readProtection(ctx: Pick<ActionContext, 'read'>, place: Place): Promise<Protection> {
  const [termination, stop, shutdown] = await Promise.all([
    ctx.read<{ DisableApiTermination?: { Value?: boolean } }>(attribute(place, 'disableApiTermination')),
    ctx.read<{ DisableApiStop?: { Value?: boolean } }>(attribute(place, 'disableApiStop')),
    ctx.read<{ InstanceInitiatedShutdownBehavior?: { Value?: string } }>(attribute(place, 'instanceInitiatedShutdownBehavior')),
  ]);
  return {
    termination: termination.output.DisableApiTermination?.Value ?? null,
    stop: stop.output.DisableApiStop?.Value ?? null,
    shutdown: shutdown.output.InstanceInitiatedShutdownBehavior?.Value ?? null,
    evidence: [...termination.evidence, ...stop.evidence, ...shutdown.evidence],
  };
}

/** Termination protection on; undo takes it off again. For an instance whose protection is off. */
export const protectTermination = (place: Place, more: { readonly danger?: readonly Text[] } = {}): Change => ({
  id: 'termination-protection',
  why: text(
    'Nobody ends the instance by the API: TerminateInstances is refused until the protection is taken off',
    'Nadie termina la instancia por la API: TerminateInstances se rechaza hasta que se quite la protección',
  ),
  call: modify(place, { DisableApiTermination: { Value: true } }),
  repeat: 'safe',
  probe: {
    call: attribute(place, 'disableApiTermination'),
    done: [{ path: 'DisableApiTermination.Value', is: true }],
    ready: [{ path: 'DisableApiTermination.Value', is: false }],
  },
  undo: { calls: [modify(place, { DisableApiTermination: { Value: false } })] },
  danger: more.danger ?? [],
});

/** A shutdown from inside stops the instance instead of ending it; undo puts `terminate` back. For an instance that has that. */
export const stopOnShutdown = (place: Place): Change => ({
  id: 'shutdown-behaviour',
  why: text(
    'A shutdown from inside stops the instance and no longer ends it: one `shutdown -h` of the attacker would have deleted the root volume',
    'Un apagado desde dentro detiene la instancia y ya no la termina: un `shutdown -h` del atacante habría borrado el volumen raíz',
  ),
  call: modify(place, { InstanceInitiatedShutdownBehavior: { Value: 'stop' } }),
  repeat: 'safe',
  probe: {
    call: attribute(place, 'instanceInitiatedShutdownBehavior'),
    done: [{ path: 'InstanceInitiatedShutdownBehavior.Value', is: 'stop' }],
    ready: [{ path: 'InstanceInitiatedShutdownBehavior.Value', is: 'terminate' }],
  },
  undo: { calls: [modify(place, { InstanceInitiatedShutdownBehavior: { Value: 'terminate' } })] },
  danger: [],
});

/** A volume outlives its instance; undo lets it go with it again. For a volume that is to be deleted on termination. */
export function keepVolume(place: Place, { volumeId, device }: { readonly volumeId: string; readonly device: string }): Change {
  const set = (deleted: boolean): Call => modify(place, { BlockDeviceMappings: [{ DeviceName: device, Ebs: { DeleteOnTermination: deleted } }] });
  const is = (deleted: boolean) => [{ path: '[0].Ebs.DeleteOnTermination', is: deleted }];
  return {
    id: `keep.${volumeId}`,
    why: text(`Volume ${volumeId} outlives the instance, however that ends`, `El volumen ${volumeId} sobrevive a la instancia, acabe como acabe`),
    call: set(false),
    repeat: 'safe',
    probe: {
      call: ec2(place.region, 'DescribeInstances', { InstanceIds: [place.instanceId] }),
      pick: { from: 'Reservations[0].Instances[0].BlockDeviceMappings', where: [{ path: 'Ebs.VolumeId', is: volumeId }] },
      done: is(false),
      ready: is(true),
    },
    undo: { calls: [set(true)] },
    danger: [],
  };
}
