import { DERIVED, END_TABLE, EVENT_TABLE, IDENTITY_TABLE, STORED } from '../store/columns.ts';
import { rowsOf } from '../store/duckdb.ts';
import type { TrailStore } from '../store/open.ts';

/** Calls that count as events: `parts.calls`, or those of them that are no copies and are not kept apart. Who called, and how the record ends, is joined by `i` and `e`. */
export async function callsOf({ connection }: TrailStore): Promise<string> {
  const [row] = await rowsOf(
    connection,
    `SELECT (SELECT count(*) FROM duplicates) AS copies, (SELECT count(*) FROM parts.ends WHERE eventCategory IN ('Insight', 'NetworkActivity')) AS apart`,
  );
  const conditions = [
    ...(row?.copies === 0 ? [] : ['n NOT IN (SELECT n FROM duplicates)']),
    ...(row?.apart === 0 ? [] : [`e NOT IN (SELECT e FROM parts.ends WHERE eventCategory IN ('Insight', 'NetworkActivity'))`]),
  ];
  return conditions.length === 0 ? 'parts.calls' : `(SELECT * FROM parts.calls WHERE ${conditions.join(' AND ')})`;
}

/** Whether SQL speaks of one of these columns. What it quotes are texts. */
const mentions = (names: readonly string[]) => {
  const name = new RegExp(`\\b(?:${names.join('|')})\\b`, 'i');
  return { in: (sql: string): boolean => name.test(sql.replaceAll(/'(?:[^']|'')*'/g, "''")) };
};
const KEYS = ['n', 'i', 'e'];
const columns = (table: Readonly<Record<string, string>>) => Object.keys(table).filter((name) => !KEYS.includes(name));
const [OF_IDENTITY, OF_END] = [mentions(columns(IDENTITY_TABLE)), mentions(columns(END_TABLE))];
const NAMED_OF_CALL = columns(EVENT_TABLE).map((name) => ({ name, said: mentions([name]) }));

/** This SQL speaks of columns of calls alone. */
export const isOfCalls = (sql: string): boolean => !OF_IDENTITY.in(sql) && !OF_END.in(sql);
/** The same, of identities alone. */
export const isOfIdentities = (sql: string): boolean => OF_IDENTITY.in(sql) && !OF_END.in(sql) && !NAMED_OF_CALL.some(({ said }) => said.in(sql));

/** `calls`, joined with what else this SQL speaks of. */
export const joinedFor = (calls: string, sql: string): string =>
  `${calls}${OF_IDENTITY.in(sql) ? ' JOIN parts.identities USING (i)' : ''}${OF_END.in(sql) ? ' JOIN parts.ends USING (e)' : ''}`;

/** The column of calls that this SQL speaks of, when it is the only one. */
export function onlyColumnIn(sql: string): string | undefined {
  const [column, another] = NAMED_OF_CALL.filter(({ said }) => said.in(sql));
  return another || !isOfCalls(sql) ? undefined : column?.name;
}

/** The table that has this column; undefined: it is made of others. */
export const tableWith = (column: string): string | undefined =>
  Object.hasOwn(EVENT_TABLE, column)
    ? 'parts.calls'
    : Object.hasOwn(IDENTITY_TABLE, column)
      ? 'parts.identities'
      : Object.hasOwn(END_TABLE, column)
        ? 'parts.ends'
        : undefined;

/** `n`, `time` and these columns of `events`, as a table: joined with no more than they need. `where` is over the same columns. */
export function eventsWith(calls: string, columns: readonly string[], where = 'true'): string {
  const known = columns.every((column) => Object.hasOwn(STORED, column) || Object.hasOwn(DERIVED, column));
  const made = columns.map((column) => (known && Object.hasOwn(DERIVED, column) ? `${DERIVED[column]} AS ${column}` : column));
  const selected = ['n', 'time', ...made.filter((column) => column !== 'n' && column !== 'time')];
  return `(SELECT ${[...new Set(selected)].join(', ')} FROM ${known ? joinedFor(calls, columns.join()) : 'events'} WHERE ${where})`;
}
