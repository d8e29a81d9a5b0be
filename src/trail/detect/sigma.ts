import type { DuckDBConnection } from '@duckdb/node-api';
import type { TrailRecord } from '../event.ts';
import {
  type Correlator,
  compile,
  correlator,
  ignoresOutcome,
  type RuleSet,
  type SigmaHit,
  type SigmaRule,
  sigmaHit,
  suppressed,
  tuningOf,
} from '../sigma/index.ts';
import { rowsOf, streamOf } from '../store/duckdb.ts';
import type { TrailStore } from '../store/open.ts';
import { callsOf, eventsWith } from './parts.ts';
import { readingOf } from './sigma-columns.ts';
import { type Group, inOrder, latest, TOLD } from './sigma-common.ts';
import { isTunedByGroup, LIMITS, type Limits, sortEvents, tableOf } from './sigma-groups.ts';

export interface RuleHits {
  readonly rule: string;
  readonly count: number;
  /** Of these, calls that were refused, failed or were a dry run. */
  readonly attempts: number;
  readonly first: string | null;
  readonly last: string | null;
  /** The first few, with their reasons. */
  readonly examples: readonly SigmaHit[];
}
export interface SigmaFound {
  readonly byRule: readonly RuleHits[];
  readonly correlations: readonly SigmaHit[];
  /** Each a (rule, event); the temporary view `sigma_hits (rule, n, time, attempt)` has them, rules by their place in `ids`. */
  readonly hits: number;
  readonly ids: readonly string[];
}

/**
 * Runs rules over the whole store. Events that are alike in what a rule asks are answered once; only what depends on more is read one by one.
 * A member that is null counts as absent: the store cannot tell them apart.
 * @param options.strict leaves out hits that a rule gives but does not mean (see the overlay)
 */
export async function detectSigma(
  store: TrailStore,
  set: RuleSet,
  options: { readonly strict?: boolean; readonly examples?: number; readonly limits?: Limits } = {},
): Promise<SigmaFound> {
  const { connection } = store;
  const { rules } = set;
  const { strict = false, examples = 3, limits = LIMITS } = options;
  const calls = await callsOf(store);
  const correlated = correlator(set);
  const isSingly = (rule: SigmaRule): boolean => correlated.wants.has(rule.id) || (strict && tuningOf(rule)?.keeps !== undefined && !isTunedByGroup(rule));
  const settled = await sortEvents(connection, calls, rules, { limits, strict, examples, singly: new Set(rules.filter(isSingly)) });
  await readOpen(connection, calls, rules);
  if (strict) await dropUnmeant(connection, calls, rules);
  await feed(connection, calls, rules, correlated);
  const withheld = suppressed(set);
  const shown = rules.flatMap((rule, index) => (withheld.has(rule.id) ? [] : [index]));
  const only = shown.length > 0 ? `rule IN (${shown.join(', ')})` : 'false';
  await connection.run(
    `CREATE OR REPLACE TEMP VIEW sigma_hits AS SELECT * FROM (SELECT rule, n, time, attempt FROM sigma_rows UNION ALL FROM sigma_settled) WHERE ${only}`,
  );
  const byRule = await summaries(connection, calls, rules, shown, settled, examples);
  const correlations = correlated.finish();
  return { byRule, correlations, hits: byRule.reduce((sum, { count }) => sum + count, 0) + correlations.length, ids: rules.map(({ id }) => id) };
}

/** More events than these are looked for by a join. */
const MOST_NAMED = 5_000;

/** Looks at the events that no group could answer for, each with the rules that are open for it. */
async function readOpen(connection: DuckDBConnection, calls: string, rules: readonly SigmaRule[]): Promise<void> {
  const open = (await rowsOf(connection, 'SELECT DISTINCT rule FROM sigma_rows WHERE open')).map(({ rule }) => rule as number);
  if (open.length === 0) return;
  const compiled = new Map(open.map((index) => [index, compile(rules[index]!)]));
  const reading = readingOf(open.some((index) => rules[index]!.keywords) ? undefined : new Set(open.flatMap((index) => rules[index]!.fields)));
  await connection.run(`CREATE OR REPLACE TEMP TABLE sigma_open AS SELECT n, string_agg(rule, ',') AS rules FROM sigma_rows WHERE open GROUP BY n`);
  const few = await rowsOf(connection, `SELECT n FROM sigma_open LIMIT ${MOST_NAMED + 1}`);
  const where = few.length > MOST_NAMED ? 'n IN (SELECT n FROM sigma_open)' : `n IN (${few.map(({ n }) => n).join(', ')})`;
  const asked = new Map<string, readonly number[]>();
  const found: [number, bigint][] = [];
  const rows = streamOf(
    connection,
    `SELECT ${['n', 'rules', ...reading.columns].join(', ')} FROM ${eventsWith(calls, reading.columns, where)} JOIN sigma_open USING (n)`,
  );
  for await (const [n, list, ...values] of rows) {
    const indexes = asked.get(list as string) ?? (list as string).split(',').map(Number);
    asked.set(list as string, indexes);
    const record = reading.recordOf(values);
    for (const index of indexes) if (compiled.get(index)!.match(record)) found.push([index, n as bigint]);
  }
  await tableOf(connection, 'sigma_read', { rule: 'INTEGER', n: 'BIGINT' }, found);
  await connection.run('INSERT INTO sigma_rows SELECT rule, n, time, attempt, false FROM sigma_rows JOIN sigma_read USING (rule, n) WHERE open');
  await connection.run('DELETE FROM sigma_rows WHERE open');
}

