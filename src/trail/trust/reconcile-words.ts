import { type Text, text } from '../../kernel/index.ts';
import type { CallFound, Reconciliation, Unknown } from './reconcile.ts';
import { when } from './words.ts';

export function differsText(what: 'found' | 'likely'): Text;
export function differsText(what: 'call' | 'outcome' | 'time', ledger: string, event: string): Text;
export function differsText(what: 'found' | 'likely' | 'call' | 'outcome' | 'time', ledger = '', event = ''): Text {
  if (what === 'found') return text('The trail has it, by its request id.', 'La traza la tiene, por su identificador de petición.');
  if (what === 'likely')
    return text(
      'Its request id is not known; an event of the same call, region and time is there.',
      'Su identificador de petición no se conoce; hay un evento de la misma llamada, región y momento.',
    );
  const name = { call: text('call', 'llamada'), outcome: text('outcome', 'resultado'), time: text('time', 'hora') }[what];
  return text(`${name.en}: the ledger says ${ledger}, the event ${event}`, `${name.es}: el registro del caso dice ${ledger}, el evento ${event}`);
}

const STATUS: Readonly<Record<Exclude<CallFound['status'], 'found' | 'likely'>, Text>> = {
  gone: text('GONE from the trail', 'HA DESAPARECIDO de la traza'),
  'not-yet': text('not in the trail yet', 'aún no está en la traza'),
  'not-covered': text('not covered by the trail', 'fuera de lo que cubre la traza'),
  'not-recorded': text('not recorded', 'no registrada'),
};
const ORDER = ['gone', 'not-covered', 'not-yet', 'not-recorded'] as const;
const MOST = 50;

const brief = (one: Unknown): { en: string; es: string } => {
  const text = `${when(one.time)} ${one.api}${one.region ? ` (${one.region})` : ''}${one.outcome === 'done' ? '' : ` [${one.outcome}]`} ${one.key ?? one.arn ?? ''} ${one.address ?? ''}`;
  return { en: text.trim(), es: text.trim() };
};

/** The reconciliation in words: what should worry first. */
export function reconcileSentences(result: Omit<Reconciliation, 'sentences'>): Text[] {
  const { calls, unknown, unknownInAll, knownEvents } = result;
  const found = calls.filter(({ status }) => status === 'found').length;
  const likely = calls.filter(({ status }) => status === 'likely').length;
  const said: Text[] = [
    text(
      `${calls.length} mutating calls are in the ledger: ${found} are in the trail by their request id${likely > 0 ? `, ${likely} by their likeness` : ''}, ${calls.length - found - likely} are not.`,
      `${calls.length} llamadas que cambian algo están en el registro del caso: ${found} están en la traza por su identificador de petición${likely > 0 ? `, ${likely} por semejanza` : ''}, ${calls.length - found - likely} no están.`,
    ),
  ];
  for (const status of ORDER) {
    const some = calls.filter((one) => one.status === status);
    for (const { call, why } of some.slice(0, MOST)) {
      const what = `${call.service}:${call.operation} (${call.region}, ${when(call.time)}${call.requestId ? `, ${call.requestId}` : ''}, ${call.state})`;
      said.push(text(`${what}: ${STATUS[status].en}. ${why.en}`, `${what}: ${STATUS[status].es}. ${why.es}`));
    }
    if (some.length > MOST)
      said.push(text(`${some.length - MOST} more calls: ${STATUS[status].en}.`, `${some.length - MOST} llamadas más: ${STATUS[status].es}.`));
  }
  for (const { call, differs } of calls)
    for (const { en, es } of differs)
      said.push(text(`${call.service}:${call.operation} (${when(call.time)}): ${en}.`, `${call.service}:${call.operation} (${when(call.time)}): ${es}.`));
  const writes = unknown.filter(({ readOnly, byService }) => readOnly !== true && !byService);
  said.push(
    unknownInAll === 0
      ? text(
          `Every event under the responder's credentials (${knownEvents}) is one that the ledger knows.`,
          `Todos los eventos con las credenciales de quien responde (${knownEvents}) constan en el registro del caso.`,
        )
      : text(
          `${unknownInAll} events under the responder's credentials are not in the ledger, ${writes.length} of them may have changed something; ${knownEvents} are.`,
          `${unknownInAll} eventos con las credenciales de quien responde no constan en el registro del caso, ${writes.length} de ellos pudieron cambiar algo; ${knownEvents} constan.`,
        ),
  );
  for (const one of writes.slice(0, MOST)) {
    const { en, es } = brief(one);
    said.push(text(`Not in the ledger: ${en}`, `No consta: ${es}`));
  }
  if (writes.length > MOST) said.push(text(`${writes.length - MOST} more of these.`, `${writes.length - MOST} más.`));
  return said;
}
