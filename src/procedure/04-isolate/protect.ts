import { type Action, type Check, type Step, type Text, text } from '../../kernel/index.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { keepVolume, protectTermination, stopOnShutdown } from '../shared/protection.ts';
import { canStop, endsIt, isGone, listEvents, type Protected, readProtected } from './protect-reading.ts';

type Seen = Protected & { readonly evidence: readonly string[] };

const SPOT = text(
  'Spot Instance: AWS refuses termination and stop protection for it, and may take it back with two minutes’ notice. Nothing here holds it: snapshot at once.',
  'Instancia de spot: AWS le niega la protección contra terminación y detención, y puede retirarla con dos minutos de aviso. Aquí nada la retiene: haga la instantánea ya.',
);
/** What no attribute can prevent, said before anything is done. */
function named(seen: Protected): Text[] {
  const said: Text[] = [];
  if (seen.spot !== null) said.push(SPOT);
  if (seen.instanceStoreRoot)
    said.push(
      text(
        'Its root is on instance store: it cannot be stopped, and whatever ends it deletes the root.',
        'Su raíz está en almacén de instancia: no se puede detener, y lo que la termine borra la raíz.',
      ),
    );
  if (seen.stop === true)
    said.push(
      text(
        'Stop protection is on: it holds back your own stop in step 8 too, until it is taken off there (--clear-stop-protection).',
        'La protección contra detención está puesta: también frena su propia detención en el paso 8, hasta quitarla allí (--clear-stop-protection).',
      ),
    );
  if (seen.events.length > 0)
    said.push(
      text(
        `AWS has planned this for the instance, and no protection holds it back: ${listEvents(seen.events)}. Memory and instance store are lost with it.`,
        `AWS tiene previsto esto para la instancia, y ninguna protección lo frena: ${listEvents(seen.events)}. Con ello se pierden la memoria y el almacén de instancia.`,
      ),
    );
  if (seen.automation.length > 0) said.push(automation(seen));
  return said;
}
const automation = ({ automation: by }: Protected): Text =>
  text(
    `${by.join(', ')} manages it and may end it in spite of every protection. Hold that back there: on a cluster cordon the node, do not drain it.`,
    `${by.join(', ')} la gestiona y puede terminarla pese a toda protección. Frénelo allí: en un clúster, acordone el nodo sin drenarlo.`,
  );

function plan(seen: Protected): Step[] {
  if (isGone(seen)) return [];
  const steps = [
    ...(seen.spot === null && seen.termination === false ? [protectTermination(seen)] : []),
    ...(canStop(seen) && seen.shutdown === 'terminate' ? [stopOnShutdown(seen)] : []),
    ...seen.volumes.filter((volume) => volume.deleted && volume.device !== '').map((volume) => keepVolume(seen, volume)),
  ];
  const [first, ...rest] = steps;
  return first ? [{ ...first, danger: [...first.danger, ...named(seen)] }, ...rest] : [];
}

function termination(seen: Seen): Check {
  const say = (verdict: Check['verdict'], words: Text): Check => check('termination-protection', verdict, words, seen.evidence);
  if (seen.spot !== null) return say('unknown', SPOT);
  return seen.termination === true
    ? say(
        'holds',
        text(
          'TerminateInstances is refused. Auto Scaling, a shutdown from inside and events planned by AWS do not ask for it.',
          'TerminateInstances se rechaza. Auto Scaling, un apagado desde dentro y lo que AWS tenga previsto no preguntan por ello.',
        ),
      )
    : say('fails', text('Anybody with ec2:TerminateInstances can end the instance.', 'Cualquiera con ec2:TerminateInstances puede terminar la instancia.'));
}
function shutdown(seen: Seen): Check {
  const say = (verdict: Check['verdict'], words: Text): Check => check('shutdown-behaviour', verdict, words, seen.evidence);
  if (!canStop(seen))
    return say(
      'unknown',
      text(
        'This instance cannot be stopped at all: a shutdown from inside ends it. Its volumes stay.',
        'Esta instancia no puede detenerse: un apagado desde dentro la termina. Sus volúmenes quedan.',
      ),
    );
  return seen.shutdown === 'stop'
    ? say('holds', text('A shutdown from inside only stops it.', 'Un apagado desde dentro solo la detiene.'))
    : say('fails', text('A shutdown from inside ends the instance.', 'Un apagado desde dentro termina la instancia.'));
}
function volumes(seen: Seen): Check {
  const lost = seen.volumes.filter((volume) => volume.deleted);
  const list = lost.map(({ volumeId }) => volumeId).join(', ');
  return lost.length === 0
    ? check(
        'volumes-kept',
        'holds',
        text(`Every volume outlives the instance (${seen.volumes.length}).`, `Todo volumen sobrevive a la instancia (${seen.volumes.length}).`),
        seen.evidence,
      )
    : check('volumes-kept', 'fails', text(`Deleted when the instance ends: ${list}.`, `Se borran cuando acabe la instancia: ${list}.`), seen.evidence);
}
function events(seen: Seen): Check {
  const say = (verdict: Check['verdict'], words: Text): Check => check('scheduled-events', verdict, words, seen.evidence);
  if (seen.events.length === 0) return say('holds', text('AWS has planned nothing for this instance.', 'AWS no tiene nada previsto para esta instancia.'));
  const list = listEvents(seen.events);
  return seen.events.some(endsIt)
    ? say('unknown', text(`AWS will stop or retire it: ${list}. Be done before.`, `AWS la detendrá o retirará: ${list}. Termine antes.`))
    : say(
        'holds',
        text(`AWS has planned: ${list}. A restart loses memory, not volumes.`, `AWS tiene previsto: ${list}. Un reinicio pierde la memoria, no los volúmenes.`),
      );
}
const judge = (seen: Seen): Check[] =>
  isGone(seen)
    ? [
        check(
          'termination-protection',
          'fails',
          text(
            `The instance is ${seen.state}: it can no longer be protected. Look for the volumes it left.`,
            `La instancia está en estado ${seen.state}: ya no se puede proteger. Busque los volúmenes que dejó.`,
          ),
          seen.evidence,
        ),
      ]
    : [
        termination(seen),
        shutdown(seen),
        volumes(seen),
        events(seen),
        ...(seen.automation.length > 0 ? [check('other-automation', 'unknown', automation(seen), seen.evidence)] : []),
        ...(seen.stop === true
          ? [
              check(
                'stop-protection',
                'holds',
                text(
                  'Stop protection is on as well: step 8 takes it off first.',
                  'También está puesta la protección contra detención: el paso 8 la quita antes.',
                ),
                seen.evidence,
              ),
            ]
          : []),
      ];

export const action: Action<Protected> = {
  id: 'protect',
  step: 4,
  title: text('Keep the instance and its volumes from being ended', 'Que nadie termine la instancia ni sus volúmenes'),
  permissions: [
    'ec2:DescribeInstances',
    'ec2:DescribeInstanceAttribute',
    'ec2:DescribeInstanceStatus',
    'ec2:DescribeSpotInstanceRequests',
    'ec2:ModifyInstanceAttribute',
  ],
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await readProtected(ctx);
    return observed;
  },
  plan,
  check: (ctx) =>
    readable(['termination-protection', 'shutdown-behaviour', 'volumes-kept', 'scheduled-events'], async () =>
      judge(
        await settled(
          ctx,
          () => readProtected(ctx),
          (seen) => judge(seen).every((one) => one.verdict !== 'fails'),
        ),
      ),
    ),
};
