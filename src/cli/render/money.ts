import type { Lang } from '../../kernel/index.ts';

/** An amount of US dollars for people: two decimals, and small change as what it is. @example money('60.4962', 'en') // '60.50' */
export function money(amount: string, lang: Lang): string {
  const value = Number(amount);
  const small = value > 0 && value < 0.01;
  const [whole, cents] = (small ? 0.01 : value).toFixed(2).split('.');
  const [group, point] = lang === 'es' ? ['.', ','] : [',', '.'];
  const written = `${whole!.replace(/\B(?=(\d{3})+$)/g, group!)}${point}${cents}`;
  return small ? `${lang === 'es' ? 'menos de' : 'less than'} ${written}` : written;
}
