import { type Action, type Change, type Check, type Step, type Text, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { oneLine } from '../shared/names.ts';
import { type Balancers, type BalancersSeen, type Classic, classicCall, readBalancers, type TargetGroup, v2 } from './balancer-reading.ts';
import { plainId } from './plain-id.ts';

interface Share {
  readonly name: string;
  readonly healthy: number;
  readonly others: number;
}
const isLast = ({ healthy, others }: Share): boolean => healthy > 0 && others === 0;
/** What the others have to carry. */
function left({ name: hostile, healthy, others }: Share): Text {
  const name = oneLine(hostile, 80);
  return isLast({ name, healthy, others })
    ? text(
        `It is the LAST healthy target of ${name}: whatever is served through it stops answering. Register another first, or keep it with --keep-last-target.`,
        `Es el ÚLTIMO destino sano de ${name}: lo que se sirve por ahí deja de responder. Registre otro antes, o consérvelo con --keep-last-target.`,
      )
    : text(`${name}: ${others} of ${healthy} healthy targets remain.`, `${name}: quedan ${others} de ${healthy} destinos sanos.`);
}
const keptOpen = (seconds: number): Text =>
  text(
    `Nothing new is sent to it; connections in flight are kept for up to ${seconds} s, the attacker’s too if they come this way.`,
    `No se le envía nada nuevo; las conexiones en curso se conservan hasta ${seconds} s, también las del atacante si llegan por ahí.`,
  );

const GONE = "TargetHealth.Reason=='Target.NotRegistered' || TargetHealth.Reason=='Target.DeregistrationInProgress'";
function fromGroup(region: string, group: TargetGroup): Change {
  const { arn, name, targets, delay } = group;
  const input = { TargetGroupArn: arn, Targets: targets.map((one) => ({ ...one })) };
  const count = `length(TargetHealthDescriptions[?${GONE}])`;
  const all = { path: 'length(TargetHealthDescriptions)', is: targets.length };
  const ports = targets.map((one) => one.Port ?? '-').join(', ');
  return {
    id: `targets.${name.replace(/[^A-Za-z0-9-]/g, '-')}`,
    why: text(
      `Out of target group ${oneLine(name, 80)} (port ${ports}): its load balancer sends nothing new there`,
      `Fuera del grupo de destino ${oneLine(name, 80)} (puerto ${ports}): su balanceador no envía nada nuevo allí`,
    ),
    call: v2(region, 'DeregisterTargets', input),
    repeat: 'safe',
    probe: {
      call: v2(region, 'DescribeTargetHealth', input),
      done: [all, { path: count, is: targets.length }],
      ready: [all, { path: count, in: targets.map((_, index) => index) }],
    },
    undo: { calls: [v2(region, 'RegisterTargets', input)], done: [all, { path: count, is: 0 }] },
    danger: [left(group), ...(delay > 0 ? [keptOpen(delay)] : [])],
  };
}
function fromClassic(region: string, instanceId: string, one: Classic): Change {
  const input = { LoadBalancerName: one.name, Instances: [{ InstanceId: instanceId }] };
  const shown = { path: 'LoadBalancerDescriptions[0].LoadBalancerName', is: one.name };
  const count = (n: number) => ({ path: `length(LoadBalancerDescriptions[0].Instances[?InstanceId=='${plainId(instanceId)}'])`, is: n });
  return {
    id: `classic.${one.name.replace(/[^A-Za-z0-9-]/g, '-')}`,
    why: text(
      `Out of Classic Load Balancer ${oneLine(one.name, 80)}: it sends nothing new there`,
      `Fuera del Classic Load Balancer ${oneLine(one.name, 80)}: no envía nada nuevo allí`,
    ),
    call: classicCall(region, 'DeregisterInstancesFromLoadBalancer', input),
    repeat: 'safe',
    probe: {
      call: classicCall(region, 'DescribeLoadBalancers', { LoadBalancerNames: [one.name] }),
      done: [shown, count(0)],
      ready: [shown, count(1)],
    },
    undo: { calls: [classicCall(region, 'RegisterInstancesWithLoadBalancer', input)] },
    danger: [left(one), ...(one.delay === null ? [] : [keptOpen(one.delay)])],
  };
}

const stays = (seen: Balancers, share: Share): boolean => seen.keepLast && isLast(share);
const registered = (seen: Balancers): Share[] => [...seen.groups.filter((group) => group.targets.length > 0), ...seen.classics.filter((one) => one.registered)];
function plan(seen: Balancers): Step[] {
  // What is draining already (an Auto Scaling standby does that) is on its way out.
  const groups = seen.groups.filter((group) => group.targets.length > 0 && !stays(seen, group)).map((group) => fromGroup(seen.region, group));
  const classics = seen.classics.filter((one) => one.registered && !stays(seen, one)).map((one) => fromClassic(seen.region, seen.instanceId, one));
  return [...groups, ...classics];
}

const names = (list: readonly { readonly name: string }[]): string => list.map(({ name }) => oneLine(name, 80)).join(', ');
function judge(seen: BalancersSeen): Check[] {
  const say = (name: string, verdict: Check['verdict'], words: Text): Check => check(name, verdict, words, seen.evidence);
  const there = registered(seen);
  const wrong = there.filter((share) => !stays(seen, share));
  const kept = there.filter((share) => stays(seen, share));
  const draining = [...seen.groups.filter((group) => group.draining > 0), ...seen.classics.filter((one) => one.draining)];
  const seconds = Math.max(0, ...draining.map((one) => one.delay ?? 0));
  const checks: Check[] = [];
  if (wrong.length > 0) checks.push(say('load-balancers', 'fails', text(`Still registered with ${names(wrong)}.`, `Sigue registrada en ${names(wrong)}.`)));
  else if (kept.length > 0)
    checks.push(
      say(
        'load-balancers',
        'unknown',
        text(
          `Kept registered at your word, as the last healthy target: ${names(kept)}. Traffic from there still reaches it unless isolation stops it.`,
          `Conservada por decisión suya, como último destino sano: ${names(kept)}. El tráfico de ahí aún le llega si el aislamiento no lo corta.`,
        ),
      ),
    );
  else if (seen.unread.length > 0)
    checks.push(
      say(
        'load-balancers',
        'unknown',
        text(`Could not be read: ${names(seen.unread.map((name) => ({ name })))}.`, `No se pudo leer: ${names(seen.unread.map((name) => ({ name })))}.`),
      ),
    );
  else checks.push(say('load-balancers', 'holds', text('No load balancer sends anything new to it.', 'Ningún balanceador le envía nada nuevo.')));
  if (seen.elsewhere.length > 0)
    checks.push(
      say(
        'other-networks',
        'unknown',
        text(
          `Target groups of other VPCs hold one of its addresses, perhaps for another machine: ${names(seen.elsewhere.map((name) => ({ name })))}. Look whether they reach this VPC.`,
          `Grupos de destino de otras VPC tienen una de sus direcciones, quizá de otra máquina: ${names(seen.elsewhere.map((name) => ({ name })))}. Mire si llegan a esta VPC.`,
        ),
      ),
    );
  checks.push(
    draining.length === 0
      ? say(
          'draining-connections',
          'holds',
          text('No load balancer keeps connections to it open.', 'Ningún balanceador mantiene conexiones abiertas con ella.'),
        )
      : say(
          'draining-connections',
          'unknown',
          text(
            `Still draining: ${names(draining)}. Connections that were open may live for up to ${seconds} s more; isolation or a stop ends them sooner.`,
            `Aún drenando: ${names(draining)}. Las conexiones abiertas pueden vivir hasta ${seconds} s más; el aislamiento o la detención las acaban antes.`,
          ),
        ),
  );
  return checks;
}

/** Option `keepLastTarget`: stays registered where it is the last healthy target. */
export const action: Action<Balancers> = {
  id: 'leave-load-balancers',
  step: 4,
  title: text('Take the instance out of its load balancers', 'Sacar la instancia de sus balanceadores de carga'),
  permissions: [
    'ec2:DescribeInstances',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeTargetHealth',
    'elasticloadbalancing:DescribeTargetGroupAttributes',
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeInstanceHealth',
    'elasticloadbalancing:DescribeLoadBalancerAttributes',
    'elasticloadbalancing:DeregisterTargets',
    'elasticloadbalancing:RegisterTargets',
    'elasticloadbalancing:DeregisterInstancesFromLoadBalancer',
    'elasticloadbalancing:RegisterInstancesWithLoadBalancer',
  ],
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await readBalancers(ctx);
    return observed;
  },
  plan,
  check: (ctx) =>
    readable(['load-balancers', 'draining-connections'], async () =>
      judge(
        await settled(
          ctx,
          () => readBalancers(ctx),
          (seen) => judge(seen).every((one) => one.verdict !== 'fails'),
        ),
      ),
    ),
};
