import { text as say, type Text } from '../../kernel/index.ts';
import { groupBy, num, type Row, str } from '../sessions/rows.ts';
import { actOf } from './acts.ts';
import { apiName, round } from './judge-acts.ts';
import type { Reason, ReasonKind } from './words.ts';

type Dimension = 'address' | 'agent' | 'region' | 'api';
const KIND: Record<Dimension, ReasonKind> = { address: 'new-address', agent: 'new-agent', region: 'new-region', api: 'new-api' };
const WEIGHT: Record<Dimension, { readonly one: number; readonly most: number; readonly used: number }> = {
  // `used`: after how many known values another one is half as strange.
  address: { one: 3, most: 4, used: 3 },
  agent: { one: 2, most: 3, used: 3 },
  region: { one: 2, most: 3, used: 3 },
  api: { one: 0.2, most: 4, used: 50 },
};
const NAMES: Record<Dimension, Text> = {
  address: say('from a network never seen for it', 'desde una red nunca vista para esta identidad'),
  agent: say('with a program never seen for it', 'con un programa nunca visto para esta identidad'),
  region: say('in a region never seen for it', 'en una región nunca vista para esta identidad'),
  api: say('with APIs never seen for it', 'con API nunca vistas para esta identidad'),
};
const DAY = 86_400_000;
const ENOUGH_DAYS = 3;
const ENOUGH_EVENTS = 50;
/** Below this the habits are too short to speak of. */
const LEAST = 0.05;

/**
 * What a role or user did for the first time, against its own earlier events (never a session's). With little history it counts less and the
 * reason says so; the more values an identity has already used, the less another one says.
 */
export function noveltyReasons(rows: readonly Row[]): Reason[] {
  return [...groupBy(rows, ({ dim }) => dim as Dimension)].flatMap(([dim, of]) => {
    const { one, most, used } = WEIGHT[dim];
    const found = of
      .map((row) => {
        const days = (Date.parse(str(row.first) ?? '') - Date.parse(str(row.last) ?? '')) / DAY;
        const known = Math.min(1, days / ENOUGH_DAYS) * Math.min(1, num(row.earlierUses) / ENOUGH_EVENTS);
        const value = dim === 'api' ? apiName(str(row.value) ?? '') : (str(row.value) ?? '');
        const grave = dim === 'api' ? (actOf(value) ? 5 : 1) : 1;
        return { row, value, days, known, weight: (one * grave * known) / (1 + (num(row.earlier) - 1) / used) };
      })
      .filter(({ known, weight }) => known >= LEAST && weight > 0.02)
      .sort((a, b) => b.weight - a.weight || (a.value < b.value ? -1 : 1));
    const sum = found.reduce((total, { weight }) => total + weight, 0);
    if (sum < 0.3) return [];
    const first = found[0]!;
    const list = found
      .slice(0, 5)
      .map(({ value }) => `«${value.slice(0, 80)}»`)
      .join(', ');
    const rest = found.length > 5 ? ` +${found.length - 5}` : '';
    const span =
      first.days >= 2
        ? say(`${Math.floor(first.days)} days`, `${Math.floor(first.days)} días`)
        : say(`${Math.floor(first.days * 24)} hours`, `${Math.floor(first.days * 24)} horas`);
    const little = first.known < 0.5 ? say('; little history, so it counts less', '; poco historial, por eso cuenta menos') : say('', '');
    return [
      {
        kind: KIND[dim],
        what: say(
          `${NAMES[dim].en}: ${list}${rest} (before: ${num(first.row.earlier)} in ${span.en}${little.en})`,
          `${NAMES[dim].es}: ${list}${rest} (antes: ${num(first.row.earlier)} en ${span.es}${little.es})`,
        ),
        weight: round(Math.min(most, sum)),
        events: found.slice(0, 5).map(({ row }) => num(row.n)),
        count: found.length,
      },
    ];
  });
}
