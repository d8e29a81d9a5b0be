import { BIGINT, BOOLEAN, type DuckDBConnection, INTEGER, VARCHAR } from '@duckdb/node-api';
import { judgeShape, type SigmaRule } from '../sigma/index.ts';
import { type Row, rowsOf } from '../store/duckdb.ts';
import { groupingOf, shapeOf, typeOf } from './sigma-columns.ts';

/** The columns that most rules ask for: by them events are sorted into groups first, once for all rules. */
const COMMON: ReadonlyMap<string, string> = new Map([
  ['eventSource', 'eventSource'],
  ['eventName', 'eventName'],
  ['errorCode', 'errorCode'],
  ['eventType', 'eventType'],
  ['userIdentity.type', 'identityType'],
]);
/** Of a call that was refused, failed or was a dry run. */
const ATTEMPT = `(coalesce(errorCode, '') != '' OR coalesce(errorMessage, '') = 'Failed authentication')`;

export interface Limits {
  /** A rule that is open for at most so many events is settled by reading these. */
  readonly few: number;
  /** More different values, or combinations of values, than this are not worked through. */
  readonly many: number;
}
export const LIMITS: Limits = { few: 1_000, many: 100_000 };

/** Rules by their place in the list, the groups of events that they hit (`yes`), and those that must be read. */
interface Verdict {
  readonly index: number;
  readonly rule: SigmaRule;
  readonly yes: readonly Row[];
  readonly open: readonly Row[];
}
const judged = (index: number, rule: SigmaRule, grouping: ReadonlyMap<string, string>, rows: readonly Row[]): Verdict => {
  const [yes, open]: [Row[], Row[]] = [[], []];
  for (const row of rows) {
    const verdict = judgeShape(rule, shapeOf(rule, grouping, row));
    if (verdict !== 'no') (verdict === 'yes' ? yes : open).push(row);
  }
  return { index, rule, yes, open };
};
const countOf = (rows: readonly Row[]): number => rows.reduce((sum, { events }) => sum + (events as number), 0);

