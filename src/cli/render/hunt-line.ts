import { many } from '../../i18n/index.ts';
import type { JsonObject, Lang } from '../../kernel/index.ts';
import { type HuntResult, isByKey } from '../../procedure/shared/hunt-result.ts';
import { money } from './money.ts';

/** The hunt in figures: what the attacker made or changed, in how many regions, how much of it lives and what that costs. */
export function huntFigures(hunt: HuntResult): { madeOrChanged: number; regions: number; alive: number; perHour: string; priced: number } {
  const mine = hunt.found.filter(isByKey);
  return {
    madeOrChanged: mine.length,
    regions: new Set(mine.map((one) => one.region)).size,
    alive: mine.filter((one) => one.alive && one.detail?.state !== 'not visible').length,
    perHour: hunt.costs.perHour,
    priced: hunt.costs.priced,
  };
}
/** The same as members of a result line. */
export const huntJson = (hunt: HuntResult): JsonObject => ({ ...huntFigures(hunt), credentials: hunt.tree.length });

/** @example '46 things made or changed in 4 regions, 41 still there, about $60.50 an hour' */
export function huntLine(hunt: HuntResult, lang: Lang): string {
  const { madeOrChanged, regions, alive, perHour, priced } = huntFigures(hunt);
  if (madeOrChanged === 0) return lang === 'es' ? 'nada creado ni modificado que se haya encontrado' : 'nothing made or changed that was found';
  return lang === 'es'
    ? `${many(madeOrChanged, 'cosa creada o modificada', 'cosas creadas o modificadas', lang)} en ${many(regions, 'región', 'regiones', lang)}, ${alive} siguen ahí${priced > 0 ? `, unos ${money(perHour, lang)} USD por hora` : ''}`
    : `${many(madeOrChanged, 'thing', 'things', lang)} made or changed in ${many(regions, 'region', 'regions', lang)}, ${alive} still there${priced > 0 ? `, about $${money(perHour, lang)} an hour` : ''}`;
}
