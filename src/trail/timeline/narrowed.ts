import type { Asked, Condition } from './condition.ts';

/** Longer lists of numbers cost more than they save. */
export const MOST = 10_000;

/**
 * The same events by their numbers, when they are few: a condition that DuckDB cannot use for skipping would have every record of the store put together, only for
 * most of them to be thrown away.
 */
export async function narrowed(store: Pick<Asked, 'query'>, condition: Condition): Promise<Condition> {
  if (condition.sql === 'true') return condition;
  const numbers: number[] = [];
  for (const { sql, values } of condition.ways ?? [condition]) {
    for (const { n } of await store.query(`SELECT n FROM events WHERE ${sql} LIMIT ${MOST + 1}`, values)) numbers.push(Number(n));
    if (numbers.length > MOST) return condition;
  }
  return numbered(numbers);
}
/** The events with these numbers. */
export const numbered = (numbers: readonly number[]): Condition =>
  numbers.length === 0 ? { sql: 'false', values: [] } : { sql: `n IN (${numbers.map(() => '?').join(', ')})`, values: numbers };
