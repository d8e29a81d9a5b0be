import type { TrailEvent } from '../event.ts';

export type Value = string | number | boolean | null;
/** A condition over the view `events`: SQL with a `?` for each of `values`, in order. Data never stands in the SQL. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
  /**
   * The same events in parts that no event is in twice, each a condition that DuckDB can use to skip what it need not read: a comparison of members that lie in
   * different tables of the store cannot be, and every event would be put together for it.
   */
  readonly ways?: readonly Condition[];
}
/** What of the trail's store is needed here. */
export interface Asked {
  query(sql: string, values?: readonly Value[]): Promise<Record<string, unknown>[]>;
  events(where: string, values?: readonly Value[]): AsyncIterable<TrailEvent>;
}

export const EVERYTHING: Condition = { sql: 'true', values: [] };
const joined = (conditions: readonly Condition[], by: string, none: string): Condition =>
  conditions.length === 0
    ? { sql: none, values: [] }
    : { sql: conditions.map(({ sql }) => `(${sql})`).join(by), values: conditions.flatMap(({ values }) => values) };
export function every(conditions: readonly Condition[]): Condition {
  const all = joined(conditions, ' AND ', 'true');
  const parted = conditions.findIndex(({ ways }) => ways !== undefined);
  if (parted < 0) return all;
  return { ...all, ways: conditions[parted]!.ways!.map((way) => joined(conditions.with(parted, way), ' AND ', 'true')) };
}
export const some = (conditions: readonly Condition[]): Condition => joined(conditions, ' OR ', 'false');

/** A LIKE pattern in which only `*` is special; use with `ESCAPE '\'`. */
export const likeOf = (wildcard: string): string => wildcard.replace(/[\\%_]/g, '\\$&').replace(/\*/g, '%');
