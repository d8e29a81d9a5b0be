import { duration } from '../../i18n/index.ts';
import type { Lang } from '../../kernel/index.ts';
import { html, type Markup } from '../html.ts';
import { type Lane, lanesOf } from './lanes.ts';
import type { Hunt } from './model.ts';
import { type Scale, scaleOf } from './scale.ts';
import { kindsOf, viaOf } from './words.ts';

/** More would be a wall paper: the table below the picture has them all. */
export const MOST_LANES = 60;
const WIDTH = 1080;
const RIGHT = WIDTH - 26;
const TOP = 44;
/** Room for the names on the left. */
const NAMES = { roomy: 318, compact: 400 } as const;
const INDENT = 13;
const round = (value: number): number => Math.round(value * 10) / 10;
const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text);
/** Average width of a character in the picture's small type, in its units. */
const CHARACTER = 6.1;

const kindClass = ({ branch }: Lane): string =>
  branch.via === 'leaked' || branch.via === 'principal'
    ? 'root'
    : branch.outsider
      ? 'outsider'
      : branch.via === 'console'
        ? 'console'
        : branch.kind === 'key' || branch.kind === 'service'
          ? 'key'
          : 'session';

const clock = (time: number): string => new Date(time).toISOString().slice(11, 16);
const day = (time: number, lang: Lang): string => new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(time);

/** Things of one lane that would cover one another are one mark with a number. */
function marks(lane: Lane, scale: Scale, start: number): { x: number; things: Lane['things'] }[] {
  const groups: { x: number; things: Lane['things'][number][] }[] = [];
  for (const thing of [...lane.things].sort((a, b) => (a.time ?? 0) - (b.time ?? 0))) {
    const x = thing.time === null ? start : scale.x(thing.time);
    const near = groups.at(-1);
    if (near && x - near.x < 13) near.things.push(thing);
    else groups.push({ x, things: [thing] });
  }
  return groups;
}

function axis(scale: Scale, bottom: number, lang: Lang): Markup {
  let shown = '';
  return html`<g class="axis">${scale.ticks.map(({ x, time }) => {
    const today = day(time, lang);
    const fresh = today !== shown;
    shown = today;
    return html`<line x1="${round(x)}" y1="${TOP - 8}" x2="${round(x)}" y2="${bottom}"></line><text x="${round(x)}" y="${TOP - 14}">${clock(time)}</text>${fresh ? html`<text class="day" x="${round(x)}" y="${TOP - 28}">${today}</text>` : null}`;
  })}${scale.breaks.map(({ x, milliseconds }, index) => {
    const close = index > 0 && x - scale.breaks[index - 1]!.x < 56;
    return html`<g class="break"><line x1="${round(x)}" y1="${TOP - 6}" x2="${round(x)}" y2="${bottom}"></line>${close ? null : html`<text x="${round(x)}" y="${bottom + 13}">${duration(milliseconds, lang)}</text>`}</g>`;
  })}</g>`;
}

