import { time } from '../../i18n/index.ts';
import type { Lang } from '../../kernel/index.ts';
import { html, type Markup } from '../html.ts';
import type { Model } from '../model.ts';

const STATUS: Readonly<Record<string, { en: string; es: string }>> = {
  inspected: { en: 'inspected', es: 'inspeccionada' },
  'not-enabled': { en: 'not enabled', es: 'no habilitada' },
  denied: { en: 'denied', es: 'denegada' },
  failed: { en: 'failed', es: 'fallida' },
};

/** Where was looked, and what was found: made by the key first. */
export function hunt(model: Model, lang: Lang): Markup | null {
  const es = lang === 'es';
  if (model.regions.length === 0) return null;
  const found = [...model.found].sort(
    (a, b) => Number(b.byKey ?? false) - Number(a.byKey ?? false) || a.region.localeCompare(b.region) || a.type.localeCompare(b.type),
  );
  const by = (status: string): number => model.regions.filter((region) => region.status === status).length;
  return html`<section><h2>${es ? 'Lo encontrado' : 'What was found'}</h2>
<p>${['inspected', 'not-enabled', 'denied', 'failed'].filter((status) => by(status) > 0).map((status) => html`<span class="pill ${status}">${by(status)} ${STATUS[status]?.[lang]}</span> `)}</p>
${model.regions.filter((region) => region.status === 'denied' || region.status === 'failed').map((region) => html`<p>${region.region}: ${STATUS[region.status]?.[lang]} – ${region.why ?? ''}</p>`)}
${
  found.length === 0
    ? html`<p>${es ? 'Nada creado en la ventana de tiempo.' : 'Nothing was created in the window.'}</p>`
    : html`<div class="scroll"><table><thead><tr><th>${es ? 'Por la clave' : 'By the key'}</th><th>${es ? 'Recurso' : 'Resource'}</th><th>${es ? 'Región' : 'Region'}</th><th>${es ? 'Creado' : 'Created'}</th><th>${es ? 'Por' : 'By'}</th></tr></thead><tbody>
${found.map((one) => html`<tr class="${one.byKey ? 'key' : ''}"><td>${one.byKey ? (es ? 'sí' : 'yes') : '–'}</td><td>${one.type}<br><code>${one.id}</code>${one.alive ? null : html` <span class="soft">(${es ? 'ya no existe' : 'gone'})</span>`}</td><td>${one.region}</td><td class="t">${one.createdAt ? time(one.createdAt, lang) : '–'}</td><td><code>${one.createdBy ?? '–'}</code>${one.session ? html`<br><code class="soft">${one.session}</code>` : null}</td></tr>`)}
</tbody></table></div>`
}
<details><summary>${es ? 'Todas las regiones' : 'All regions'}</summary><p>${model.regions.map((region) => html`<span class="pill ${region.status}">${region.region}</span> `)}</p></details>
</section>`;
}
