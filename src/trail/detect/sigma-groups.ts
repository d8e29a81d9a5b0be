import { BIGINT, BOOLEAN, type DuckDBConnection, INTEGER, VARCHAR } from '@duckdb/node-api';
import { ignoresOutcome, judgeShape, type SigmaRule, tuningOf } from '../sigma/index.ts';
import { type Row, rowsOf } from '../store/duckdb.ts';
import { scanFor } from './candidates.ts';
import { eventsWith, tableWith } from './parts.ts';
import { groupingOf, recordOfRow, shapeOf, typeOf } from './sigma-columns.ts';
import { ATTEMPT, COMMON, type Group, groupsIn } from './sigma-common.ts';

export interface Limits {
  /** A rule that is open for at most so many events is settled by reading these. */
  readonly few: number;
  /** More different values, or combinations of values, than this are not worked through. */
  readonly many: number;
}
export const LIMITS: Limits = { few: 1_000, many: 100_000 };
export interface Sorting {
  readonly limits: Limits;
  /** Leaves out what `isTunedByGroup` allows to, and attempts of `blind` rules. */
  readonly strict: boolean;
  /** The rules of which each hit is asked for by itself. */
  readonly singly: ReadonlySet<SigmaRule>;
  /** Of how many hits of each group the numbers are told. */
  readonly examples: number;
}

/** What the overlay's filter for this rule looks at is known of every group: strict runs leave groups out that it would not keep. */
export const isTunedByGroup = (rule: SigmaRule): boolean => {
  const tuning = tuningOf(rule);
  return tuning?.keeps !== undefined && tuning.reads.every((field) => COMMON.has(field));
};
/** The columns by which a rule's events are told apart. */
const finerOf = (rule: SigmaRule, strict: boolean): ReadonlyMap<string, string> =>
  groupingOf(strict && isTunedByGroup(rule) ? [...rule.fields, ...tuningOf(rule)!.reads] : rule.fields);

