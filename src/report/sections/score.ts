import { duration } from '../../i18n/index.ts';
import type { Json, Lang } from '../../kernel/index.ts';
import { html, type Markup } from '../html.ts';
import type { Model } from '../model.ts';

const names = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);

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
<dt>${es ? 'Contenido' : 'Contained'}</dt><dd>${seen.contained ? (es ? 'sí' : 'yes') : 'NO'}${typeof seen.secondsToContain === 'number' ? `, ${duration(seen.secondsToContain * 1000, lang)}` : ''}</dd></dl></section>`;
}
