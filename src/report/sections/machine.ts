import { time } from '../../i18n/index.ts';
import type { Lang } from '../../kernel/index.ts';
import { html, type Markup } from '../html.ts';
import type { Model } from '../model.ts';
import type { Shown, ShownItem } from '../shown.ts';

/** Lines at the end of a console that are shown; the whole is in the evidence. */
const LINES = 400;

interface Comparison {
  readonly relation: string;
  readonly by: string;
  readonly siblings: number;
  readonly compared: readonly { readonly instance: string }[];
  readonly differences: readonly {
    readonly what: string;
    readonly here: string | null;
    readonly there: readonly { readonly value: string | null; readonly instances: readonly string[] }[];
    readonly alone: boolean;
  }[];
}
const RELATIONS: Readonly<Record<string, { en: string; es: string }>> = {
  'auto-scaling-group': { en: 'the same Auto Scaling group', es: 'el mismo grupo de Auto Scaling' },
  'launch-template': { en: 'the same launch template', es: 'la misma plantilla de lanzamiento' },
  'name-and-image': { en: 'the same name and image', es: 'el mismo nombre y la misma imagen' },
  image: { en: 'the same image', es: 'la misma imagen' },
  name: { en: 'the same name', es: 'el mismo nombre' },
};

/** Only what begins as a JPEG does is given to the browser as one. */
export const isPicture = (one: ShownItem | undefined): one is ShownItem & { data: Uint8Array } =>
  one?.data?.[0] === 0xff && one.data[1] === 0xd8 && one.data[2] === 0xff;

/** The machine as it was found: its screen, its console, its start-up script without secrets, what sets it apart, and what could not be had. */
export function machine(model: Model, shown: Shown, lang: Lang): Markup | null {
  const es = lang === 'es';
  const missing = model.evidence.filter((item) => item.source.unavailable);
  const parts = [
    picture(shown, es, lang),
    words(shown['console-output-latest-masked'] ?? shown['console-output-masked'], es ? 'Consola' : 'Console', lang),
    words(shown['user-data-masked'], es ? 'Datos de usuario, sin los secretos' : 'User data, without its secrets', lang),
    siblings(shown['sibling-differences'], es),
    missing.length > 0
      ? html`<details><summary>${es ? 'No disponible' : 'Not available'}: ${missing.length}</summary><ul>${missing.map((item) => html`<li><code>${item.name}</code> ${item.source.unavailable ?? ''}</li>`)}</ul></details>`
      : null,
  ].filter((part) => part !== null);
  if (parts.length === 0) return null;
  return html`<section><h2>${es ? 'La máquina, tal como se encontró' : 'The machine as it was found'}</h2>
<p class="soft">${es ? 'Lo que sigue lo escribió la máquina sospechosa: es un indicio, no un testigo.' : 'What follows was written by the suspect machine: it is a lead, not a witness.'}</p>
${parts}</section>`;
}

function picture(shown: Shown, es: boolean, lang: Lang): Markup | null {
  const one = shown['console-screenshot.jpg'];
  if (!isPicture(one)) return null;
  const data = Buffer.from(one.data).toString('base64');
  return html`<h3>${es ? 'Pantalla' : 'Screen'} <span class="soft">${time(one.item.source.time, lang)}</span></h3>
<p><img alt="${es ? 'Captura de la consola' : 'Screenshot of the console'}" src="data:image/jpeg;base64,${data}"></p>`;
}

function words(one: ShownItem | undefined, title: string, lang: Lang): Markup | null {
  if (!one?.data) return null;
  const lines = new TextDecoder().decode(one.data).replace(/\r\n?/g, '\n').trimEnd().split('\n');
  const last = lines.slice(-LINES);
  const es = lang === 'es';
  const cut =
    last.length < lines.length
      ? html` <span class="soft">${es ? 'las últimas' : 'the last'} ${LINES} ${es ? 'líneas de' : 'lines of'} ${lines.length}</span>`
      : null;
  return html`<h3>${title} <span class="soft">${time(one.item.source.time, lang)}</span>${cut}</h3>
<details><summary>${last.length} ${es ? 'líneas' : 'lines'}</summary><pre>${last.map((line) => html`${line}\n`)}</pre></details>`;
}

function siblings(one: ShownItem | undefined, es: boolean): Markup | null {
  const seen = comparisonOf(one);
  if (!seen) return null;
  const none = es ? '(nada)' : '(none)';
  return html`<h3>${es ? 'Comparada con sus hermanas' : 'Compared with its siblings'}</h3>
<p>${seen.compared.length} ${es ? 'instancias con' : 'instances with'} ${RELATIONS[seen.relation]?.[es ? 'es' : 'en'] ?? seen.relation} <code>${seen.by}</code>. ${seen.differences.length === 0 ? (es ? 'No se distingue de ellas.' : 'It does not differ from them.') : ''}</p>
${
  seen.differences.length > 0
    ? html`<div class="scroll"><table><thead><tr><th>${es ? 'Qué' : 'What'}</th><th>${es ? 'Aquí' : 'Here'}</th><th>${es ? 'En las otras' : 'In the others'}</th></tr></thead><tbody>
${seen.differences.map((row) => html`<tr><td>${row.what}${row.alone ? html`<br><span class="soft">${es ? 'solo aquí' : 'only here'}</span>` : null}</td><td><code>${row.here ?? none}</code></td><td>${row.there.map((other) => html`<div><code>${other.value ?? none}</code> <span class="soft">× ${other.instances.length}</span></div>`)}</td></tr>`)}
</tbody></table></div>`
    : null
}`;
}
/** Null when there was nothing to compare with: the item is a sentence then. */
function comparisonOf(one: ShownItem | undefined): Comparison | null {
  if (!one?.data || one.item.mediaType !== 'application/json') return null;
  try {
    return JSON.parse(new TextDecoder().decode(one.data)) as Comparison;
  } catch {
    return null;
  }
}
