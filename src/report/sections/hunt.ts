import { count, time } from '../../i18n/index.ts';
import type { Found, Lang } from '../../kernel/index.ts';
import { html, type Markup } from '../html.ts';
import { type Hunt, type HuntRegion, isByKey } from '../hunt/model.ts';
import { STATES, STATUS, SUSPICION } from '../hunt/words.ts';
import type { Model } from '../model.ts';

/** A page of a hundred thousand rows helps nobody: the case has them all, and `hunt --csv`. */
const MOST_ROWS = 1000;
const RANK: Readonly<Record<string, number>> = { high: 0, medium: 1, low: 2 };

const stateOf = (one: Found): string => (typeof one.detail?.state === 'string' ? one.detail.state : one.alive ? 'alive' : 'gone');

function row(one: Found, lang: Lang): Markup {
  const es = lang === 'es';
  const state = stateOf(one);
  const { suspicion } = one;
  const what = [one.detail?.instanceType, one.detail?.name, one.detail?.publicIp].filter((each) => typeof each === 'string' && each !== '');
  return html`<tr class="${isByKey(one) ? 'key' : ''}"><td>${suspicion ? html`<span class="pill s-${suspicion}">${SUSPICION[suspicion]?.[lang] ?? suspicion}</span>` : null}</td>
<td>${one.type.replace(/^AWS::/, '')}<br><code>${one.id}</code>${what.length > 0 ? html`<br><span class="soft">${what.join(' · ')}</span>` : null}</td>
<td>${one.region}<br><span class="${one.alive ? 'soft' : 'gone'}">${STATES[state]?.[lang] ?? state}</span></td>
<td class="t">${one.createdAt ? time(one.createdAt, lang) : '–'}</td>
<td>${(one.reasons ?? []).map((reason) => html`<div class="reason r-${reason.code}">${reason.text?.[lang] ?? reason.code}</div>`)}${one.createdBy && one.byKey !== true ? html`<div class="soft">${es ? 'creado por' : 'made by'} <code>${one.createdBy}</code></div>` : null}</td>
<td class="money">${one.cost ? html`${one.cost.perHour}<br><span class="soft">${one.cost.soFar}</span>` : '–'}</td></tr>`;
}

function table(found: readonly Found[], lang: Lang): Markup {
  const es = lang === 'es';
  return html`<div class="scroll"><table class="found"><thead><tr><th>${es ? 'Sospecha' : 'Suspicion'}</th><th>${es ? 'Recurso' : 'Resource'}</th><th>${es ? 'Dónde' : 'Where'}</th><th>${es ? 'Creado' : 'Created'}</th><th>${es ? 'Por qué' : 'Why'}</th><th>USD/h<br><span class="soft">${es ? 'hasta ahora' : 'so far'}</span></th></tr></thead><tbody>
${found.slice(0, MOST_ROWS).map((one) => row(one, lang))}
</tbody></table></div>${found.length > MOST_ROWS ? html`<p class="soft">${es ? `y ${count(found.length - MOST_ROWS, lang)} más: aplomb hunt --csv los da todos` : `and ${count(found.length - MOST_ROWS, lang)} more: aplomb hunt --csv gives them all`}</p>` : null}`;
}

function figures(hunt: Hunt, mine: readonly Found[], lang: Lang): Markup {
  const es = lang === 'es';
  const alive = mine.filter((one) => one.alive).length;
  const figure = (value: string | number, label: string, tone = ''): Markup => html`<div class="figure ${tone}"><b>${value}</b><span>${label}</span></div>`;
  return html`<div class="figures">
${figure(count(mine.length, lang), es ? 'creados o modificados' : 'made or changed')}
${figure(count(alive, lang), es ? 'existen todavía' : 'still there', alive > 0 ? 'bad' : 'good')}
${figure(new Set(mine.map((one) => one.region)).size, es ? 'regiones' : 'regions')}
${hunt.tree.length > 0 ? figure(count(hunt.tree.length, lang), es ? 'credenciales' : 'credentials') : null}
${hunt.costs && Number(hunt.costs.perHour) > 0 ? figure(`$${Number(hunt.costs.perHour).toFixed(2)}`, es ? 'por hora, ahora' : 'an hour, now', 'bad') : null}
${hunt.costs && Number(hunt.costs.soFar) > 0 ? figure(`$${Number(hunt.costs.soFar).toFixed(0)}`, es ? 'hasta ahora' : 'so far') : null}
</div>`;
}

