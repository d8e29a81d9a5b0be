import { size, time } from '../../i18n/index.ts';
import type { Lang } from '../../kernel/index.ts';
import { html, type Markup } from '../html.ts';
import type { Model } from '../model.ts';

/** What was kept, with its hash; and how a stranger checks it. */
export function evidence(model: Model, lang: Lang): Markup {
  const es = lang === 'es';
  return html`<section><h2>${es ? 'Evidencia' : 'Evidence'}</h2>
${
  model.evidence.length === 0
    ? html`<p>${es ? 'Ninguna pieza con nombre todavía.' : 'No named item yet.'}</p>`
    : html`<div class="scroll"><table><thead><tr><th>${es ? 'Pieza' : 'Item'}</th><th>SHA-256</th><th>${es ? 'Tamaño' : 'Size'}</th><th>${es ? 'Obtenida' : 'Acquired'}</th></tr></thead><tbody>
${model.evidence.map((item) => html`<tr><td>${item.name}${item.source.unavailable ? html`<br><span class="soft">${es ? 'no disponible' : 'not available'}: ${item.source.unavailable}</span>` : null}${item.source.call ? html`<br><code class="soft">${item.source.call.service}:${item.source.call.operation}${item.source.region ? ` ${item.source.region}` : ''}</code>` : null}</td><td><code>${item.sha256}</code></td><td class="t">${size(item.bytes, lang)}</td><td class="t">${time(item.source.time, lang)}</td></tr>`)}
</tbody></table></div>`
}
<p>${es ? 'Además de estas piezas se guardaron los bytes de cada respuesta de AWS que sirvió de base.' : 'Beside these items the bytes of every AWS answer they rest on were kept.'} ${model.kept.files} ${es ? 'ficheros en total' : 'files in all'}, ${size(model.kept.bytes, lang)}.</p>
<h3>${es ? 'Cómo comprobarlo' : 'How to check it'}</h3>
<dl><dt>${es ? 'Orden' : 'Command'}</dt><dd><code>aplomb verify ${es ? 'CARPETA' : 'FOLDER'} --key ${model.fingerprint}</code></dd>
<dt>${es ? 'Última entrada' : 'Last entry'}</dt><dd><code>${model.last.seq}:${model.last.hash}</code></dd></dl></section>`;
}
