import { say } from '../../i18n/index.ts';
import { type Lang, text } from '../../kernel/index.ts';
import type { Entry } from './entry.ts';
import { MARKS, type Mark } from './marks.ts';
import { type Part, WORDS } from './parts.ts';
import { visible, word } from './visible.ts';

const SAY = {
  by: text('by', 'por'),
  from: text('from', 'desde'),
  session: text('session', 'sesión'),
  via: text('via', 'a través de'),
  also: text('also', 'también'),
  others: text('and others', 'y otros'),
  until: text('until', 'hasta'),
  noDate: text('no date', 'sin fecha'),
};
const SHOWN = 3;
/** Texts of this many characters are cut; the record has them whole. */
const VALUE = 120;

const clock = (ms: number | undefined): string | undefined =>
  ms === undefined
    ? undefined
    : new Date(ms)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, 'Z');

function part({ word: joining, values }: Part, lang: Lang): string {
  const shown = values
    .slice(0, SHOWN)
    .map((value) => word(value, VALUE))
    .join(', ');
  return [say(WORDS[joining], lang), shown, values.length > SHOWN ? `+${values.length - SHOWN}` : ''].filter(Boolean).join(' ');
}
/** What was done to what, as words of the line: `for support-temp -> AKIA…`. */
export const partsLine = (parts: readonly Part[], lang: Lang): string => parts.map((item) => part(item, lang)).join(' ');

/** What is behind a mark, where the line does not show it yet. */
function detail(mark: Mark, entry: Entry): string | undefined {
  if (mark === 'failed') return entry.errorCode;
  if (mark === 'new-agent') return entry.agent;
  if (mark === 'new-region') return entry.region;
  if (mark === 'cross-account') return `${entry.actor.account} -> ${entry.account}`;
  return undefined;
}

function deed(entry: Entry, lang: Lang): string {
  const others = entry.targets.slice(1).map((target) => word(target, 60));
  const also = others.length > 0 ? ` (${say(SAY.also, lang)} ${others.join(', ')}${entry.more ? ` ${say(SAY.others, lang)}` : ''})` : '';
  return [word(entry.service, 40), word(entry.name, 80), partsLine(entry.parts, lang)].filter(Boolean).join(' ') + also;
}
function who({ actor, address }: Entry, lang: Lang): string {
  const session = actor.session === undefined ? '' : ` (${say(SAY.session, lang)} ${word(actor.session, 80)})`;
  const via = actor.via === undefined ? '' : ` ${say(SAY.via, lang)} ${word(actor.via, 60)}`;
  const from = address === undefined || address === actor.name || address === actor.via ? '' : ` ${say(SAY.from, lang)} ${word(address, 60)}`;
  return `${say(SAY.by, lang)} ${word(actor.name, VALUE)}${session}${via}${from}`;
}

/** An entry without its time: `iam CreateAccessKey for support-temp -> AKIA…  by role/deploy (session x) from 198.51.100.66  [denied]`. */
export function sentenceOf(entry: Entry, lang: Lang = 'en'): string {
  const sameDay = clock(entry.time)?.slice(0, 10) === clock(entry.last)?.slice(0, 10);
  const repeats = entry.count > 1 ? `×${entry.count} ${say(SAY.until, lang)} ${clock(entry.last)?.slice(sameDay ? 11 : 0)}` : '';
  const marks = entry.marks.map((mark) => {
    const more = detail(mark, entry);
    return `[${say(MARKS[mark], lang)}${more === undefined ? '' : `: ${visible(more, 80).replace(/[[\]]/g, '')}`}]`;
  });
  return [deed(entry, lang), who(entry, lang), repeats, marks.join(' ')].filter(Boolean).join('  ');
}

/**
 * An entry as one line for people, everything hostile in it made visible:
 * `2026-03-02 10:11:12Z  iam CreateAccessKey for support-temp -> AKIA…  by role/deploy (session x) from 198.51.100.66  [denied] [new address]`,
 * repeats as `×14 until 10:15:02Z`.
 */
export const lineOf = (entry: Entry, lang: Lang = 'en'): string =>
  `${clock(entry.time) ?? `(${say(SAY.noDate, lang)})`.padEnd(20)}  ${sentenceOf(entry, lang)}`;
