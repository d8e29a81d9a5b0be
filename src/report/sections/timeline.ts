import { time } from '../../i18n/index.ts';
import type { Lang } from '../../kernel/index.ts';
import { html, type Markup } from '../html.ts';
import type { Model } from '../model.ts';

/** Every act in order: who asked, what was sent, how it ended, under which request id. */
export function timeline(model: Model, lang: Lang): Markup {
  const es = lang === 'es';
  return html`<section><h2>${es ? 'Cronología de los actos' : 'Timeline of acts'}</h2>
<p class="soft">${es ? 'Todas las horas en UTC. Cada línea es una entrada firmada del registro.' : 'All times are UTC. Each line is a signed entry of the ledger.'}</p>
<div class="scroll"><table><thead><tr><th>#</th><th>UTC</th><th>${es ? 'Acción' : 'Action'}</th><th>${es ? 'Qué' : 'What'}</th><th>${es ? 'Resultado' : 'Result'}</th></tr></thead><tbody>
${model.acts.map((act) => html`<tr><td class="t">${act.seq}</td><td class="t" title="${act.time}">${time(act.time, lang).replace(/ UTC$/, '')}</td><td>${act.action}</td><td>${act.what}</td><td>${act.state ? html`<span class="pill ${act.state}">${act.state}</span>` : null}${act.requestId ? html`<br><code class="soft">${act.requestId}</code>` : null}</td></tr>`)}
</tbody></table></div></section>`;
}
