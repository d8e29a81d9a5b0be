import { END_TABLE, EVENT_TABLE, IDENTITY_TABLE } from '../store/columns.ts';
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

const mentions = (names: readonly string[]) => new RegExp(`\\b(?:${names.join('|')})\\b`, 'i');
const KEYS = ['n', 'i', 'e'];
const columns = (table: Readonly<Record<string, string>>) => Object.keys(table).filter((name) => !KEYS.includes(name));
const [OF_IDENTITY, OF_END] = [mentions(columns(IDENTITY_TABLE)), mentions(columns(END_TABLE))];
const OF_CALL = columns(EVENT_TABLE).map((name) => ({ name, said: mentions([name]) }));

/** `calls`, joined with what else this SQL may speak of: a word that is a column's name counts as one, wherever it stands. */
export const joinedFor = (calls: string, sql: string): string =>
  `${calls}${OF_IDENTITY.test(sql) ? ' JOIN parts.identities USING (i)' : ''}${OF_END.test(sql) ? ' JOIN parts.ends USING (e)' : ''}`;

/** The one column that this SQL speaks of, when it is one of calls and the only one. */
export function onlyColumnIn(sql: string): string | undefined {
  if (OF_IDENTITY.test(sql) || OF_END.test(sql)) return undefined;
  const [column, another] = OF_CALL.filter(({ said }) => said.test(sql));
  return another ? undefined : column?.name;
}