/** As `isStrictHit`: whether a call worked is known of all hits; rules that are tuned further need what their filter reads, unless groups told it. */
async function dropUnmeant(connection: DuckDBConnection, calls: string, rules: readonly SigmaRule[]): Promise<void> {
  const blind = rules.flatMap((rule, index) => (ignoresOutcome(rule) ? [index] : []));
  if (blind.length > 0) await connection.run(`DELETE FROM sigma_rows WHERE attempt AND rule IN (${blind.join(', ')})`);
  const dropped: [number, bigint][] = [];
  for (const [index, rule] of rules.entries()) {
    const tuning = tuningOf(rule);
    if (!tuning?.keeps || isTunedByGroup(rule)) continue;
    const reading = readingOf(tuning.reads);
    const named = await rowsOf(connection, `SELECT n FROM sigma_rows WHERE rule = ${index} LIMIT ${MOST_NAMED + 1}`);
    if (named.length === 0) continue;
    const where = named.length > MOST_NAMED ? `n IN (SELECT n FROM sigma_rows WHERE rule = ${index})` : `n IN (${named.map(({ n }) => n).join(', ')})`;
    for await (const [n, ...values] of streamOf(connection, `SELECT ${['n', ...reading.columns].join(', ')} FROM ${eventsWith(calls, reading.columns, where)}`))
      if (!tuning.keeps(reading.recordOf(values))) dropped.push([index, n as bigint]);
  }
  if (dropped.length === 0) return;
  await tableOf(connection, 'sigma_dropped', { rule: 'INTEGER', n: 'BIGINT' }, dropped);
  await connection.run('DELETE FROM sigma_rows WHERE (rule, n) IN (SELECT (rule, n) FROM sigma_dropped)');
}

/** Tells the correlations of the hits that they count. */
async function feed(connection: DuckDBConnection, calls: string, rules: readonly SigmaRule[], correlated: Correlator): Promise<void> {
  const wanted = rules.flatMap(({ id }, index) => (correlated.wants.has(id) ? [index] : []));
  if (wanted.length === 0) return;
  const reading = readingOf(['eventTime', ...correlated.fields]);
  const rows = streamOf(
    connection,
    `SELECT rule, n, ${reading.columns.join(', ')} FROM ${eventsWith(calls, reading.columns)} JOIN sigma_rows USING (n) WHERE rule IN (${wanted.join(', ')}) ORDER BY n, rule`,
  );
  for await (const [rule, n, ...values] of rows) correlated.see(rules[rule as number]!.id, { n: Number(n), record: reading.recordOf(values) });
}

/** What `outcomeOf` looks at. */
const OUTCOME = ['eventName', 'errorCode', 'errorMessage', 'responseElements.ConsoleLogin'];
async function summaries(
  connection: DuckDBConnection,
  calls: string,
  rules: readonly SigmaRule[],
  shown: readonly number[],
  settled: ReadonlyMap<number, readonly Group[]>,
  examples: number,
): Promise<RuleHits[]> {
  const read = (await rowsOf(connection, `SELECT rule, attempt, ${TOLD(examples)} FROM sigma_rows GROUP BY rule, attempt`)) as unknown as (Group & {
    rule: number;
  })[];
  const told = shown.flatMap((index) => {
    const parts = [...(settled.get(index) ?? []), ...read.filter(({ rule }) => rule === index)];
    const firsts = parts.flatMap((part) => part.firsts).sort(inOrder);
    return parts.length === 0 ? [] : [{ index, parts, firsts: firsts.slice(0, Math.max(1, examples)), last: latest(parts.map(({ last }) => last))! }];
  });
  if (told.length === 0) return [];
  const hit = told.map(({ index }) => rules[index]!);
  const reading = readingOf(hit.some(({ keywords }) => keywords) ? undefined : new Set(['eventTime', ...OUTCOME, ...hit.flatMap(({ fields }) => fields)]));
  const numbers = new Set(told.flatMap(({ firsts, last }) => [...firsts.map(({ n }) => n), last.n]));
  const records = new Map<number, TrailRecord>();
  const rows = streamOf(
    connection,
    `SELECT ${['n', ...reading.columns].join(', ')} FROM ${eventsWith(calls, reading.columns, `n IN (${[...numbers].join(', ')})`)}`,
  );
  for await (const [n, ...values] of rows) records.set(Number(n), reading.recordOf(values));
  const timeOf = (n: number): string | null => (records.get(n)?.eventTime as string | undefined) ?? null;
  const sum = (parts: readonly Group[]): number => parts.reduce((all, { events }) => all + events, 0);
  return told.map(({ index, parts, firsts, last }) => ({
    rule: rules[index]!.id,
    count: sum(parts),
    attempts: sum(parts.filter(({ attempt }) => attempt)),
    first: timeOf(firsts[0]!.n),
    last: timeOf(last.n),
    examples: firsts.slice(0, examples).map(({ n }) => sigmaHit(rules[index]!, { n, record: records.get(n)! })),
  }));
}