/** Rules by their place in the list, the groups of events that they hit (`yes`), and those that must be read. */
interface Verdict<R extends Row> {
  readonly index: number;
  readonly rule: SigmaRule;
  readonly yes: readonly R[];
  readonly open: readonly R[];
}
function judged<R extends Row>(index: number, rule: SigmaRule, grouping: ReadonlyMap<string, string>, rows: readonly R[], strict: boolean): Verdict<R> {
  const [yes, open]: [R[], R[]] = [[], []];
  const keeps = strict && isTunedByGroup(rule) ? tuningOf(rule)!.keeps : undefined;
  for (const row of rows) {
    const verdict = judgeShape(rule, shapeOf(rule, grouping, row));
    if (verdict !== 'no' && keeps?.(recordOfRow(grouping, row)) !== false) (verdict === 'yes' ? yes : open).push(row);
  }
  return { index, rule, yes, open };
}
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
async function append(connection: DuckDBConnection, name: string, rows: Iterable<readonly unknown[]>): Promise<void> {
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
 * Sorts events by what rules ask. What must be looked at one by one goes into the temporary table `sigma_rows (rule, n, time, attempt, open)`, `open` when it must be
 * read. @returns the groups that are hits as they stand, by the rules' places in the list; their events are those of the temporary view `sigma_settled`
 */
export async function sortEvents(
  connection: DuckDBConnection,
  calls: string,
  rules: readonly SigmaRule[],
  { limits, strict, singly, examples }: Sorting,
): Promise<ReadonlyMap<number, readonly Group[]>> {
  await connection.run('CREATE OR REPLACE TEMP TABLE sigma_rows (rule INTEGER, n BIGINT, time TIMESTAMP, attempt BOOLEAN, open BOOLEAN)');
  const common = [...COMMON.values()];
  const groups = await groupsIn(connection, calls, examples);
  const first: Verdict<Group>[] = [];
  const byColumns = new Map<string, Finer[]>();
  const valuesOf = distinct(connection, limits.many);
  for (const [index, rule] of rules.entries()) {
    const verdict = judged(index, rule, COMMON, groups, strict);
    const columns = [...new Set(finerOf(rule, strict).values())].sort();
    if (countOf(verdict.open) <= limits.few || columns.every((column) => common.includes(column))) {
      first.push(verdict);
      continue;
    }
    const values = await possible(rule, valuesOf);
    if (values === 'all') first.push(verdict);
    else if ([...values.values()].every((fitting) => fitting.length > 0)) {
      const key = columns.join();
      byColumns.set(key, [...(byColumns.get(key) ?? []), { first: verdict, columns, values }]);
    }
  }
  for (const finer of byColumns.values()) {
    const { columns } = finer[0]!;
    const where = await only(connection, finer);
    const rows = await rowsOf(
      connection,
      `SELECT ${columns.join(', ')}, count(*) AS events FROM ${eventsWith(calls, columns, where)} GROUP BY ALL LIMIT ${limits.many + 1}`,
    );
    if (rows.length > limits.many) first.push(...finer.map(({ first: verdict }) => verdict));
    else {
      const verdicts = finer.map(({ first: { index, rule } }) => judged(index, rule, finerOf(rule, strict), rows, strict));
      await take(connection, calls, columns, verdicts);
    }
  }
  const whole = first.filter(({ rule }) => !singly.has(rule));
  await take(connection, calls, common, [...first.filter(({ rule }) => singly.has(rule)), ...whole.map((verdict) => ({ ...verdict, yes: [] }))]);
  const settled = new Map(whole.map(({ index, rule, yes }) => [index, strict && ignoresOutcome(rule) ? yes.filter(({ attempt }) => !attempt) : yes]));
  await settle(connection, calls, settled);
  return settled;
}

type Distinct = (column: string) => Promise<readonly unknown[] | undefined>;
/** The different values of a column, looked for once; undefined when there are too many. */
function distinct(connection: DuckDBConnection, many: number): Distinct {
  const known = new Map<string, Promise<readonly unknown[] | undefined>>();
  const find = async (column: string): Promise<readonly unknown[] | undefined> => {
    const rows = await rowsOf(connection, `SELECT DISTINCT ${column} AS value FROM ${tableWith(column) ?? 'events'} LIMIT ${many + 1}`);
    return rows.length > many ? undefined : rows.map(({ value }) => value);
  };
  return (column) => {
    if (!known.has(column)) known.set(column, find(column));
    return known.get(column)!;
  };
}
/**
 * For each column beyond the common ones, the values with which the rule can hit; a column that rules nothing out is not there. 'all': there
 * are too many values.
 */
async function possible(rule: SigmaRule, valuesOf: Distinct): Promise<Finer['values'] | 'all'> {
  const found = new Map<string, readonly unknown[]>();
  // Of identities there are more than of what else rules ask for: they are asked last.
  const columns = [...groupingOf(rule.fields)].filter(([field]) => !COMMON.has(field));
  const isOfIdentity = ([, column]: readonly [string, string]): number => Number(tableWith(column) === 'parts.identities');
  for (const [field, column] of columns.sort((a, b) => isOfIdentity(a) - isOfIdentity(b))) {
    const values = await valuesOf(column);
    if (values === undefined) return 'all';
    const grouping = new Map([[field, column]]);
    const fitting = values.filter((value) => judgeShape(rule, shapeOf(rule, grouping, { [column]: value })) !== 'no');
    if (fitting.length < values.length) found.set(column, fitting);
    if (fitting.length === 0) return found;
  }
  return found;
}
/** A rule that is open for many events, and what it can be narrowed down by. */
interface Finer {
  readonly first: Verdict<Group>;
  readonly columns: readonly string[];
  readonly values: ReadonlyMap<string, readonly unknown[]>;
}
/** A condition that leaves out events that none of these rules, which ask for the same columns, can hit. */
async function only(connection: DuckDBConnection, finer: readonly Finer[]): Promise<string> {
  const conditions: string[] = [];
  const within = async (column: string, values: ReadonlySet<unknown>): Promise<void> => {
    const name = `sigma_only_${conditions.length}`;
    const some = [...values].filter((value) => value !== null);
    await tableOf(
      connection,
      name,
      { value: typeOf(column) },
      some.map((value) => [value]),
    );
    conditions.push(`(${column} IN (SELECT value FROM ${name})${values.has(null) ? ` OR ${column} IS NULL` : ''})`);
  };
  const { columns } = finer[0]!;
  if (columns.includes('eventName'))
    await within('eventName', new Set(finer.flatMap(({ first }) => [...first.yes, ...first.open]).map((row) => row.eventName)));
  for (const column of columns) {
    const lists = finer.map(({ values }) => values.get(column));
    if (lists.every((list) => list !== undefined)) await within(column, new Set(lists.flat()));
  }
  return conditions.length > 0 ? conditions.join(' AND ') : 'true';
}

/** So many names are named to the scan itself. */
const MOST_NAMES = 500;
/** Puts groups into the temporary table `name (rule, open, ...columns)`. @returns a condition that leaves out events of other names, where that can be told */
async function note(connection: DuckDBConnection, name: string, columns: readonly string[], rows: readonly (readonly unknown[])[]): Promise<string> {
  const types = Object.fromEntries(columns.map((column) => [column, typeOf(column)]));
  await tableOf(connection, name, { rule: 'INTEGER', open: 'BOOLEAN', ...types }, rows);
  const at = columns.indexOf('eventName');
  const names = [...new Set(rows.map((row) => (at < 0 ? null : row[at + 2])))];
  if (names.length === 0 || names.includes(null)) return 'true';
  return names.length > MOST_NAMES ? `eventName IN (SELECT eventName FROM ${name})` : scanFor(names as string[]);
}
const joining = (columns: readonly string[]): string => columns.map((column) => `e.${column} IS NOT DISTINCT FROM g.${column}`).join(' AND ');
const attempts = (calls: string, columns: readonly string[], where: string): string =>
  `(SELECT n, time, ${ATTEMPT} AS attempt, ${columns.join(', ')} FROM ${eventsWith(calls, [...new Set([...columns, 'errorCode', 'errorMessage'])], where)})`;

/** Notes the events of groups one by one: hits, or to be read. */
async function take(connection: DuckDBConnection, calls: string, columns: readonly string[], verdicts: readonly Verdict<Row>[]): Promise<void> {
  const of = (rows: readonly Row[], index: number, open: boolean) => unique(rows.map((row) => [index, open, ...columns.map((column) => row[column])]));
  const rows = verdicts.flatMap(({ index, yes, open }) => [...of(yes, index, false), ...of(open, index, true)]);
  if (rows.length === 0) return;
  const where = await note(connection, 'sigma_groups', columns, rows);
  await connection.run(
    `INSERT INTO sigma_rows SELECT g.rule, e.n, e.time, e.attempt, g.open FROM ${attempts(calls, columns, where)} AS e JOIN sigma_groups AS g ON ${joining(columns)}`,
  );
}
/** Groups are told apart by whether they are attempts as well: what does not ask for that wants each but once. */
const unique = (rows: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] => [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];

/** Makes the temporary view `sigma_settled (rule, n, time, attempt)`, which costs nothing until it is asked. */
async function settle(connection: DuckDBConnection, calls: string, settled: ReadonlyMap<number, readonly Group[]>): Promise<void> {
  const columns = [...COMMON.values()];
  const rows = [...settled].flatMap(([index, groups]) => groups.map((group) => [index, group.attempt, ...columns.map((column) => group[column])]));
  // What is called open elsewhere tells here whether the group's events are attempts.
  const where = await note(connection, 'sigma_whole', columns, rows);
  await connection.run(
    `CREATE OR REPLACE TEMP VIEW sigma_settled AS SELECT g.rule, e.n, e.time, e.attempt
     FROM ${attempts(calls, columns, where)} AS e JOIN sigma_whole AS g ON ${joining(columns)} AND e.attempt = g.open`,
  );
}
