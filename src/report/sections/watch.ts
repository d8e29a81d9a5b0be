import { time } from '../../i18n/index.ts';
import type { Json, JsonObject, Lang } from '../../kernel/index.ts';
import { html, type Markup } from '../html.ts';
import type { Model } from '../model.ts';

const rows = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter((one): one is JsonObject => typeof one === 'object' && one !== null && !Array.isArray(one)) : [];
const word = (value: Json | undefined): string => (typeof value === 'string' ? value : '–');
const SIGN: Readonly<Record<string, string>> = { added: '+', removed: '−', changed: '~' };
const WHOSE: Readonly<Record<string, { en: string; es: string }>> = {
  tree: { en: 'the attacker', es: 'el atacante' },
  other: { en: 'somebody else', es: 'otra persona' },
  unknown: { en: 'not known yet', es: 'aún no se sabe' },
};

/** What the last reading of the watch saw: containment that fell, new ways in, what the attacker still tried, and how IAM differs. */
export function watch(model: Model, lang: Lang): Markup | null {
  const seen = model.facts.observed['watch-containment'];
  if (typeof seen !== 'object' || seen === null || Array.isArray(seen)) return null;
  const es = lang === 'es';
  const when = (value: Json | undefined): string => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? time(value, lang) : '–');
  const [fallen, newcomers, different] = [rows(seen.fallen), rows(seen.newcomers), rows(seen.differences)];
  const acts = [...rows(seen.done), ...rows(seen.unhunted), ...rows(seen.refused)];
  const more = typeof seen.more === 'number' ? seen.more : 0;
  return html`<section><h2>${es ? '¿Se mantiene la contención?' : 'Does the containment stand?'}</h2>
<p class="soft">${es ? 'Última lectura' : 'Last reading'}: ${when(seen.at)}. ${es ? 'Cambios releídos' : 'Changes read again'}: ${String(seen.changes ?? 0)}.</p>
${fallen.length === 0 ? null : html`<ul class="checks">${fallen.map((one) => html`<li><span class="pill fails">${word(one.state)}</span><code>${word(one.step)}</code><span>${word(one.by)}</span></li>`)}</ul>`}
${
  newcomers.length === 0
    ? null
    : html`<h3>${es ? 'Nuevas vías de entrada' : 'New ways in'}</h3><div class="scroll"><table><thead><tr><th>${es ? 'Qué' : 'What'}</th><th>${es ? 'De' : 'Of'}</th><th>${es ? 'Creado' : 'Created'}</th><th>${es ? 'Por' : 'By'}</th></tr></thead><tbody>
${newcomers.map((one) => html`<tr><td>${word(one.what)}<br><code>${word(one.id)}</code></td><td>${word(one.of)}</td><td class="t">${when(one.at)}</td><td>${WHOSE[word(one.whose)]?.[lang] ?? '–'}${typeof one.by === 'string' ? html`<br><code class="soft">${one.by}</code>` : null}</td></tr>`)}
</tbody></table></div>`
}
${
  acts.length === 0
    ? null
    : html`<h3>${es ? 'Lo que el atacante hizo o intentó desde entonces' : 'What the attacker did or tried since'}</h3><ul>${acts.map((one) => html`<li>${when(one.time)} <code>${word(one.call)}</code> ${word(one.region)} ${one.error ? html`<span class="pill holds">${word(one.error)}</span>` : html`<span class="pill fails">${es ? 'aceptada' : 'accepted'}</span>`}</li>`)}</ul>`
}
${
  different.length === 0
    ? null
    : html`<details><summary>${es ? 'Cambios en IAM desde antes de la contención' : 'What changed in IAM since before containment'} (${different.length + more})</summary><ul>${different.map((one) => html`<li>${SIGN[word(one.kind)] ?? ''} ${word(one.what)} <code>${word(one.id)}</code>${one.id === one.of ? null : html` · ${word(one.of)}`}</li>`)}</ul>${more > 0 ? html`<p>+${more}</p>` : null}</details>`
}
</section>`;
}
