import type { Comparison, Place, TimePart } from './modifiers.ts';
import { scalarsOf, type Values } from './values.ts';

/** A decimal number: exact for whole ones, however long. */
type Numeric = bigint | number;
const WHOLE = /^[-+]?\d{1,40}$/;
const DECIMAL = /^[-+]?\d{1,40}(?:\.\d{1,40})?(?:[eE][-+]?\d{1,3})?$/;
export function numberOf(written: string): Numeric | undefined {
  if (WHOLE.test(written)) return written.length < 16 ? Number(written) : BigInt(written.replace(/^\+/, ''));
  return DECIMAL.test(written) ? Number(written) : undefined;
}
const compare = (value: Numeric, how: Comparison | 'eq', wanted: Numeric): boolean => {
  switch (how) {
    case 'lt':
      return value < wanted;
    case 'lte':
      return value <= wanted;
    case 'gt':
      return value > wanted;
    case 'gte':
      return value >= wanted;
    case 'eq':
      // biome-ignore lint/suspicious/noDoubleEquals: a BigInt and a number of the same size are equal
      return value == wanted;
  }
};

/** Any number in the field, also one written as text. */
export const comparisonTest =
  (how: Comparison | 'eq', wanted: Numeric) =>
  (values: Values): boolean =>
    scalarsOf(values).some((each) => {
      const value = numberOf(each);
      return value !== undefined && compare(value, how, wanted);
    });

/** A part of a date in the field, in UTC. */
export const timeTest =
  (part: TimePart, how: Comparison | undefined, wanted: Numeric) =>
  (values: Values): boolean =>
    scalarsOf(values).some((each) => {
      const time = /^\d{4}-\d{2}-\d{2}/.test(each) && each.length < 40 ? Date.parse(each) : Number.NaN;
      return !Number.isNaN(time) && compare(partOf(new Date(time), part), how ?? 'eq', wanted);
    });
function partOf(date: Date, part: TimePart): number {
  switch (part) {
    case 'minute':
      return date.getUTCMinutes();
    case 'hour':
      return date.getUTCHours();
    case 'day':
      return date.getUTCDate();
    case 'month':
      return date.getUTCMonth() + 1;
    case 'year':
      return date.getUTCFullYear();
    case 'week': {
      // ISO 8601: the week belongs to the year of its Thursday.
      const thursday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 4 - (date.getUTCDay() || 7)));
      return Math.ceil(((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / 86_400_000 + 1) / 7);
    }
  }
}

const MOST = 1000;
/** Compares a field with another of the same record. Nothing equals what is not there; nothing contains the empty text. */
export function fieldrefTest(place: Place | undefined, cased: boolean): (values: Values, other: Values | undefined) => boolean {
  return (values, other) => {
    const fold = (each: string): string => (cased ? each : each.toLowerCase());
    const mine = scalarsOf(values).slice(0, MOST).map(fold);
    const theirs = other ? scalarsOf(other).slice(0, MOST).map(fold) : [];
    if (place === undefined) {
      const known = new Set(theirs);
      return mine.some((each) => known.has(each));
    }
    const method = ({ contains: 'includes', startswith: 'startsWith', endswith: 'endsWith' } as const)[place];
    return theirs.some((their) => their !== '' && mine.some((each) => each[method](their)));
  };
}
