import { BIGINT, BOOLEAN, type DuckDBConnection, INTEGER, VARCHAR } from '@duckdb/node-api';
import { judgeShape, type SigmaRule, tuningOf } from '../sigma/index.ts';
import { STORED } from '../store/columns.ts';
import { type Row, rowsOf } from '../store/duckdb.ts';
import { groupingOf, recordOfRow, shapeOf, typeOf } from './sigma-columns.ts';

/** The columns that most rules ask for: by them events are sorted into groups first, once for all rules. */
const COMMON: ReadonlyMap<string, string> = new Map([
  ['eventSource', 'eventSource'],
  ['eventName', 'eventName'],
  ['errorCode', 'errorCode'],
  ['eventType', 'eventType'],
  ['userIdentity.type', 'identityType'],
  ['userIdentity.sessionContext.sessionIssuer.type', 'issuerType'],
]);
/** Groups may be told of more than the events: of copies and of other records too, which spares looking for these. */
const viewWith = (columns: Iterable<string>): string => ([...columns].every((column) => Object.hasOwn(STORED, column)) ? 'stored' : 'events');
/** Of a call that was refused, failed or was a dry run, as `outcomeOf` has it; sign-ins that failed lie in `sigma_refused`. */
const ATTEMPT = `(coalesce(errorCode, '') != '' OR coalesce(errorMessage, '') = 'Failed authentication' OR n IN (SELECT n FROM sigma_refused))`;
/** Their answers are long: only those of sign-ins are read, and these once. */
const REFUSED = (some: boolean): string => `CREATE OR REPLACE TEMP TABLE sigma_refused AS SELECT n FROM events
  WHERE ${some ? `eventName = 'ConsoleLogin' AND (responseElements->>'$.ConsoleLogin') = 'Failure'` : 'false'}`;

export interface Limits {
  /** A rule that is open for at most so many events is settled by reading these. */
  readonly few: number;
  /** More different values, or combinations of values, than this are not worked through. */
  readonly many: number;
}
export const LIMITS: Limits = { few: 1_000, many: 100_000 };

/** What the overlay's filter for this rule looks at is known of every group: strict runs leave groups out that it would not keep. */
export const isTunedByGroup = (rule: SigmaRule): boolean => {
  const tuning = tuningOf(rule);
  return tuning?.keeps !== undefined && tuning.reads.every((field) => COMMON.has(field));
};
/** The columns by which a rule's events are told apart. */
const finerOf = (rule: SigmaRule, strict: boolean): ReadonlyMap<string, string> =>
  groupingOf(strict && isTunedByGroup(rule) ? [...rule.fields, ...tuningOf(rule)!.reads] : rule.fields);