/** A temporary table of plain values. */
export async function tableOf(
  connection: DuckDBConnection,
  name: string,
  columns: Readonly<Record<string, string>>,
  rows: Iterable<readonly unknown[]>,
): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${name} (${Object.entries(columns)
      .map(([column, type]) => `${column} ${type}`)
      .join(', ')})`,
  );
  await append(connection, name, rows);
}
export async function append(connection: DuckDBConnection, name: string, rows: Iterable<readonly unknown[]>): Promise<void> {
  const appender = await connection.createAppender(name, null, 'temp');
  for (const row of rows) {
    for (const value of row)
      if (value === null || value === undefined) appender.appendNull();
      else if (typeof value === 'number') appender.appendValue(value, INTEGER);
      else if (typeof value === 'bigint') appender.appendValue(value, BIGINT);
      else if (typeof value === 'boolean') appender.appendValue(value, BOOLEAN);
      else appender.appendValue(value as string, VARCHAR);
    appender.endRow();
  }
  appender.closeSync();
}

/**
 * Sorts events by what rules ask: fills the temporary tables `sigma_hits (rule, n, time, attempt)` with what is answered for whole groups, and
 * `sigma_open (rule, n)` with what must be read. Rules by their place in the list.
 */
export async function sortEvents(connection: DuckDBConnection, rules: readonly SigmaRule[], limits: Limits): Promise<void> {
  await connection.run('CREATE OR REPLACE TEMP TABLE sigma_hits (rule INTEGER, n BIGINT, time TIMESTAMP, attempt BOOLEAN)');
  await connection.run('CREATE OR REPLACE TEMP TABLE sigma_open (rule INTEGER, n BIGINT)');
  const groups = await rowsOf(connection, `SELECT ${[...COMMON.values()].join(', ')}, count(*) AS events FROM events GROUP BY ALL`);
  const settled: Verdict[] = [];
  const byColumns = new Map<string, { readonly columns: readonly string[]; readonly verdicts: Verdict[]; readonly names: Set<unknown> }>();
  const valuesOf = distinct(connection, limits.many);
  for (const [index, rule] of rules.entries()) {
    const first = judged(index, rule, COMMON, groups);
    if (countOf(first.open) <= limits.few) {
      settled.push(first);
      continue;
    }
    const finer = await narrowed(rule, valuesOf);
    if (finer === 'none') continue;
    const columns = [...new Set(groupingOf(rule).values())].sort();
    // Nothing but the common columns can be grouped by, or too much would have to be.
    if (finer === 'all' || columns.every((column) => [...COMMON.values()].includes(column))) settled.push(first);
    else {
      const key = columns.join();
      const at = byColumns.get(key) ?? { columns, verdicts: [], names: new Set() };
      at.verdicts.push(first);
      for (const { eventName } of [...first.yes, ...first.open]) at.names.add(eventName);
      byColumns.set(key, at);
    }
  }
  for (const { columns, verdicts, names } of byColumns.values()) {
    const where = await only(connection, verdicts, names, valuesOf);
    const rows = await rowsOf(connection, `SELECT ${columns.join(', ')}, count(*) AS events FROM events WHERE ${where} GROUP BY ALL LIMIT ${limits.many + 1}`);
    if (rows.length > limits.many) settled.push(...verdicts);
    else
      await take(
        connection,
        columns,
        verdicts.map(({ index, rule }) => judged(index, rule, groupingOf(rule), rows)),
      );
  }
  await take(connection, [...COMMON.values()], settled);
}

type Distinct = (column: string) => Promise<readonly unknown[] | undefined>;
/** The different values of a column, looked for once; undefined when there are too many. */
function distinct(connection: DuckDBConnection, many: number): Distinct {
  const known = new Map<string, Promise<readonly unknown[] | undefined>>();
  const find = async (column: string): Promise<readonly unknown[] | undefined> => {
    const rows = await rowsOf(connection, `SELECT DISTINCT ${column} AS value FROM events LIMIT ${many + 1}`);
    return rows.length > many ? undefined : rows.map(({ value }) => value);
  };
  return (column) => {
    if (!known.has(column)) known.set(column, find(column));
    return known.get(column)!;
  };
}
/** For each column beyond the common ones, the values with which the rule can hit; a column that rules nothing out is not there. */
async function possible(rule: SigmaRule, valuesOf: Distinct): Promise<ReadonlyMap<string, readonly unknown[]> | 'all'> {
  const found = new Map<string, readonly unknown[]>();
  for (const [field, column] of groupingOf(rule)) {
    if (COMMON.has(field)) continue;
    const values = await valuesOf(column);
    if (values === undefined) return 'all';
    const fitting = values.filter((value) => judgeShape(rule, shapeOf(rule, new Map([[field, column]]), { [column]: value })) !== 'no');
    if (fitting.length < values.length) found.set(column, fitting);
  }
  return found;
}
async function narrowed(rule: SigmaRule, valuesOf: Distinct): Promise<'none' | 'some' | 'all'> {
  const values = await possible(rule, valuesOf);
  if (values === 'all') return 'all';
  return [...values.values()].some((fitting) => fitting.length === 0) ? 'none' : 'some';
}
/** A condition that leaves out events that none of these rules can hit. */
async function only(connection: DuckDBConnection, verdicts: readonly Verdict[], names: ReadonlySet<unknown>, valuesOf: Distinct): Promise<string> {
  const conditions: string[] = [];
  const within = async (column: string, values: readonly unknown[]): Promise<void> => {
    const name = `sigma_only_${conditions.length}`;
    await tableOf(
      connection,
      name,
      { value: typeOf(column) },
      values.flatMap((value) => (value === null ? [] : [[value]])),
    );
    conditions.push(`(${column} IN (SELECT value FROM ${name})${values.includes(null) ? ` OR ${column} IS NULL` : ''})`);
  };
  const all = await Promise.all(verdicts.map(({ rule }) => possible(rule, valuesOf)));
  if (verdicts.every(({ rule }) => rule.fields.includes('eventName'))) await within('eventName', [...names]);
  const [first] = all;
  if (first !== undefined && first !== 'all')
    for (const column of first.keys()) {
      const lists = all.map((each) => (each === 'all' ? undefined : each.get(column)));
      if (lists.every((list) => list !== undefined)) await within(column, [...new Set(lists.flat())]);
    }
  return conditions.length > 0 ? conditions.join(' AND ') : 'true';
}

/** Notes the events of groups: hits, or to be read. */
async function take(connection: DuckDBConnection, columns: readonly string[], verdicts: readonly Verdict[]): Promise<void> {
  const events = `events AS e JOIN sigma_groups AS g ON ${columns.map((column) => `e.${column} IS NOT DISTINCT FROM g.${column}`).join(' AND ')}`;
  for (const kind of ['yes', 'open'] as const) {
    const rows = verdicts.flatMap((verdict) => verdict[kind].map((row) => [verdict.index, ...columns.map((column) => row[column])]));
    if (rows.length === 0) continue;
    await tableOf(connection, 'sigma_groups', { rule: 'INTEGER', ...Object.fromEntries(columns.map((column) => [column, typeOf(column)])) }, rows);
    const names = columns.includes('eventName') && !rows.some((row) => row[columns.indexOf('eventName') + 1] === null);
    const where = names ? ' WHERE e.eventName IN (SELECT eventName FROM sigma_groups)' : '';
    if (kind === 'open') await connection.run(`INSERT INTO sigma_open SELECT g.rule, e.n FROM ${events}${where}`);
    else
      await connection.run(
        `INSERT INTO sigma_hits SELECT g.rule, e.n, e.time, ${ATTEMPT.replaceAll(/error(Code|Message)/g, 'e.error$1')} FROM ${events}${where}`,
      );
  }
}
export const ATTEMPTED = ATTEMPT;