function costNote(hunt: Hunt, mine: readonly Found[], lang: Lang): Markup | null {
  const source = mine.find((one) => one.cost)?.cost?.source;
  if (!source) return null;
  const es = lang === 'es';
  const { unpriced = 0 } = hunt.costs ?? {};
  return html`<p class="soft">${es ? 'Costes: estimación si todo funcionó sin pausa' : 'Costs: an estimate, as if everything had run all the time'} (${source})${unpriced > 0 ? html`; ${unpriced} ${es ? 'sin precio conocido, no incluidos' : 'without a known price are not in it'}` : null}.</p>`;
}

function regions(all: readonly HuntRegion[], lang: Lang): Markup {
  const es = lang === 'es';
  const by = (status: string): number => all.filter((region) => region.status === status).length;
  const blind = all.filter((region) => region.status === 'denied' || region.status === 'failed' || region.switched !== undefined);
  return html`<h3>${es ? 'Dónde se miró' : 'Where was looked'}</h3>
<p>${['inspected', 'not-enabled', 'denied', 'failed'].filter((status) => by(status) > 0).map((status) => html`<span class="pill ${status}">${by(status)} ${STATUS[status]?.[lang]}</span> `)}</p>
<ul class="regions">${all.map(
    (region) =>
      html`<li class="${region.status}"><span class="name">${region.region}${region.account ? html` <span class="soft">${region.account}</span>` : null}</span><span class="many">${region.byKey ? html`<b>${region.byKey}</b>` : region.status === 'inspected' ? '·' : STATUS[region.status]?.[lang]}</span></li>`,
  )}</ul>
${
  all.some((region) => region.global)
    ? html`<p class="soft">${es ? 'IAM y los demás servicios globales se preguntaron en' : 'IAM and the other global services were asked in'} ${all
        .filter((region) => region.global)
        .map((region) => `${region.region}${region.account ? ` (${region.account})` : ''}`)
        .join(', ')}.</p>`
    : null
}
${blind.map((region) => html`<p>${region.region}: ${STATUS[region.status]?.[lang] ?? region.status} – ${region.why ?? ''}${region.switched ? html` (${es ? 'activada o desactivada' : 'switched on or off'}: ${region.switched.map((when) => time(when, lang)).join(', ')})` : null}</p>`)}`;
}

/** What was found, made by the key first; what it costs; where was looked. */
export function hunt(model: Model, lang: Lang): Markup | null {
  const { hunt: result } = model;
  if (result === null || result.regions.length === 0) return null;
  const es = lang === 'es';
  const rank = (one: Found): number => (isByKey(one) ? -1 : (RANK[one.suspicion ?? 'low'] ?? 2));
  const sorted = [...model.found].sort(
    (a, b) => rank(a) - rank(b) || a.region.localeCompare(b.region) || a.type.localeCompare(b.type) || a.id.localeCompare(b.id),
  );
  const mine = sorted.filter(isByKey);
  const others = sorted.filter((one) => !isByKey(one));
  const holders = result.holders.filter((one) => !one.byKey);
  return html`<section><h2>${es ? 'Lo encontrado' : 'What was found'}</h2>
${figures(result, mine, lang)}
${mine.length === 0 ? html`<p>${es ? 'Nada que se sepa creado o modificado con la credencial.' : 'Nothing that is known to be made or changed with the credential.'}</p>` : table(mine, lang)}
${costNote(result, mine, lang)}
${holders.length > 0 ? html`<h3>${es ? 'Quién más usa los roles afectados' : 'Who else runs with the roles concerned'}</h3><ul>${holders.slice(0, 60).map((one) => html`<li><code>${one.arn}</code> <span class="soft">${one.type.replace(/^AWS::/, '')} · ${one.role.split('/').at(-1)}</span></li>`)}</ul>` : null}
${others.length > 0 ? html`<details><summary>${es ? `Otras cosas de esas horas, o que hablan por sí solas (${count(others.length, lang)})` : `Other things of those hours, or that speak for themselves (${count(others.length, lang)})`}</summary>${table(others, lang)}</details>` : null}
${regions(result.regions, lang)}
</section>`;
}
