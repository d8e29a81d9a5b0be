import { isObject, type TrailRecord } from '../event.ts';

/** Members deeper than this are cut: what writes JSON goes one call deeper with each. CloudTrail's own lie some ten deep. */
const DEEPEST = 200;
/** Stands for what was cut. The record's own text has it whole. */
export const CUT = '…[nested too deep]';

const isNest = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isDeep = (value: unknown, left: number): boolean => isNest(value) && (left === 0 || Object.values(value).some((inner) => isDeep(inner, left - 1)));
function cut(value: unknown, left: number): unknown {
  if (!isNest(value)) return value;
  if (left === 0) return CUT;
  if (Array.isArray(value)) return value.map((inner) => cut(inner, left - 1));
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cut(inner, left - 1)])) : value;
}

/** The record, `CUT` in the place of objects and lists that lie more than 200 deep; the very same record when there are none. */
export const shallow = (record: TrailRecord): TrailRecord => (isDeep(record, DEEPEST) ? (cut(record, DEEPEST) as TrailRecord) : record);
