import { text as say, type Text } from '../../kernel/index.ts';
import { groupBy, num, numbers, type Row, str, strings } from '../sessions/rows.ts';
import { actOf, SECRETS } from './acts.ts';
import type { Reason, ReasonKind } from './words.ts';

/** `iam.amazonaws.com CreateUser` as `iam:CreateUser`, without the date of older APIs. */
export const apiName = (api: string): string =>
  api
    .replace(/^([^ ]*?)(\.amazonaws\.com(\.cn)?)? /, '$1:')
    .replace(/(?<=[a-z])20\d{6}(v\d+)?$/, '')
    .slice(0, 200);
export const round = (weight: number): number => Math.round(weight * 10) / 10;

/** What somebody does every few days says little when he does it again. */
export function habit(uses: number, days: number): number {
  if (days < 3) return 1;
  return uses >= 50 ? 0.1 : uses >= 10 ? 0.5 : 1;
}
const TITLES: Partial<Record<ReasonKind, Text>> = {
  escalation: say('changed permissions', 'cambió permisos'),
  credentials: say('made or fetched ways in', 'creó u obtuvo accesos'),
  blinding: say('blinded the watch', 'cegó la vigilancia'),
  exfiltration: say('gave data away', 'sacó datos'),
  impact: say('did or prepared damage', 'causó o preparó daños'),
};

/** Notable calls, one reason for each kind of them. */
export function actReasons(rows: readonly Row[]): Reason[] {
  const judged = rows.flatMap((row) => {
    const api = apiName(str(row.api) ?? '');
    const act = actOf(api);
    return act && row.outcome !== 'dry-run' ? [{ ...act, api, row }] : [];
  });
  return [...groupBy(judged, ({ kind }) => kind)].map(([kind, acts]) => {
    let weight = 0;
    const told = [...groupBy(acts, ({ api }) => api)].map(([api, of]) => {
      const uses = of.reduce((sum, { row }) => sum + num(row.uses), 0);
      const usual = habit(uses, Math.max(...of.map(({ row }) => num(row.days))));
      const done = of.filter(({ row }) => row.outcome === 'done').reduce((sum, { row }) => sum + num(row.inside), 0);
      const inside = of.reduce((sum, { row }) => sum + num(row.inside), 0);
      const adds = of[0]!.weight * (done > 0 ? 1 : 0.5) * usual;
      weight += adds;
      return { api, adds, inside, done, usual };
    });
    told.sort((a, b) => b.adds - a.adds || (a.api < b.api ? -1 : 1));
    const line = (lang: 'en' | 'es') =>
      told
        .slice(0, 8)
        .map(({ api, inside, done, usual }) => {
          const not = done === 0 ? { en: ', without success', es: ', sin éxito' }[lang] : '';
          const often = usual < 1 ? { en: ', as it often does', es: ', como suele hacer' }[lang] : '';
          return `${api}${inside > 1 ? ` ×${inside}` : ''}${not}${often}`;
        })
        .join('; ');
    const more = told.length > 8 ? `; +${told.length - 8}` : '';
    const title = TITLES[kind]!;
    return {
      kind,
      what: say(`${title.en}: ${line('en')}${more}`, `${title.es}: ${line('es')}${more}`),
      weight: round(Math.min(15, weight)),
      events: acts
        .sort((a, b) => b.weight - a.weight || (str(a.row.first) ?? '').localeCompare(str(b.row.first) ?? ''))
        .flatMap(({ row }) => numbers(row.ns).slice(0, 2))
        .slice(0, 8),
      count: acts.reduce((sum, { row }) => sum + num(row.inside), 0),
    };
  });
}

/** Many different questions, many secrets, many refusals within ten minutes. */
export function burstReasons(rows: readonly Row[]): Reason[] {
  return rows.map((row) => {
    const [uses, apis, days] = [num(row.uses), num(row.apis), num(row.days)];
    const usual = days >= 3 ? 0.2 : 1;
    const kind = str(row.kind) as 'enumeration' | 'secrets' | 'denials';
    const at = (str(row.first) ?? '').slice(0, 16);
    // An event without a service or a name has no API.
    const list = strings(row.list).map(apiName).slice(0, 6).join(', ');
    const often = usual < 1 ? { en: `; it does so often (${days} days)`, es: `; lo hace a menudo (${days} días)` } : { en: '', es: '' };
    const said = {
      enumeration: say(
        `looked around: up to ${apis} different questions within ten minutes, from ${at} (${list} …)${often.en}`,
        `exploró: hasta ${apis} consultas distintas en diez minutos, desde ${at} (${list} …)${often.es}`,
      ),
      secrets: say(
        `fetched up to ${uses} secrets within ten minutes, from ${at} (${list})${often.en}`,
        `obtuvo hasta ${uses} secretos en diez minutos, desde ${at} (${list})${often.es}`,
      ),
      denials: say(
        `was refused up to ${uses} times within ten minutes, from ${at} (${list})${often.en}`,
        `fue rechazado hasta ${uses} veces en diez minutos, desde ${at} (${list})${often.es}`,
      ),
    }[kind];
    const weight = { enumeration: Math.min(5, apis / 4), secrets: Math.min(4, uses / 5), denials: Math.min(4, Math.max(apis / 3, uses / 10)) }[kind] * usual;
    return { kind, what: said, weight: round(weight), events: [...new Set([num(row.n), num(row.n2)])], count: uses };
  });
}

const DAY = 86_400_000;
/** A refusal and, within a day, success with the same API that had never succeeded before: rights were gained in between. */
export function flipReasons(rows: readonly Row[]): Reason[] {
  const flips = rows.filter((row) => Date.parse(str(row.last) ?? '') - Date.parse(str(row.first) ?? '') <= DAY);
  if (flips.length === 0) return [];
  const told = flips.map((row) => ({ row, api: apiName(str(row.value) ?? '') }));
  const grave = (api: string): boolean => actOf(api) !== undefined || api === 'sts:AssumeRole' || SECRETS.includes(api.slice(api.indexOf(':') + 1));
  told.sort((a, b) => Number(grave(b.api)) - Number(grave(a.api)) || (a.api < b.api ? -1 : 1));
  const list = told
    .slice(0, 6)
    .map(({ api }) => api)
    .join(', ');
  return [
    {
      kind: 'denied-then-allowed',
      what: say(
        `first refused, then allowed within a day: ${list}${told.length > 6 ? ' …' : ''} (${told.length} APIs)`,
        `primero rechazado y después permitido en menos de un día: ${list}${told.length > 6 ? ' …' : ''} (${told.length} API)`,
      ),
      weight: round(
        Math.min(
          4,
          told.reduce((sum, { api }) => sum + (grave(api) ? 1 : 0.5), 0),
        ),
      ),
      events: told.slice(0, 3).flatMap(({ row }) => [num(row.n), num(row.n2)]),
      count: told.length,
    },
  ];
}
