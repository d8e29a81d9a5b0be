import type { Lang } from '../kernel/text.ts';

const MONTHS: Readonly<Record<Lang, readonly string[]>> = {
  en: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
  es: ['ene', 'feb', 'mar', 'abr', 'may', 'jun', 'jul', 'ago', 'sep', 'oct', 'nov', 'dic'],
};
const decimal = (value: string, lang: Lang): string => (lang === 'es' ? value.replace('.', ',') : value);

/**
 * A span of time, the two largest units of it. Unit symbols are the same in both languages; the decimal mark is not.
 * @param milliseconds at least 0
 * @example duration(125_000, 'en') // '2 min 5 s'
 */
export function duration(milliseconds: number, lang: Lang): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${decimal((ms / 1000).toFixed(1), lang)} s`;
  const seconds = Math.round(ms / 1000);
  const units: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = units.findIndex(([count]) => count > 0);
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** A number of bytes in binary units (IEC 80000-13). @example size(1536, 'es') // '1,5 KiB' */
export function size(bytes: number, lang: Lang): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1023.95 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : decimal(value.toFixed(1), lang)} ${units[unit]}`;
}

/** A point in time, always UTC and said so. @example time('2026-03-01T09:05:07.123Z', 'es') // '1 mar 2026 09:05:07 UTC' */
export function time(when: string | number, lang: Lang): string {
  const date = new Date(when);
  if (Number.isNaN(date.getTime())) return lang === 'es' ? 'fecha desconocida' : 'unknown time';
  return `${date.getUTCDate()} ${MONTHS[lang][date.getUTCMonth()]} ${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} UTC`;
}

/** An integer with grouped thousands. @example count(12345, 'es') // '12.345' */
export const count = (value: number, lang: Lang): string => String(value).replace(/\B(?=(\d{3})+$)/g, lang === 'es' ? '.' : ',');

/** A number of things, in the singular where there is one. @example many(1, 'user', 'users', 'en') // '1 user' */
export const many = (value: number, one: string, more: string, lang: Lang): string => `${count(value, lang)} ${value === 1 ? one : more}`;
