import { type Text, text } from '../../kernel/index.ts';
import type { SentCall } from './case-calls.ts';
import type { GapReport, Stretch } from './gaps.ts';
import type { Coverage } from './logs.ts';
import { when } from './words.ts';

/** Why a call of the ledger is not in the trail. */
export interface Absence {
  readonly status: 'not-yet' | 'not-covered' | 'not-recorded' | 'gone';
  readonly why: Text;
}
/** Data events: recorded only by trails that were told to. Source: "Logging data events", AWS CloudTrail User Guide. Services as the SDK names them. */
const DATA = new Map<string, RegExp>([
  ['s3', /Object|Part|MultipartUpload|^SelectObject/],
  ['ebs', /SnapshotBlock|ChangedBlocks/],
  ['lambda', /^Invoke/],
  ['dynamodb', /Item|^Query$|^Scan$|^ExecuteStatement|Transaction/],
  ['sns', /^Publish/],
  ['sqs', /Message/],
  ['kinesis', /Record/],
]);
/** Services whose events are in one region of the partition, whatever region was asked. */
const GLOBAL =
  /^(?:iam|sts|organizations|account|support|cloudfront|route-?53.*|waf|shield|budgets|cost-explorer|globalaccelerator|global-accelerator|sso-admin|identitystore)$/;
const HOMES = new Set(['us-east-1', 'us-west-2', 'cn-north-1', 'us-gov-west-1']);

/** Until when the trail at hand reaches there: the last event, file or proved digest, less what may still be on its way. */
function reachOf(stretch: Stretch, coverage: readonly Coverage[], lateness: number): number {
  let reach = stretch.last ?? Number.NEGATIVE_INFINITY;
  for (const one of coverage) if (one.proven && one.account === stretch.account && one.region === stretch.region) reach = Math.max(reach, one.until - lateness);
  return reach;
}
/** May an event of this call say that region? */
export const sameRegion = (call: SentCall, region: string): boolean => region === call.region || (GLOBAL.test(call.service) && HOMES.has(region));
const mayHold = (call: SentCall, { account, region }: { readonly account: string; readonly region: string }): boolean =>
  (call.account === undefined || call.account === account) && sameRegion(call, region);

/** Tells «not delivered yet» and «nobody looked there» from «it was there once, and is gone». */
export function absenceOf(call: SentCall, gaps: GapReport, coverage: readonly Coverage[], lateness: number): Absence {
  const { time } = call;
  if (call.state === 'unanswered' && !call.requestId)
    return {
      status: 'not-recorded',
      why: text(
        'No answer came and no event resembles it: AWS may never have got it.',
        'No llegó respuesta y ningún evento se le parece: puede que AWS nunca lo recibiera.',
      ),
    };
  if (DATA.get(call.service)?.test(call.operation))
    return {
      status: 'not-recorded',
      why: text('It is a data event: trails record it only when told to.', 'Es un evento de datos: las trazas solo lo registran si se les indica.'),
    };
  const here = gaps.stretches.filter((one) => mayHold(call, one));
  if (here.length === 0)
    return {
      status: 'not-covered',
      why: text('Nothing at hand is from its account and region.', 'Nada disponible es de su cuenta y región.'),
    };
  const reach = here.reduce((most, one) => Math.max(most, reachOf(one, coverage, lateness)), Number.NEGATIVE_INFINITY);
  if (time > reach)
    return {
      status: 'not-yet',
      why: text(
        `The trail at hand ends there ${Number.isFinite(reach) ? `at ${when(reach)}` : 'before it has an event'}: it was not delivered yet, or not copied.`,
        `La traza disponible termina allí ${Number.isFinite(reach) ? `el ${when(reach)}` : 'sin ningún evento'}: aún no se había entregado, o no se copió.`,
      ),
    };
  const dark = gaps.blind.find(
    (one) =>
      (one.degree === 'blind' || one.degree === 'half') &&
      one.from <= time &&
      time < (one.until ?? Number.POSITIVE_INFINITY) &&
      here.some(({ account }) => account === one.account) &&
      (one.regions !== 'home' || here.some(({ region }) => region === one.region)) &&
      (one.regions !== 'all-others' || here.some(({ region }) => region !== one.region)),
  );
  const proven = coverage.filter((one) => one.proven && mayHold(call, one) && one.until > time && one.from < time + lateness);
  if (proven.some(({ complete }) => !complete))
    return {
      status: 'gone',
      why: text(
        'Proved digests of its time name log files that are missing or altered: it was in one of them.',
        'Digests probados de su momento nombran archivos de registro que faltan o fueron alterados: estaba en uno de ellos.',
      ),
    };
  if (dark)
    return {
      status: 'not-covered',
      why: text(
        `The trail ${dark.trail} was ${dark.degree === 'blind' ? 'blind' : 'half blind'} then: ${dark.what.map(({ en }) => en).join('; ')}.`,
        `La traza ${dark.trail} estaba ${dark.degree === 'blind' ? 'ciega' : 'medio ciega'} entonces: ${dark.what.map(({ es }) => es).join('; ')}.`,
      ),
    };
  if (covers(proven, time, lateness))
    return {
      status: 'gone',
      why: text(
        'Every log file that was delivered around its time is at hand and proved, and none holds it: the trail does not record such calls, or AWS did not.',
        'Todos los archivos de registro entregados alrededor de su momento están disponibles y probados, y ninguno la contiene: la traza no registra esas llamadas, o AWS no lo hizo.',
      ),
    };
  const first = here.reduce((least, one) => Math.min(least, one.first ?? least), Number.POSITIVE_INFINITY);
  if (time < first)
    return {
      status: 'not-covered',
      why: text(`The trail at hand begins there at ${when(first)}.`, `La traza disponible empieza allí el ${when(first)}.`),
    };
  const gap = here.every(({ gaps: list }) => list.some((one) => one.from <= time && time < one.until));
  return gap
    ? {
        status: 'not-covered',
        why: text('Nothing at hand is from its hour, there.', 'Nada disponible es de su hora, allí.'),
      }
    : {
        status: 'gone',
        why: text(
          'Other events of its hour and region are there, and it is not: a log file is missing, it was taken out of one, or what is at hand is only a selection.',
          'Hay otros eventos de su hora y región, y este no: falta un archivo de registro, fue quitado de uno, o lo disponible es solo una selección.',
        ),
      };
}
/** Do these digests of one trail cover the time of the call and the time within which it had to be delivered, without a hole? */
function covers(list: readonly Coverage[], time: number, lateness: number): boolean {
  for (const trail of new Set(list.map((one) => one.trail))) {
    let until = time;
    for (const one of list.filter((each) => each.trail === trail).sort((a, b) => a.from - b.from))
      if (one.from <= until + 1000) until = Math.max(until, one.until);
    if (until >= time + lateness) return true;
  }
  return false;
}
