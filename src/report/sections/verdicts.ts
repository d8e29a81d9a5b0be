import { time } from '../../i18n/index.ts';
import type { Lang } from '../../kernel/index.ts';
import { html, type Markup } from '../html.ts';
import type { Model } from '../model.ts';
import { STEP_NAMES, VERDICT_NAMES } from '../words.ts';

/** The ten steps with their checks; the last reading counts. */
export function verdicts(model: Model, lang: Lang): Markup {
  const es = lang === 'es';
  const pill = (verdict: string): Markup => html`<span class="pill ${verdict}">${VERDICT_NAMES[verdict]?.[lang] ?? verdict}</span>`;
  return html`<section><h2>${es ? 'Los diez pasos' : 'The ten steps'}</h2>
<p class="soft">${es ? 'Cada veredicto se tomó releyendo AWS después del hecho. “Sin saberse” significa que no pudo saberse, nunca que esté bien.' : 'Each verdict was taken by reading AWS again after the fact. “Unknown” means that it could not be known, never that it is fine.'}</p>
${Object.entries(STEP_NAMES).map(([number, name]) => {
  const mine = model.rows.filter((row) => row.step === Number(number));
  return html`<div class="card"><h3><span class="n">${number}</span>${name[lang]}</h3>
${mine.length === 0 ? html`<p class="soft">${es ? 'No se ha hecho.' : 'Not done.'}</p>` : null}
${mine.map((row) => html`<h3>${pill(row.verdict)} <code>${row.action}</code> <span class="soft">${time(row.time, lang)}</span>${row.takenBack ? html` <span class="pill unknown">${es ? 'deshecho' : 'taken back'} ${time(row.takenBack, lang)}</span>` : null}</h3><ul class="checks">${row.checks.map((check) => html`<li>${pill(check.verdict)}<code>${check.name}</code><span>${check.why[lang]}</span></li>`)}</ul>`)}
</div>`;
})}
${model.waivers.length > 0 ? html`<h3>${es ? 'Puertas pasadas por alto' : 'Gates waived'}</h3><ul>${model.waivers.map((waiver) => html`<li><code>${waiver.gate}</code> ${time(waiver.time, lang)}: ${waiver.reason}</li>`)}</ul>` : null}
</section>`;
}
