import { utcOf } from '../pick.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MESES = ['ene', 'feb', 'mar', 'abr', 'may', 'jun', 'jul', 'ago', 'sep', 'oct', 'nov', 'dic'];
const NAMES = [...new Set([...MONTHS, ...MESES])].map((name) => `${name}[a-z]{0,8}`).join('|');
const CLOCK = String.raw`(?:,?\s{1,3}(?:at\s|a las\s)?|T)(\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d{1,9})?\s?(Z|UTC|GMT|[+-]\d{2}:?\d{2})?`;
const ISO = new RegExp(String.raw`(?<![\w/-])(\d{4})-(\d{2})-(\d{2})(?:${CLOCK})?(?![\w-])`, 'gi');
const DAY_FIRST = new RegExp(String.raw`(?<!\w)(\d{1,2})\s(?:de\s)?(${NAMES})\.?\s(?:de\s)?(\d{4})(?:${CLOCK})?(?!\w)`, 'gi');
const MONTH_FIRST = new RegExp(String.raw`(?<!\w)(${NAMES})\.?\s(\d{1,2}),?\s(\d{4})(?:${CLOCK})?(?!\w)`, 'gi');

/** Words that say a time is when something began or was seen, before it and after it. A deadline has none of them. */
const SAID =
  /\b(?:since|expos\p{L}*|public\p{L}*|posted|leaked|detect\p{L}*|discovered|found|observed|seen|desde|expuest\p{L}*|públic\p{L}*|filtrad\p{L}*|descubiert\p{L}*|encontrad\p{L}*|observad\p{L}*|vist[ao]s?)(?![\p{L}\w])/iu;
const BEFORE = 80;
const AFTER = 50;
const MOST = 500;

const monthOf = (name: string): number => {
  const short = name.slice(0, 3).toLowerCase();
  return Math.max(MONTHS.indexOf(short), MESES.indexOf(short)) + 1;
};
const two = (value: string | number): string => String(value).padStart(2, '0');

/** A day of the calendar as AWS and people write it; without a zone it is UTC, without an hour its beginning. Null: there is no such time. */
function timeOf(year: string, month: string | number, day: string, clock = '00:00', zone = 'Z'): string | null {
  const [hour, ...rest] = clock.split(':');
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(-2)}` : 'Z';
  const date = `${year}-${two(month)}-${two(day)}`;
  // The 31st of February is no time; JavaScript would take it for one in March.
  if (new Date(`${date}T00:00:00Z`).toJSON()?.slice(0, 10) !== date) return null;
  return utcOf(`${date}T${two(hour!)}:${rest.join(':')}${offset}`);
}

/**
 * Times at which a text written for people says that something was seen or public: only those that stand in one sentence with such a
 * word, and only forms that can be read in one way (ISO 8601, RFC 5322, months by name). UTC, in no order.
 */
export function timesSeen(text: string): string[] {
  const seen = (index: number, length: number): boolean => {
    const before = text
      .slice(Math.max(0, index - BEFORE), index)
      .split(/[.!?]\s|\n\s*\n/)
      .at(-1)!;
    const after = text.slice(index + length, index + length + AFTER).split(/[.!?](?:\s|$)|\n\s*\n/)[0]!;
    return SAID.test(before) || SAID.test(after);
  };
  const read = (form: RegExp, parts: (match: RegExpMatchArray) => Parameters<typeof timeOf>): string[] =>
    [...text.matchAll(form)].slice(0, MOST).flatMap((match) => (seen(match.index!, match[0].length) ? (timeOf(...parts(match)) ?? []) : []));
  return [
    ...read(ISO, ([, year, month, day, clock, zone]) => [year!, month!, day!, clock, zone]),
    ...read(DAY_FIRST, ([, day, month, year, clock, zone]) => [year!, monthOf(month!), day!, clock, zone]),
    ...read(MONTH_FIRST, ([, month, day, year, clock, zone]) => [year!, monthOf(month!), day!, clock, zone]),
  ];
}
