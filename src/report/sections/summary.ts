import { size, time } from '../../i18n/index.ts';
import type { Lang } from '../../kernel/index.ts';
import { html, type Markup } from '../html.ts';
import type { Model } from '../model.ts';

const alarmRows = (model: Model): [string, string][] =>
  Object.entries(model.facts.alarm)
    .filter(([, value]) => typeof value === 'string')
    .map(([name, value]) => [name, String(value)]);

/** What happened, to whom it happened, who responded, and the one sentence that matters. */
export function summary(model: Model, lang: Lang): Markup {
  const es = lang === 'es';
  const { facts } = model;
  const standing = model.rows.filter((row) => row.takenBack === undefined);
  const failing = standing.filter((row) => row.verdict === 'fails');
  const contained = failing.filter((row) => row.step === 1 || row.step === 4);
  const unknown = standing.filter((row) => row.verdict === 'unknown');
  const state =
    contained.length > 0
      ? html`<div class="banner fails">${es ? 'NO CONTENIDO' : 'NOT CONTAINED'}<span>${contained.map((row) => row.action).join(', ')}</span></div>`
      : failing.length > 0
        ? html`<div class="banner fails">${es ? 'Algo no se cumple' : 'Something does not hold'}<span>${failing.map((row) => row.action).join(', ')}</span></div>`
        : unknown.length > 0
          ? html`<div class="banner unknown">${es ? 'Hecho, con cosas que no se pueden saber' : 'Done, with things that could not be known'}<span>${unknown.map((row) => row.action).join(', ')}</span></div>`
          : standing.length > 0
            ? html`<div class="banner holds">${es ? 'Todo lo hecho se comprobó y se cumple' : 'Everything that was done was checked and holds'}</div>`
            : html`<div class="banner unknown">${es ? 'Aún no se ha hecho nada' : 'Nothing was done yet'}</div>`;
  return html`<header><h1>${facts.title}</h1>
<p>${es ? 'Caso' : 'Case'} <code>${facts.caseId}</code> · ${es ? 'abierto el' : 'opened'} ${time(facts.opened, lang)}</p></header>
${model.customEndpoint ? html`<div class="banner unknown">${es ? 'Este caso no habló con AWS' : 'This case did not speak to AWS'}<span>${es ? 'Sus órdenes usaron otro punto de acceso' : 'Its commands used another endpoint'}: ${model.customEndpoint}</span></div>` : null}
${state}
<section><h2>${es ? 'Los hechos' : 'The facts'}</h2><dl>
<dt>${es ? 'Cuenta' : 'Account'}</dt><dd><code>${facts.account ?? '–'}</code></dd>
<dt>${es ? 'Responsable' : 'Responder'}</dt><dd>${facts.responder}</dd>
<dt>${es ? 'Actuó como' : 'Acted as'}</dt><dd>${model.callers.map((arn) => html`<code>${arn}</code> `)}</dd>
${alarmRows(model).map(([name, value]) => html`<dt>${es ? 'Alarma' : 'Alarm'}: ${name}</dt><dd><code>${value}</code></dd>`)}
<dt>${es ? 'Evidencia' : 'Evidence'}</dt><dd>${model.kept.files} ${es ? 'ficheros' : 'files'}, ${size(model.kept.bytes, lang)}; ${model.kept.calls} ${es ? 'lecturas registradas' : 'recorded reads'}</dd>
</dl></section>`;
}
