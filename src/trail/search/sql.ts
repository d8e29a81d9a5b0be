import { AplombError } from '../../kernel/index.ts';
import { isObject } from '../event.ts';
import type { Asked } from '../timeline/index.ts';

export interface Rows {
  readonly rows: readonly Record<string, unknown>[];
  /** Rows beyond `limit` were left out. */
  readonly more: boolean;
  readonly limit: number;
}
/** What is needed of the store: an answer that takes too long is broken off through the connection. */
export interface Interruptible extends Pick<Asked, 'query'> {
  readonly connection: { interrupt(): void };
}
/** Seconds that a statement may take unless told otherwise, and at most. */
export const LONGEST_ANSWER = 300;
const DAY = 86_400;
/** A statement may not be longer. */
const LONGEST = 100_000;
const MOST = 100_000;
const READS = 'One statement that reads: SELECT, WITH, FROM, VALUES, DESCRIBE, SHOW, SUMMARIZE, PIVOT … IN (…), EXPLAIN.';
/** Functions of a SELECT that do more than read the views: they reach for files, change the database or run other text. */
const DOES_MORE =
  /^(?:read_|parquet_|sniff_csv$|glob$|checkpoint$|force_checkpoint$|pragma_|json_execute_serialized_sql$|query$|query_table$|nextval$|which_secret$|duckdb_secrets$|enable_|disable_|arrow_scan|pandas_scan|sqlite_|postgres_|mysql_|iceberg_|delta_|write_log$|truncate_duckdb_logs$)/i;

const fault = (message: string, fix = READS) => new AplombError('TrailSql', message, { fix, exit: 2 });

/** Names of the functions in DuckDB's own tree of a statement. */
function* functions(tree: unknown): Generator<string> {
  const todo: unknown[] = [tree];
  while (todo.length > 0) {
    const value = todo.pop();
    if (Array.isArray(value)) for (const item of value) todo.push(item);
    else if (isObject(value)) {
      if (typeof value.function_name === 'string') yield value.function_name;
      // `FROM 'file.parquet'` is a table of that name to the parser.
      if (value.type === 'BASE_TABLE' && typeof value.table_name === 'string' && /[./\\*:]/.test(value.table_name)) yield 'read_file';
      for (const item of Object.values(value)) if (typeof item === 'object') todo.push(item);
    }
  }
}

/** Runs something for so many seconds at most; then it is told to stop until it does. */
async function within<T>(store: Interruptible, seconds: number, run: () => Promise<T>): Promise<T> {
  let late = false;
  const stop = (): void => {
    late = true;
    store.connection.interrupt();
  };
  let again: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    stop();
    again = setInterval(stop, 1_000);
  }, seconds * 1_000);
  try {
    return await run();
  } catch (cause) {
    if (!late) throw cause;
    throw new AplombError('TrailSqlTime', `It was not answered within ${seconds} s and was stopped.`, {
      fix: 'Ask for less (a span of time, one account, no join of events with themselves), or give it longer: --timeout SECONDS.',
      cause,
    });
  } finally {
    clearTimeout(first);
    clearInterval(again);
  }
}

/** Asks DuckDB's parser what a text is: exactly one statement that can only read. Nothing of it is run. */
async function checked(store: Pick<Asked, 'query'>, statement: string): Promise<void> {
  const [row] = await store.query('SELECT json_serialize_sql(?::VARCHAR) AS tree', [statement]);
  const tree = JSON.parse(String(row?.tree ?? 'null')) as unknown;
  if (!isObject(tree)) throw fault('DuckDB does not say what this statement is.');
  if (tree.error !== false) {
    if (tree.error_type === 'parser' || tree.error_type === 'syntax') throw fault(`This is not SQL: ${String(tree.error_message).split('\n')[0]}`);
    throw fault('This statement does more than read.');
  }
  const count = Array.isArray(tree.statements) ? tree.statements.length : 0;
  if (count !== 1) throw fault(count === 0 ? 'There is no statement.' : `These are ${count} statements.`);
  for (const name of functions(tree))
    if (DOES_MORE.test(name))
      throw fault(
        `${name === 'read_file' ? 'A file as a table' : `The function ${name}`} is not for reading the trail.`,
        'Read from the views: events, sources, problems (SHOW TABLES).',
      );
}

const COMMENTS = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)+/;

/**
 * Runs one read-only statement over the views and gives at most `limit` rows (default 1,000). The parser of DuckDB itself says what the statement is; the text goes
 * to DuckDB as a bound value. Beside that the store has no access to files and its configuration is locked.
 * @param options.timeout seconds after which it is stopped (default 300)
 * @throws AplombError TrailSql: more than reading, not SQL, or DuckDB's own complaint; TrailSqlTime: it took too long
 */
export async function sql(
  store: Interruptible,
  statement: string,
  { limit = 1_000, timeout = LONGEST_ANSWER }: { readonly limit?: number; readonly timeout?: number } = {},
): Promise<Rows> {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) throw fault(`A limit of ${limit} is not possible.`, `Give a whole number from 1 to ${MOST}.`);
  if (!(timeout > 0 && timeout <= DAY)) throw fault(`A time of ${timeout} s is not possible.`, `Give a number of seconds, at most ${DAY}.`);
  if (statement.length > LONGEST) throw fault('The statement is too long.', `Give at most ${LONGEST} letters.`);
  const begun = statement.replace(COMMENTS, '');
  const explain = /^EXPLAIN(?:\s+ANALYZE)?(?=[\s(])/i.exec(begun)?.[0];
  const read = explain === undefined ? statement : begun.slice(explain.length);
  await checked(store, read);
  try {
    const rows = await within(store, timeout, () =>
      explain === undefined
        ? store.query(`SELECT * FROM query(?) LIMIT ${limit + 1}`, [read])
        : // What follows is one SELECT, says the parser: no bound text can be explained.
          store.query(`${explain} ${read}`),
    );
    return { rows: rows.slice(0, limit), more: rows.length > limit, limit };
  } catch (cause) {
    if (cause instanceof AplombError) throw cause;
    const lines = (cause instanceof Error ? cause.message : String(cause)).split('\n').filter((line) => line.trim() !== '' && !/^LINE \d+:|^\s*\^/.test(line));
    throw new AplombError('TrailSql', lines[0] ?? 'DuckDB could not run it.', {
      fix: lines.slice(1).join(' ').trim() || 'DESCRIBE events lists the columns.',
      exit: 2,
      cause,
    });
  }
}
