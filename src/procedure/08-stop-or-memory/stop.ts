import { type Action, type ActionContext, AplombError, type Check, type Step, type Text, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { describeInstance, ec2, failureCode, type Instance, type InstanceTarget, tagValue, targetOf } from '../shared/ec2.ts';
import { flagOption } from '../shared/options.ts';

interface Stopping {
  readonly instanceId: string;
  readonly region: string;
  readonly state: string;
  /** Pull the plug: no shutdown scripts, a dirty file system. */
  readonly skipOsShutdown: boolean;
  /** Stop protection is on, and may be taken off (option `clearStopProtection`). */
  readonly isProtected: boolean;
  /** An automatic public IPv4 address, which a stop gives up. */
  readonly automaticAddress: string | null;
  readonly autoScalingGroup: string | null;
  readonly spot: boolean;
}

async function observe(ctx: ActionContext): Promise<Stopping> {
  const target = targetOf(ctx);
  const [{ instance }, isProtected] = await Promise.all([describeInstance(ctx, target), stopProtection(ctx, target)]);
  const state = instance.State?.Name ?? 'unknown';
  if (['terminated', 'shutting-down'].includes(state))
    throw new AplombError('InstanceTerminated', `${target.instanceId} is ${state}: it cannot be stopped any more.`, {
      fix: 'Preserve what is left: its snapshots and any volume that was not deleted with it.',
    });
  if (instance.RootDeviceType === 'instance-store')
    throw new AplombError('CannotStop', `${target.instanceId} has its root on instance store: EC2 can terminate it, not stop it.`, {
      fix: 'Copy its disks from inside first. Isolation stays in place; terminating it is yours to decide.',
    });
  if (isProtected && state === 'running' && !flagOption(ctx, 'clearStopProtection'))
    throw new AplombError('StopProtected', `${target.instanceId} is protected against being stopped (DisableApiStop), by its owner or by the attacker.`, {
      fix: `Take the protection off as part of the plan with --clear-stop-protection, or by hand: aws ec2 modify-instance-attribute --region ${target.region} --instance-id ${target.instanceId} --no-disable-api-stop`,
    });
  return {
    instanceId: target.instanceId,
    region: target.region,
    state,
    skipOsShutdown: flagOption(ctx, 'skipOsShutdown'),
    isProtected: isProtected && state === 'running',
    automaticAddress: automaticAddress(instance),
    autoScalingGroup: tagValue(instance.Tags, 'aws:autoscaling:groupName') ?? null,
    spot: instance.InstanceLifecycle === 'spot',
  };
}

async function stopProtection(ctx: ActionContext, { region, instanceId }: InstanceTarget): Promise<boolean> {
  try {
    const { output } = await ctx.read<{ DisableApiStop?: { Value?: boolean } }>(
      ec2(region, 'DescribeInstanceAttribute', { InstanceId: instanceId, Attribute: 'disableApiStop' }),
    );
    return output.DisableApiStop?.Value === true;
  } catch (error) {
    // Not knowing is no reason to wait: if it is on, EC2 refuses the stop with OperationNotPermitted.
    if (failureCode(error) === undefined) throw error;
    return false;
  }
}

/** An address that belongs to the instance's owner (an Elastic IP address) survives; one of Amazon's pool does not. */
function automaticAddress(instance: Instance): string | null {
  const associations = (instance.NetworkInterfaces ?? []).flatMap((one) => one.Association ?? []);
  return associations.find((one) => one.IpOwnerId === 'amazon')?.PublicIp ?? (associations.length === 0 ? (instance.PublicIpAddress ?? null) : null);
}

function dangers(seen: Stopping): Text[] {
  const list = [
    text('The memory (RAM) is lost for good: processes, connections, keys.', 'La memoria (RAM) se pierde para siempre: procesos, conexiones, claves.'),
    text('Everything on instance store is lost, if there is any.', 'Se pierde todo lo que haya en el almacén de instancia, si lo hay.'),
    seen.skipOsShutdown
      ? text(
          'The power is cut: no shutdown scripts run, the file system stays dirty.',
          'Se corta la corriente: no corren scripts de apagado y el sistema de archivos queda sin cerrar.',
        )
      : text('The shutdown scripts of the guest run, the attacker’s too.', 'Se ejecutan los scripts de apagado del sistema, también los del atacante.'),
  ];
  if (seen.automaticAddress)
    list.push(
      text(
        `The public address ${seen.automaticAddress} is given up and does not come back.`,
        `Se pierde la dirección pública ${seen.automaticAddress} y no vuelve.`,
      ),
    );
  if (seen.autoScalingGroup)
    list.push(
      text(
        'It is in an Auto Scaling group, which may terminate a stopped instance: put it in standby or detach it first.',
        'Está en un grupo de Auto Scaling, que puede terminar una instancia detenida: póngala antes en espera o sepárela.',
      ),
    );
  if (seen.spot)
    list.push(text('It is a Spot instance: a one-time request cannot be stopped.', 'Es una instancia Spot: una solicitud única no se puede detener.'));
  return list;
}

const STATE = 'Reservations[0].Instances[0].State.Name';

function plan(seen: Stopping): Step[] {
  const { region, instanceId, state } = seen;
  if (state === 'stopped') return [];
  const described = ec2(region, 'DescribeInstances', { InstanceIds: [instanceId] });
  const steps: Step[] = [];
  if (seen.isProtected) {
    const protect = (on: boolean) => ec2(region, 'ModifyInstanceAttribute', { InstanceId: instanceId, DisableApiStop: { Value: on } });
    steps.push({
      id: 'unprotect',
      why: text('Take the stop protection off', 'Quitar la protección contra detención'),
      call: protect(false),
      repeat: 'safe',
      probe: {
        call: ec2(region, 'DescribeInstanceAttribute', { InstanceId: instanceId, Attribute: 'disableApiStop' }),
        done: [{ path: 'DisableApiStop.Value', is: false }],
        ready: [{ path: 'DisableApiStop.Value', is: true }],
      },
      undo: { calls: [protect(true)] },
      danger: [],
    });
  }
  if (state !== 'stopping')
    steps.push({
      id: 'stop',
      why: text('Stop the instance: ends every connection and process', 'Detener la instancia: acaba con toda conexión y proceso'),
      needs: steps.map((step) => step.id),
      call: ec2(region, 'StopInstances', { InstanceIds: [instanceId], ...(seen.skipOsShutdown ? { SkipOsShutdown: true } : {}) }),
      repeat: 'safe',
      lag: ['IncorrectInstanceState'],
      probe: {
        call: described,
        done: [{ path: STATE, in: ['stopping', 'stopped'] }],
        ready: [{ path: STATE, in: ['running', 'pending'] }],
      },
      undo: {
        calls: [
          { read: described, until: [{ path: STATE, is: 'stopped' }], every: 2, limit: 900 },
          ec2(region, 'StartInstances', { InstanceIds: [instanceId] }),
        ],
        lag: ['IncorrectInstanceState'],
        ask: text(
          'Starting it again runs whatever the attacker left to run at boot. Start it?',
          'Al arrancarla vuelve a ejecutarse lo que el atacante dejara para el arranque. ¿Arrancarla?',
        ),
        loses: text(
          'The disk changes from here on; the memory that was lost does not come back.',
          'El disco cambia desde ese momento; la memoria perdida no vuelve.',
        ),
      },
      danger: dangers(seen),
    });
  return [
    ...steps,
    {
      id: 'stopped',
      why: text('Waiting until it has stopped', 'Esperando a que se detenga'),
      needs: steps.map((step) => step.id),
      read: described,
      until: [{ path: STATE, is: 'stopped' }],
      fail: [{ path: STATE, is: 'terminated' }],
      every: 2,
      limit: 900,
    },
  ];
}

function verdict({ instance, evidence }: { instance: Instance; evidence: readonly string[] }): Check {
  const state = instance.State?.Name ?? 'unknown';
  if (state === 'stopped') return check('stopped', 'holds', text('The instance is stopped.', 'La instancia está detenida.'), evidence);
  if (state === 'stopping') return check('stopped', 'unknown', text('The instance is still stopping.', 'La instancia aún se está deteniendo.'), evidence);
  return check('stopped', 'fails', text(`The instance is ${state}.`, `La instancia está en estado ${state}.`), evidence);
}

export const action: Action<Stopping> = {
  id: 'stop',
  step: 8,
  title: text('Stop the instance', 'Detener la instancia'),
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeInstanceAttribute', 'ec2:ModifyInstanceAttribute', 'ec2:StopInstances', 'ec2:StartInstances'],
  observe,
  plan,
  check: (ctx) =>
    readable(['stopped'], async () => [
      verdict(
        await settled(
          ctx,
          () => describeInstance(ctx, targetOf(ctx)),
          (seen) => verdict(seen).verdict === 'holds',
        ),
      ),
    ]),
};
