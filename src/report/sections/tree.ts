import { count, time } from '../../i18n/index.ts';
import type { Lang } from '../../kernel/index.ts';
import { html, type Markup } from '../html.ts';
import type { Branch, Hunt } from '../hunt/model.ts';
import { MOST_LANES, picture } from '../hunt/picture.ts';
import { viaOf } from '../hunt/words.ts';
import type { Model } from '../model.ts';

const MOST_CALLS = 8;

function legend(lang: Lang): Markup {
  const es = lang === 'es';
  const one = (name: string, label: string): Markup =>
    html`<span class="key-of ${name}"><svg viewBox="0 0 22 10" aria-hidden="true"><g class="lane ${name}"><rect class="bar" x="1" y="1" width="20" height="8" rx="4"></rect></g></svg>${label}</span>`;
  const dot = (name: string, label: string): Markup =>
    html`<span class="key-of"><svg viewBox="0 0 12 12" aria-hidden="true"><g class="lane session"><g class="made ${name}"><circle cx="6" cy="6" r="4.6"></circle></g></g></svg>${label}</span>`;
  return html`<p class="legend">${one('root', es ? 'donde empezó' : 'where it began')}${one('key', es ? 'clave: hasta que se anule' : 'key: until it is ended')}${one('session', es ? 'sesión: expira sola' : 'session: ends by itself')}${one('console', es ? 'consola' : 'console')}${one('outsider', es ? 'de otra cuenta' : 'from another account')}${dot('', es ? 'creó algo' : 'made something')}${dot('changed', es ? 'modificó' : 'changed something')}${dot('gone', es ? 'ya no existe' : 'gone by now')}</p>`;
}

function row(branch: Branch, lang: Lang): Markup {
  const es = lang === 'es';
  const called = (branch.called ?? []).slice(0, MOST_CALLS);
  return html`<tr><td><code>${branch.credential}</code><br>${viaOf(branch, lang)}${branch.issuedBy ? html`<br><span class="soft">${es ? 'de' : 'by'} <code>${branch.issuedBy}</code></span>` : null}</td>
<td class="t">${branch.issued ? time(branch.issued, lang) : '–'}${branch.first ? html`<br>${es ? 'uso' : 'used'} ${time(branch.first, lang)}<br>– ${time(branch.last ?? branch.first, lang)}` : html`<br>${es ? 'sin usar' : 'not used'}`}</td>
<td>${branch.addresses.slice(0, 6).map((address) => html`<code>${address}</code><br>`)}${(branch.agents ?? []).slice(0, 2).map((agent) => html`<span class="soft">${agent}</span><br>`)}</td>
<td><b>${count(branch.calls, lang)}</b>${branch.denied > 0 ? html` · <span class="bad">${count(branch.denied, lang)} ${es ? 'rechazadas' : 'refused'}</span>` : null}${branch.probed > 0 ? html` · ${count(branch.probed, lang)} DryRun` : null}<br><span class="soft">${called.map((one) => `${one.call} ×${one.count}`).join(', ')}${(branch.called ?? []).length > MOST_CALLS ? ', …' : ''}</span>${branch.refused.length > 0 ? html`<br><span class="bad">${es ? 'intentó' : 'tried'}: ${branch.refused.slice(0, MOST_CALLS).join(', ')}</span>` : null}</td></tr>`;
}

function above(hunt: Hunt, lang: Lang): Markup | null {
  const es = lang === 'es';
  if (hunt.origin.length === 0) return null;
  return html`<p>${es ? 'Quién emitió la credencial de partida' : 'Who issued the credential it began with'}: ${hunt.origin.map((one) => html`<code>${one.credential ?? '–'}</code> ${one.who} (${one.via}, ${time(one.time, lang)}${one.followed ? null : es ? '; puede ser su dueño legítimo, no se siguió' : '; may be its rightful owner, not followed'}) `)}</p>`;
}

/** The credentials: as a picture, and as a table. */
export function tree(model: Model, lang: Lang): Markup | null {
  const { hunt } = model;
  if (hunt === null || hunt.tree.length === 0) return null;
  const es = lang === 'es';
  const leads = hunt.leads.filter((one) => one.what !== 'role-passed');
  return html`<section><h2>${es ? 'El árbol de credenciales' : 'The tree of credentials'}</h2>
<p class="soft">${es ? 'Cada línea es una credencial, desde que se emitió hasta su último uso; cuelga de la que la emitió. Las horas son UTC; los silencios largos están acortados y marcados.' : 'Each line is a credential, from its issue to its last use; it hangs from the one that issued it. Times are UTC; long silences are drawn short and marked.'}</p>
<figure class="scroll">${picture(hunt, lang)}${legend(lang)}</figure>
${hunt.tree.length > MOST_LANES ? html`<p class="soft">${es ? `La imagen muestra ${MOST_LANES} de ${hunt.tree.length} credenciales; la tabla, todas.` : `The picture shows ${MOST_LANES} of ${hunt.tree.length} credentials, the table all of them.`}</p>` : null}
${above(hunt, lang)}
<details><summary>${es ? `Qué hizo cada credencial (${hunt.tree.length})` : `What each credential did (${hunt.tree.length})`}</summary><div class="scroll"><table><thead><tr><th>${es ? 'Credencial' : 'Credential'}</th><th>${es ? 'Cuándo' : 'When'}</th><th>${es ? 'Desde dónde' : 'From where'}</th><th>${es ? 'Llamadas' : 'Calls'}</th></tr></thead><tbody>
${hunt.tree.map((branch) => row(branch, lang))}
</tbody></table></div></details>
${leads.length > 0 ? html`<details><summary>${es ? `Para mirar: nada prueba de quién fue (${leads.length})` : `For a person to look at: nothing proves whose it was (${leads.length})`}</summary><ul>${leads.map((one) => html`<li>${time(one.time, lang)} ${one.event}: <code>${one.subject}</code></li>`)}</ul></details>` : null}
</section>`;
}
