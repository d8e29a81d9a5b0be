import { BIGINT, INTEGER } from '@duckdb/node-api';
import { readRecord } from '../event.ts';
import type { CompiledRule, Shape, SigmaHit, SigmaRule } from '../sigma/index.ts';
import { compile, correlator, isStrictHit, judgeShape, type RuleSet, sigmaHit, suppressed } from '../sigma/index.ts';
import { rowsOf, streamOf } from '../store/duckdb.ts';
import type { TrailStore } from '../store/open.ts';

/** Columns by which events are sorted into groups of which most rules can be answered at once, and the members they are. */
const GROUPED: Readonly<Record<string, string>> = {
  eventSource: 'eventSource',
  eventName: 'eventName',
  errorCode: 'errorCode',
  eventType: 'eventType',
  identityType: 'userIdentity.type',
};
const KEY = `hash(${Object.keys(GROUPED).join(', ')})`;
const OUTCOME = `(coalesce(errorCode, '') != '' OR coalesce(errorMessage, '') = 'Failed authentication')`;

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
  /** Each a (rule, event); they lie in the temporary table `sigma_hits (rule INTEGER, n BIGINT)`, rules by their place in `ids`. */
  readonly hits: number;
  readonly ids: readonly string[];
}

/**
 * Runs rules over the whole store. Groups of events that are alike in what most rules ask are answered once; only what depends on more is looked at one by one.
 * @param options.strict leaves out hits that a rule gives but does not mean (see the overlay)
 */
export async function detectSigma(
  store: TrailStore,
  set: RuleSet,
  options: { readonly strict?: boolean; readonly examples?: number } = {},
): Promise<SigmaFound> {
  const { connection } = store;
  const correlated = correlator(set);
  const rules = set.rules.map(compile);
  const shapes = await rowsOf(connection, `SELECT ${KEY}::VARCHAR AS key, ${Object.keys(GROUPED).join(', ')} FROM events GROUP BY ALL`);
  const verdicts = new Map<string, { readonly yes: number[]; readonly depends: number[] }>();
  for (const row of shapes) {
    const shape: Shape = Object.fromEntries(Object.entries(GROUPED).map(([column, member]) => [member, row[column] as string | null]));
    const at = verdicts.get(row.key as string) ?? { yes: [], depends: [] };
    rules.forEach(({ rule }, index) => {
      const verdict = judgeShape(rule, shape);
      if (verdict === 'no') return;
      // Whoever filters or correlates must see the event itself.
      const whole = verdict === 'yes' && !options.strict && !correlated.wants.has(rule.id) && !verdicts.has(row.key as string);
      (whole ? at.yes : at.depends).push(index);
    });
    verdicts.set(row.key as string, at);
  }
  await connection.run('CREATE OR REPLACE TEMP TABLE sigma_hits (rule INTEGER, n BIGINT)');
  await allOf(store, verdicts);
  await oneByOne(store, verdicts, rules, correlated, options.strict === true);
  const withheld = suppressed(set);
  const hidden = rules.flatMap(({ rule }, index) => (withheld.has(rule.id) ? [index] : []));
  if (hidden.length > 0) await connection.run(`DELETE FROM sigma_hits WHERE rule IN (${hidden.join(', ')})`);
  const counts = await rowsOf(
    connection,
    `SELECT rule, count(*) AS count, count_if(${OUTCOME}) AS attempts, min(eventTime) AS first, max(eventTime) AS last,
       (min_by(n, (time, n), ${options.examples ?? 3})) AS examples
     FROM sigma_hits JOIN events USING (n) GROUP BY rule ORDER BY rule`,
  );
  const byRule: RuleHits[] = [];
  for (const row of counts) {
    const { rule } = rules[row.rule as number]!;
    byRule.push({
      rule: rule.id,
      count: row.count as number,
      attempts: row.attempts as number,
      first: row.first as string,
      last: row.last as string,
      examples: await exampleHits(store, rule, row.examples as number[]),
    });
  }
  const correlations = correlated.finish();
  return { byRule, correlations, hits: byRule.reduce((sum, { count }) => sum + count, 0) + correlations.length, ids: rules.map(({ rule }) => rule.id) };
}

async function allOf({ connection }: TrailStore, verdicts: ReadonlyMap<string, { readonly yes: readonly number[] }>): Promise<void> {
  const pairs = [...verdicts].flatMap(([key, { yes }]) => yes.map((rule) => `(${key}::UBIGINT, ${rule})`));
  if (pairs.length === 0) return;
  await connection.run(`CREATE OR REPLACE TEMP TABLE sigma_groups AS SELECT * FROM (VALUES ${pairs.join(', ')}) AS pairs(key, rule)`);
  await connection.run(`INSERT INTO sigma_hits SELECT rule, n FROM events JOIN sigma_groups ON key = ${KEY}`);
}

async function oneByOne(
  store: TrailStore,
  verdicts: ReadonlyMap<string, { readonly depends: readonly number[] }>,
  rules: readonly CompiledRule[],
  correlated: ReturnType<typeof correlator>,
  strict: boolean,
): Promise<void> {
  const keys = [...verdicts].filter(([, { depends }]) => depends.length > 0).map(([key]) => key);
  if (keys.length === 0) return;
  const appender = await store.connection.createAppender('sigma_hits', null, 'temp');
  const rows = streamOf(store.connection, `SELECT n, ${KEY}::VARCHAR, raw FROM events WHERE ${KEY} IN (${keys.map((key) => `${key}::UBIGINT`).join(', ')})`);
  const found: [number, number][] = [];
  for await (const [n, key, raw] of rows) {
    const record = readRecord(raw as string);
    for (const index of verdicts.get(key as string)!.depends) {
      const { rule, match } = rules[index]!;
      if (!match(record) || (strict && !isStrictHit(rule, record))) continue;
      found.push([index, Number(n)]);
      if (correlated.wants.has(rule.id)) correlated.see(rule.id, { n: Number(n), record });
    }
  }
  for (const [rule, n] of found) {
    appender.appendValue(rule, INTEGER);
    appender.appendValue(BigInt(n), BIGINT);
    appender.endRow();
  }
  appender.closeSync();
}

async function exampleHits(store: TrailStore, rule: SigmaRule, examples: readonly number[]): Promise<SigmaHit[]> {
  const hits: SigmaHit[] = [];
  for await (const event of store.events(`n IN (${examples.map(Number).join(', ')})`)) hits.push(sigmaHit(rule, event));
  return hits;
}
