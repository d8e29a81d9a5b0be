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
import { readingOf } from './sigma-columns.ts';
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
  /** Each a (rule, event); they lie in the temporary table `sigma_hits (rule INTEGER, n BIGINT, ...)`, rules by their place in `ids`. */
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
  const correlated = correlator(set);
  await sortEvents(connection, set.rules, options.limits ?? LIMITS, options.strict ?? false);
  await readOpen(store, set.rules);
  if (options.strict) await dropUnmeant(store, set.rules);
  await feed(store, set.rules, correlated);
  const withheld = suppressed(set);
  const hidden = set.rules.flatMap((rule, index) => (withheld.has(rule.id) ? [index] : []));
  if (hidden.length > 0) await connection.run(`DELETE FROM sigma_hits WHERE rule IN (${hidden.join(', ')})`);
  const byRule = await summaries(store, set.rules, options.examples ?? 3);
  const correlations = correlated.finish();
  return { byRule, correlations, hits: byRule.reduce((sum, { count }) => sum + count, 0) + correlations.length, ids: set.rules.map(({ id }) => id) };
}

/** More events than these are looked for by a join. */
const MOST_NAMED = 5_000;

/** Looks at the events that no group could answer for, each with the rules that are open for it. */
async function readOpen({ connection }: TrailStore, rules: readonly SigmaRule[]): Promise<void> {
  const open = (await rowsOf(connection, 'SELECT DISTINCT rule FROM sigma_hits WHERE open')).map(({ rule }) => rule as number);
  if (open.length === 0) return;
  const compiled = new Map(open.map((index) => [index, compile(rules[index]!)]));
  const reading = readingOf(open.some((index) => rules[index]!.keywords) ? undefined : new Set(open.flatMap((index) => rules[index]!.fields)));
  await connection.run(`CREATE OR REPLACE TEMP TABLE sigma_open AS SELECT n, string_agg(rule, ',') AS rules FROM sigma_hits WHERE open GROUP BY n`);
  const few = await rowsOf(connection, `SELECT n FROM sigma_open LIMIT ${MOST_NAMED + 1}`);
  const where = few.length > MOST_NAMED ? '' : `WHERE n IN (${few.map(({ n }) => n).join(', ')})`;
  const asked = new Map<string, readonly number[]>();
  const found: [number, bigint][] = [];
  const rows = streamOf(connection, `SELECT ${['n', 'rules', ...reading.columns].join(', ')} FROM events JOIN sigma_open USING (n) ${where}`);
  for await (const [n, list, ...values] of rows) {
    const indexes = asked.get(list as string) ?? (list as string).split(',').map(Number);
    asked.set(list as string, indexes);
    const record = reading.recordOf(values);
    for (const index of indexes) if (compiled.get(index)!.match(record)) found.push([index, n as bigint]);
  }
  await tableOf(connection, 'sigma_read', { rule: 'INTEGER', n: 'BIGINT' }, found);
  await connection.run('INSERT INTO sigma_hits SELECT rule, n, time, attempt, false FROM sigma_hits JOIN sigma_read USING (rule, n) WHERE open');
  await connection.run('DELETE FROM sigma_hits WHERE open');
}

/** As `isStrictHit`: whether a call worked is known of all hits; rules that are tuned further need what their filter reads, unless groups told it. */
async function dropUnmeant({ connection }: TrailStore, rules: readonly SigmaRule[]): Promise<void> {
  const blind = rules.flatMap((rule, index) => (ignoresOutcome(rule) ? [index] : []));
  if (blind.length > 0) await connection.run(`DELETE FROM sigma_hits WHERE attempt AND rule IN (${blind.join(', ')})`);
  const dropped: [number, bigint][] = [];
  for (const [index, rule] of rules.entries()) {
    const tuning = tuningOf(rule);
    if (!tuning?.keeps || isTunedByGroup(rule)) continue;
    const reading = readingOf(tuning.reads);
    const named = await rowsOf(connection, `SELECT n FROM sigma_hits WHERE rule = ${index} LIMIT ${MOST_NAMED + 1}`);
    if (named.length === 0) continue;
    const where = named.length > MOST_NAMED ? `n IN (SELECT n FROM sigma_hits WHERE rule = ${index})` : `n IN (${named.map(({ n }) => n).join(', ')})`;
    for await (const [n, ...values] of streamOf(connection, `SELECT ${['n', ...reading.columns].join(', ')} FROM events WHERE ${where}`))
      if (!tuning.keeps(reading.recordOf(values))) dropped.push([index, n as bigint]);
  }
  if (dropped.length === 0) return;
  await tableOf(connection, 'sigma_dropped', { rule: 'INTEGER', n: 'BIGINT' }, dropped);
  await connection.run('DELETE FROM sigma_hits WHERE (rule, n) IN (SELECT (rule, n) FROM sigma_dropped)');
}

/** Tells the correlations of the hits that they count. */
async function feed({ connection }: TrailStore, rules: readonly SigmaRule[], correlated: Correlator): Promise<void> {
  const wanted = rules.flatMap(({ id }, index) => (correlated.wants.has(id) ? [index] : []));
  if (wanted.length === 0) return;
  const reading = readingOf(['eventTime', ...correlated.fields]);
  const rows = streamOf(
    connection,
    `SELECT rule, n, ${reading.columns.join(', ')} FROM events JOIN sigma_hits USING (n) WHERE rule IN (${wanted.join(', ')}) ORDER BY n, rule`,
  );
  for await (const [rule, n, ...values] of rows) correlated.see(rules[rule as number]!.id, { n: Number(n), record: reading.recordOf(values) });
}

/** What `outcomeOf` looks at. */
const OUTCOME = ['eventName', 'errorCode', 'errorMessage', 'responseElements.ConsoleLogin'];
async function summaries({ connection }: TrailStore, rules: readonly SigmaRule[], examples: number): Promise<RuleHits[]> {
  const counts = await rowsOf(
    connection,
    `SELECT rule, count(*) AS count, count_if(attempt) AS attempts, min_by(n, (time, n), ${examples}) AS examples,
       arg_min(n, (time, n)) AS first, coalesce(arg_max(n, time), max(n)) AS last FROM sigma_hits GROUP BY rule ORDER BY rule`,
  );
  if (counts.length === 0) return [];
  const hit = counts.map(({ rule }) => rules[rule as number]!);
  const reading = readingOf(hit.some(({ keywords }) => keywords) ? undefined : new Set(['eventTime', ...OUTCOME, ...hit.flatMap(({ fields }) => fields)]));
  const shown = new Set(counts.flatMap(({ examples: some, first, last }) => [...(some as number[]), first as number, last as number]));
  const records = new Map<unknown, TrailRecord>();
  const rows = streamOf(connection, `SELECT ${['n', ...reading.columns].join(', ')} FROM events WHERE n IN (${[...shown].map(Number).join(', ')})`);
  for await (const [n, ...values] of rows) records.set(Number(n), reading.recordOf(values));
  const timeOf = (n: unknown): string | null => (records.get(n)?.eventTime as string | undefined) ?? null;
  return counts.map(({ rule, count, attempts, examples: some, first, last }) => ({
    rule: rules[rule as number]!.id,
    count: count as number,
    attempts: attempts as number,
    first: timeOf(first),
    last: timeOf(last),
    examples: (some as number[]).map((n) => sigmaHit(rules[rule as number]!, { n, record: records.get(n)! })),
  }));
}