function lane(one: Lane, index: number, geometry: Geometry, lang: Lang): Markup {
  const { scale, y, height, starts, compact, left } = geometry;
  const { branch } = one;
  const middle = y(index);
  const start = starts[index]!;
  const end = Math.max(start + 7, one.to === null ? start + 7 : scale.x(one.to));
  const indent = Math.min(one.depth, 9) * INDENT;
  const label = 12 + indent;
  const fits = Math.floor((left - label - 8) / CHARACTER);
  const made = one.things.filter((thing) => thing.made).map((thing) => thing.found);
  const changed = one.things.filter((thing) => !thing.made).map((thing) => thing.found);
  const es = lang === 'es';
  const note = [
    ...(made.length > 0 ? [kindsOf(made)] : []),
    ...(changed.length > 0 ? [`${es ? 'modificó' : 'changed'} ${kindsOf(changed)}`] : []),
    ...(branch.denied > 0 ? [`${branch.denied} ${es ? 'rechazadas' : 'refused'}`] : []),
    ...(branch.calls === 0 ? [es ? 'sin usar' : 'not used'] : []),
  ].join(' · ');
  // Beside the bar where there is room, else towards the left.
  const room = Math.floor((RIGHT + 18 - start) / CHARACTER);
  const leftward = room < Math.min(note.length, 46);
  const fitting = cut(note, leftward ? Math.floor((Math.max(end, start) - left) / CHARACTER) : room);
  return html`<g class="lane ${kindClass(one)}"><title>${`${branch.credential} – ${viaOf(branch, lang)}`}</title>
${one.depth > 0 ? html`<path class="twig" d="M${label - 8} ${middle - height / 2 + 2} V${middle - 3} H${label - 2}"></path>` : null}
<text class="id" x="${label}" y="${middle - (compact ? -4 : 3)}">${branch.credential}</text>
${compact ? html`<text class="via" x="${label + 150}" y="${middle + 4}">${cut(viaOf(branch, lang), Math.max(4, fits - 25))}</text>` : html`<text class="via" x="${label}" y="${middle + 11}">${cut(viaOf(branch, lang), fits)}</text>`}
<rect class="bar" x="${round(start)}" y="${middle - 4}" width="${round(end - start)}" height="8" rx="4"></rect>
${marks(one, scale, start).map(({ x, things }) => {
  const titles = things
    .slice(0, 12)
    .map(({ found, made: own }) => `${own ? '' : es ? 'modificó ' : 'changed '}${found.type.replace(/^AWS::/, '')} ${found.id} (${found.region})`)
    .join('\n');
  const alive = things.some(({ found }) => found.alive);
  const only = things.every((thing) => !thing.made);
  return html`<g class="made ${only ? 'changed' : ''} ${alive ? '' : 'gone'}"><title>${titles}</title><circle cx="${round(x)}" cy="${middle}" r="${things.length > 1 ? 7.5 : 5}"></circle>${things.length > 1 ? html`<text x="${round(x)}" y="${middle + 3.2}">${things.length > 99 ? '99+' : things.length}</text>` : null}</g>`;
})}
${fitting.length > 3 && !compact ? html`<text class="note" x="${leftward ? round(Math.max(end, start)) : round(start)}" y="${middle + 19}" text-anchor="${leftward ? 'end' : 'start'}">${fitting}</text>` : null}</g>`;
}
/** From the issuing credential's line, at that moment, down to the one it issued. Drawn under everything else. */
function edge(one: Lane, index: number, { y, starts, height }: Geometry): Markup {
  const x = round(starts[index]!);
  const stripe = index % 2 === 1 ? html`<rect class="stripe" x="0" y="${y(index) - height / 2}" width="${WIDTH}" height="${height}"></rect>` : null;
  return html`<g class="lane ${kindClass(one)}">${stripe}${one.parent < 0 ? null : html`<path class="edge" d="M${x} ${y(one.parent)} V${y(index)}"></path><circle class="joint" cx="${x}" cy="${y(one.parent)}" r="2.6"></circle>`}</g>`;
}
interface Geometry {
  readonly scale: Scale;
  readonly height: number;
  /** Where the names end. */
  readonly left: number;
  readonly compact: boolean;
  readonly starts: readonly number[];
  y(index: number): number;
}

/** Who issued what to whom, what each made, in time: a lane a credential, drawn from where it was issued. No script, no style attribute. */
export function picture(hunt: Hunt, lang: Lang): Markup | null {
  if (hunt.tree.length === 0) return null;
  const lanes = lanesOf(hunt.tree, hunt.found, MOST_LANES);
  const times = lanes.flatMap((one) => [one.from, one.to, ...one.things.map((thing) => thing.time)]).filter((time): time is number => time !== null);
  if (times.length === 0) return null;
  const compact = lanes.length > 24;
  const height = compact ? 25 : 46;
  const left = compact ? NAMES.compact : NAMES.roomy;
  const scale = scaleOf(times, left + 14, RIGHT);
  const starts: number[] = [];
  for (const one of lanes) starts.push(one.from === null ? (starts[one.parent] ?? left + 14) : scale.x(one.from));
  const y = (index: number): number => TOP + height * index + height / 2 - (compact ? 0 : 4);
  const bottom = TOP + height * lanes.length;
  const geometry: Geometry = { scale, height, left, compact, starts, y };
  const es = lang === 'es';
  const title = es
    ? 'Quién emitió qué a quién, y qué creó cada credencial, en el tiempo (UTC)'
    : 'Who issued what to whom, and what each credential made, in time (UTC)';
  return html`<svg class="tree" viewBox="0 0 ${WIDTH} ${bottom + 20}" role="img" aria-label="${title}">
${axis(scale, bottom, lang)}
${lanes.map((one, index) => edge(one, index, geometry))}
${lanes.map((one, index) => lane(one, index, geometry, lang))}
</svg>`;
}
