import { duration } from '../../i18n/index.ts';
import type { Json, JsonObject, Lang } from '../../kernel/index.ts';
import { html, type Markup } from '../html.ts';
import type { Model } from '../model.ts';

const names = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);

const codes = (list: readonly string[]): Markup | string => (list.length === 0 ? '–' : html`${list.map((name) => html`<code>${name}</code> `)}`);

/** Of the company's things that the attacker changed. Scores of earlier versions do not count them. */
function changes(seen: JsonObject, es: boolean): Markup | null {
  if (typeof seen.changedFound !== 'number') return null;
  const missed = names(seen.changedMissed);
  return html`<dt>${es ? 'Modificado, encontrado' : 'Changed, found'}</dt><dd>${String(seen.changedFound)} ${es ? 'de' : 'of'} ${seen.changedFound + missed.length}</dd>
<dt>${es ? 'Modificado, pasado por alto' : 'Changed, missed'}</dt><dd>${codes(missed)}</dd>`;
}

/** What he won back while he was being shut out, and how much of it was taken from him again. */
function struckBack(seen: JsonObject, es: boolean): Markup | null {
  const back = seen.recreated;
  if (typeof back !== 'object' || back === null || Array.isArray(back) || typeof back.made !== 'number') return null;
  const missed = names(back.missed);
  return html`<dt>${es ? 'El atacante contraatacó' : 'The attacker struck back'}</dt><dd>${
    back.made === 0
      ? 'no'
      : html`${es ? `${back.made} veces; se le quitó de nuevo ${String(back.caught)}` : `${back.made} times; taken from him again ${String(back.caught)}`}${typeof seen.rounds === 'number' && seen.rounds > 1 ? (es ? ` (${seen.rounds} pasadas)` : ` (${seen.rounds} rounds)`) : ''}${missed.length > 0 ? html` ${es ? 'sin quitar' : 'not taken back'}: ${codes(missed)}` : null}`
  }</dd>`;
}

/** How a rehearsal went, by the rehearsal's own truth. */
export function score(model: Model, lang: Lang): Markup | null {
  const { score: seen } = model;
  if (!seen) return null;
  const es = lang === 'es';
  const missed = names(seen.missed);
  const falseAlarms = names(seen.falseAlarms);
  return html`<section><h2>${es ? 'Resultado del ensayo' : 'How the rehearsal went'}</h2><dl>
<dt>${es ? 'Encontrado' : 'Found'}</dt><dd>${String(seen.found)} ${es ? 'de' : 'of'} ${Number(seen.found) + missed.length}</dd>
<dt>${es ? 'Pasado por alto' : 'Missed'}</dt><dd>${missed.length === 0 ? '–' : missed.map((name) => html`<code>${name}</code> `)}</dd>
<dt>${es ? 'Falsas alarmas' : 'False alarms'}</dt><dd>${falseAlarms.length === 0 ? '–' : falseAlarms.map((name) => html`<code>${name}</code> `)}</dd>
${changes(seen, es)}${struckBack(seen, es)}
<dt>${es ? 'Contenido' : 'Contained'}</dt><dd>${seen.contained ? (es ? 'sí' : 'yes') : 'NO'}${typeof seen.secondsToContain === 'number' ? `, ${duration(seen.secondsToContain * 1000, lang)}` : ''}</dd></dl></section>`;
}
