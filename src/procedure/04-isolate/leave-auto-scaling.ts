import { type Action, type ActionContext, type Check, type Text, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { oneLine } from '../shared/names.ts';
import { isOut, REFRESH, scalingPlan } from './scaling-plan.ts';
import { ENDING, readScaling, type Scaling, type ScalingSeen } from './scaling-reading.ts';

function judge(ctx: ActionContext, seen: ScalingSeen): Check[] {
  const say = (name: string, verdict: Check['verdict'], words: Text): Check => check(name, verdict, words, seen.evidence);
  const { member, way } = seen;
  const before = ctx.facts.observed['leave-auto-scaling'] as Partial<Scaling> | undefined;
  if (!member) {
    const was = before?.instanceId === seen.instanceId ? before.member?.group?.name : undefined;
    return [
      say(
        'auto-scaling',
        'holds',
        was === undefined
          ? text('No Auto Scaling group holds the instance.', 'Ningún grupo de Auto Scaling tiene la instancia.')
          : text(`It is no longer a member of ${oneLine(was, 80)}.`, `Ya no es miembro de ${oneLine(was, 80)}.`),
      ),
    ];
  }
  const name = oneLine(member.group?.name ?? before?.member?.group?.name ?? '?', 80);
  const state = oneLine(member.lifecycle, 40);
  if (/^Terminat/.test(member.lifecycle))
    return [
      say(
        'auto-scaling',
        'fails',
        text(
          `Group ${name} is ending the instance now (${state}). Snapshot at once; volumes that outlive it are what is left.`,
          `El grupo ${name} está terminando la instancia (${state}). Haga la instantánea ya; quedarán los volúmenes que sobrevivan.`,
        ),
      ),
    ];
  if (isOut(member))
    return [
      say(
        'auto-scaling',
        way === 'detach' ? 'fails' : 'holds',
        member.lifecycle === 'Standby'
          ? text(`On standby in ${name}: out of service, not checked, not counted.`, `En espera en ${name}: fuera de servicio, sin controles, sin contar.`)
          : text(
              `Entering standby in ${name}: its load balancers are still draining connections.`,
              `Pasando a espera en ${name}: sus balanceadores aún drenan conexiones.`,
            ),
      ),
      ...(way !== 'detach' && member.group?.endsStandby ? [say('instance-refresh', 'unknown', REFRESH)] : []),
    ];
  if (way === 'stay')
    return [
      say(
        'auto-scaling',
        'unknown',
        text(
          `Left in group ${name} at your word: when it fails a health check, is stopped or is chosen by scale-in, the group ends it, protected or not.`,
          `Dejada en el grupo ${name} por decisión suya: si falla un control de salud, se detiene o la elige una reducción, el grupo la termina, protegida o no.`,
        ),
      ),
    ];
  if (way === 'protect') {
    const open = ENDING.filter((process) => !member.group?.suspended.includes(process));
    return [
      member.protected
        ? say('scale-in-protection', 'holds', text(`Scale-in of ${name} does not choose it.`, `La reducción de ${name} no la elige.`))
        : say('scale-in-protection', 'fails', text(`Scale-in of ${name} may choose it.`, `La reducción de ${name} puede elegirla.`)),
      open.length === 0
        ? say(
            'processes-suspended',
            'holds',
            text(
              `${name} ends nothing by itself: ${ENDING.join(', ')} are suspended.`,
              `${name} no termina nada por sí mismo: ${ENDING.join(', ')} suspendidos.`,
            ),
          )
        : say(
            'processes-suspended',
            'fails',
            text(`${name} can still end it: ${open.join(', ')} run.`, `${name} aún puede terminarla: ${open.join(', ')} activos.`),
          ),
    ];
  }
  return [
    say(
      'auto-scaling',
      'fails',
      text(
        `Still ${state} in group ${name}: once it is isolated or stopped the group sees it as unhealthy and ends it.`,
        `Sigue ${state} en el grupo ${name}: cuando se aísle o detenga, el grupo la verá enferma y la terminará.`,
      ),
    ),
  ];
}

/** Option `scaling`: standby (default), detach, protect, stay. */
export const action: Action<Scaling> = {
  id: 'leave-auto-scaling',
  step: 4,
  title: text('Take the instance out of its Auto Scaling group', 'Sacar la instancia de su grupo de Auto Scaling'),
  permissions: [
    'ec2:DescribeInstances',
    'autoscaling:DescribeAutoScalingInstances',
    'autoscaling:DescribeAutoScalingGroups',
    'autoscaling:DescribeInstanceRefreshes',
    'autoscaling:EnterStandby',
    'autoscaling:ExitStandby',
    'autoscaling:DetachInstances',
    'autoscaling:AttachInstances',
    'autoscaling:SetInstanceProtection',
    'autoscaling:SuspendProcesses',
    'autoscaling:ResumeProcesses',
  ],
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await readScaling(ctx);
    return observed;
  },
  plan: scalingPlan,
  check: (ctx) =>
    readable(['auto-scaling'], async () =>
      judge(
        ctx,
        await settled(
          ctx,
          () => readScaling(ctx),
          (seen) => judge(ctx, seen).every((one) => one.verdict !== 'fails'),
        ),
      ),
    ),
};