/** Rules by their place in the list, the groups of events that they hit (`yes`), and those that must be read. */
interface Verdict {
  readonly index: number;
  readonly rule: SigmaRule;
  readonly yes: readonly Row[];
  readonly open: readonly Row[];
}
const judged = (index: number, rule: SigmaRule, grouping: ReadonlyMap<string, string>, rows: readonly Row[], strict: boolean): Verdict => {
  const [yes, open]: [Row[], Row[]] = [[], []];
  const keeps = strict && isTunedByGroup(rule) ? tuningOf(rule)!.keeps : undefined;
  for (const row of rows) {
    const verdict = judgeShape(rule, shapeOf(rule, grouping, row));
    if (verdict !== 'no' && keeps?.(recordOfRow(grouping, row)) !== false) (verdict === 'yes' ? yes : open).push(row);
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
 * Sorts events by what rules ask into the temporary table `sigma_hits (rule, n, time, attempt, open)`: what is answered for whole groups, and,
 * as `open`, what must be read. Rules by their place in the list. `strict` leaves out what `isTunedByGroup` allows to.
 */
export async function sortEvents(connection: DuckDBConnection, rules: readonly SigmaRule[], limits: Limits, strict: boolean): Promise<void> {
  await connection.run('CREATE OR REPLACE TEMP TABLE sigma_hits (rule INTEGER, n BIGINT, time TIMESTAMP, attempt BOOLEAN, open BOOLEAN)');
  const common = [...COMMON.values()];
  const groups = await rowsOf(connection, `SELECT ${common.join(', ')}, count(*) AS events FROM ${viewWith(common)} GROUP BY ALL`);
  await connection.run(REFUSED(groups.some(({ eventName }) => eventName === 'ConsoleLogin')));
  const settled: Verdict[] = [];
  const byColumns = new Map<string, Finer[]>();
  const valuesOf = distinct(connection, limits.many);
  for (const [index, rule] of rules.entries()) {
    const first = judged(index, rule, COMMON, groups, strict);
    const columns = [...new Set(finerOf(rule, strict).values())].sort();
    if (countOf(first.open) <= limits.few || columns.every((column) => common.includes(column))) {
      settled.push(first);
      continue;
    }
    const values = await possible(rule, valuesOf);
    if (values === 'all') settled.push(first);
    else if ([...values.values()].every((fitting) => fitting.length > 0)) {
      const key = columns.join();
      byColumns.set(key, [...(byColumns.get(key) ?? []), { first, columns, values }]);
    }
  }
  for (const finer of byColumns.values()) {
    const { columns } = finer[0]!;
    const where = await only(connection, finer);
    const rows = await rowsOf(
      connection,
      `SELECT ${columns.join(', ')}, count(*) AS events FROM ${viewWith(columns)} WHERE ${where} GROUP BY ALL LIMIT ${limits.many + 1}`,
    );
    if (rows.length > limits.many) settled.push(...finer.map(({ first }) => first));
    else {
      const verdicts = finer.map(({ first: { index, rule } }) => judged(index, rule, finerOf(rule, strict), rows, strict));
      await take(connection, columns, verdicts);
    }
  }
  await take(connection, common, settled);
}

type Distinct = (column: string) => Promise<readonly unknown[] | undefined>;
/** The different values of a column, looked for once; undefined when there are too many. */
function distinct(connection: DuckDBConnection, many: number): Distinct {
  const known = new Map<string, Promise<readonly unknown[] | undefined>>();
  const find = async (column: string): Promise<readonly unknown[] | undefined> => {
    const rows = await rowsOf(connection, `SELECT DISTINCT ${column} AS value FROM ${viewWith([column])} LIMIT ${many + 1}`);
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
  for (const [field, column] of groupingOf(rule.fields)) {
    if (COMMON.has(field)) continue;
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
  readonly first: Verdict;
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

/** Notes the events of groups: hits, or to be read. */
async function take(connection: DuckDBConnection, columns: readonly string[], verdicts: readonly Verdict[]): Promise<void> {
  const of = (rows: readonly Row[], index: number, open: boolean) => rows.map((row) => [index, open, ...columns.map((column) => row[column])]);
  const rows = verdicts.flatMap(({ index, yes, open }) => [...of(yes, index, false), ...of(open, index, true)]);
  if (rows.length === 0) return;
  const types = Object.fromEntries(columns.map((column) => [column, typeOf(column)]));
  await tableOf(connection, 'sigma_groups', { rule: 'INTEGER', open: 'BOOLEAN', ...types }, rows);
  const at = columns.indexOf('eventName');
  const named = at >= 0 && rows.every((row) => row[at + 2] !== null);
  await connection.run(
    `INSERT INTO sigma_hits SELECT rule, n, time, ${ATTEMPT}, open FROM (
       SELECT g.rule, g.open, e.n, e.time, e.errorCode, e.errorMessage
       FROM events AS e JOIN sigma_groups AS g ON ${columns.map((column) => `e.${column} IS NOT DISTINCT FROM g.${column}`).join(' AND ')}
       ${named ? 'WHERE e.eventName IN (SELECT eventName FROM sigma_groups)' : ''})`,
  );
}
