import { type Action, type ActionContext, type Check, isAplombError, type Step, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { describeInstance, ec2, type Instance, targetOf } from '../shared/ec2.ts';
import { oneLine } from '../shared/names.ts';
import { dangers, listStore } from './stop-dangers.ts';
import { readStop, type Stopping } from './stop-reading.ts';

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
      // Losing the instance altogether is nothing that a flag may agree to.
      ...(seen.scaling?.terminates ? { typed: 'stop' } : {}),
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
      // A guest that hangs in its shutdown is cut off by EC2 only after long minutes.
      limit: 3600,
    },
  ];
}

interface Reading {
  readonly instance: Instance | null;
  readonly evidence: readonly string[];
}
/** An instance that EC2 knew when the stop was planned and knows no more is gone. */
async function look(ctx: ActionContext): Promise<Reading> {
  try {
    return await describeInstance(ctx, targetOf(ctx));
  } catch (error) {
    if (isAplombError(error) && error.code === 'UnknownInstance' && ctx.facts.observed.stop !== undefined) return { instance: null, evidence: [] };
    throw error;
  }
}
const stateOf = ({ instance }: Reading): string => instance?.State?.Name ?? 'terminated';

function stopped(ctx: ActionContext, seen: Reading): Check {
  const state = stateOf(seen);
  const say = (verdict: Check['verdict'], en: string, es: string): Check => check('stopped', verdict, text(en, es), seen.evidence);
  if (state === 'stopped') return say('holds', 'The instance is stopped.', 'La instancia está detenida.');
  if (state === 'stopping') return say('unknown', 'The instance is still stopping.', 'La instancia aún se está deteniendo.');
  if (state === 'terminated' || state === 'shutting-down') {
    const reason = oneLine(seen.instance?.StateReason?.Message ?? seen.instance?.StateTransitionReason, 120);
    const left = reason ? ` (${reason})` : '';
    return say(
      'fails',
      `The instance was terminated${left}: it is not stopped but lost. What is left are its snapshots and the volumes that were kept; CloudTrail names who did it (TerminateInstances).`,
      `La instancia fue terminada${left}: no está detenida sino perdida. Quedan sus instantáneas y los volúmenes conservados; CloudTrail dice quién lo hizo (TerminateInstances).`,
    );
  }
  const before = (ctx.facts.observed.stop as Partial<Stopping> | undefined)?.launched;
  const since = seen.instance?.LaunchTime;
  if (before && since && before !== since)
    return say(
      'fails',
      `Somebody started it again at ${oneLine(since, 40)}: it is ${state}. CloudTrail names who did it (StartInstances).`,
      `Alguien la arrancó de nuevo a las ${oneLine(since, 40)}: está en estado ${state}. CloudTrail dice quién lo hizo (StartInstances).`,
    );
  return say('fails', `The instance is ${state}.`, `La instancia está en estado ${state}.`);
}

/** Tracked connections, to which a security group is no end, have one here. */
function connections(seen: Reading): Check {
  const state = stateOf(seen);
  const over = state === 'stopped' || state === 'terminated';
  return over
    ? check('connections', 'holds', text('Nothing runs there: every connection has ended.', 'Allí nada corre: toda conexión ha terminado.'), seen.evidence)
    : check(
        'connections',
        state === 'stopping' || state === 'shutting-down' ? 'unknown' : 'fails',
        text(`It is ${state}: connections may be open.`, `Está en estado ${state}: puede haber conexiones abiertas.`),
        seen.evidence,
      );
}

/** What a stop has taken for good, so that nobody looks for it later. */
function store(ctx: ActionContext, seen: Reading): Check[] {
  const observed = ctx.facts.observed.stop as Partial<Stopping> | undefined;
  if (observed?.instanceStore === undefined || stateOf(seen) !== 'stopped') return [];
  const volumes = observed.instanceStore;
  const words =
    volumes === null
      ? text(
          'What was on instance store, if anything, is lost: EC2 would not say.',
          'Lo que hubiera en el almacén de instancia se perdió: EC2 no dijo qué había.',
        )
      : volumes.length === 0
        ? text('Nothing was lost with instance store: the type has none.', 'No se perdió nada con el almacén de instancia: el tipo no lo tiene.')
        : text(`Lost with the stop, in no snapshot: ${listStore(volumes)}.`, `Perdido con la detención, en ninguna instantánea: ${listStore(volumes)}.`);
  return [check('instance-store', 'holds', words, seen.evidence)];
}

export const action: Action<Stopping> = {
  id: 'stop',
  step: 8,
  title: text('Stop the instance', 'Detener la instancia'),
  permissions: [
    'ec2:DescribeInstances',
    'ec2:DescribeInstanceAttribute',
    'ec2:DescribeInstanceStatus',
    'ec2:DescribeInstanceTypes',
    'ec2:DescribeSpotInstanceRequests',
    'autoscaling:DescribeAutoScalingInstances',
    'autoscaling:DescribeAutoScalingGroups',
    'ec2:ModifyInstanceAttribute',
    'ec2:StopInstances',
    'ec2:StartInstances',
  ],
  observe: readStop,
  plan,
  check: (ctx) =>
    readable(['stopped', 'connections'], async () => {
      const seen = await settled(
        ctx,
        () => look(ctx),
        (one) => stateOf(one) === 'stopped',
      );
      return [stopped(ctx, seen), connections(seen), ...store(ctx, seen)];
    }),
};
