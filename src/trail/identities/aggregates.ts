import { type Row, str } from '../sessions/rows.ts';
import type { Queryable } from '../sessions/words.ts';
import { ACT_NAMES, DISCOVERY, SECRETS } from './acts.ts';
import { API, habitsOf, ownOf, REFUSED, within } from './habits.ts';
import { GRANTING } from './judge-grants.ts';
import type { Window } from './words.ts';

const names = (list: readonly string[]): string => list.map((name) => `'${name}'`).join(', ');
/** The console asks for dozens of things on every page. */
const BY_HAND = `NOT (${['Mozilla', 'AWS Internal', 'aws-internal', 'console', 'S3Console', 'signin', 'Coral'].map((it) => `starts_with(agent, '${it}')`).join(' OR ')})`;

/** Lambda's older APIs carry a date in their names. */
const DATED = ['UpdateFunctionCode', 'AddPermission', 'CreateFunction'].flatMap((api) => ['20150331', '20150331v2'].map((date) => `${api}${date}`));
const NOTABLE = [...ACT_NAMES, ...GRANTING.map((api) => api.slice(api.indexOf(':') + 1)), ...DATED, 'AddLayerVersionPermission20181031'];
const QUESTIONS = DISCOVERY.filter((name) => !SECRETS.includes(name) && !NOTABLE.includes(name));

/** Events that are looked at one by one: what is notable, what hands out secrets, and what failed. */
async function prepareActs(db: Queryable, own: string): Promise<void> {
  const called = await calledOf(db, [...new Set([...NOTABLE, ...SECRETS])]);
  await db.query(`CREATE OR REPLACE TEMP TABLE identity_acts AS SELECT n, time, principal, eventSource, eventName, errorCode, userAgent
    FROM events WHERE ${called.length === 0 ? 'errorCode IS NOT NULL' : `(errorCode IS NOT NULL OR eventName IN (${names(called)}))`} AND ${own}`);
}
/** Of these names those that somebody called: of few names DuckDB skips what it need not read. */
async function calledOf(db: Queryable, list: readonly string[]): Promise<readonly string[]> {
  const called = new Set((await db.query('SELECT DISTINCT eventName AS name FROM identity_apis')).map(({ name }) => name));
  return list.filter((name) => called.has(name));
}

const ACTS = (
  window: Window,
): string => `SELECT principal, ${API} AS api, CASE WHEN errorCode IS NULL THEN 'done' WHEN ${REFUSED} THEN 'denied' WHEN errorCode LIKE '%DryRun%' THEN 'dry-run' ELSE 'failed' END AS outcome,
  count(*) AS uses, count(DISTINCT time::DATE) AS days, min(time) AS first, max(time) AS last,
  count(*) FILTER (${within(window, 'time')}) AS inside, to_json(list(n ORDER BY time, n)[:20])::VARCHAR AS ns
FROM identity_acts WHERE eventName IN (${names(NOTABLE)})
GROUP BY ALL HAVING inside > 0 ORDER BY principal, first, api, outcome`;

/** So many different questions within ten minutes are many. */
const MANY = 8;
const alike = (
  from: string,
): string => `SELECT principal, time_bucket(INTERVAL 10 MINUTE, time) AS bucket, eventSource, eventName, errorCode, userAgent, count(*) AS uses,
    arg_min(n, (time, n)) AS n, arg_max(n, (time, n)) AS n2, min(time) AS first, max(time) AS last
  FROM ${from} AND time IS NOT NULL GROUP BY ALL`;
/** Questions that were answered, of those principals alone who ever asked enough different ones. */
const questions = (own: string, asked: readonly string[]): string =>
  asked.length === 0
    ? ''
    : `UNION ALL ${alike(`events WHERE errorCode IS NULL AND eventName IN (${names(asked)}) AND ${own} AND principal IN (
    SELECT principal FROM identity_apis WHERE eventName IN (${names(DISCOVERY)}) GROUP BY principal HAVING count(DISTINCT (eventSource, eventName)) >= ${MANY})`)}`;
/** Ten-minute windows; the biggest of each kind, and on how many days such were. */
const BURSTS = (window: Window, own: string, asked: readonly string[]): string => `WITH act AS MATERIALIZED (SELECT *, ${REFUSED} AS refused FROM (
  ${alike(`identity_acts WHERE (errorCode IS NOT NULL OR eventName IN (${names([...new Set([...DISCOVERY, ...SECRETS])])}))`)}
  ${questions(own, asked)})
),
told AS MATERIALIZED (
  SELECT principal, bucket, ${API} AS api, CASE WHEN refused THEN 'denials' WHEN eventName IN (${names(SECRETS)}) THEN 'secrets' WHEN eventName IN (${names(DISCOVERY)}) THEN 'enumeration' END AS kind, sum(uses) AS uses
  FROM act WHERE refused OR ${BY_HAND.replaceAll('agent', `ltrim(coalesce(userAgent, ''), '[')`)} GROUP BY ALL
),
slot AS (
  SELECT principal, kind, bucket, sum(uses) AS uses, count(*) AS apis FROM told WHERE kind IS NOT NULL
  GROUP BY principal, kind, bucket HAVING (kind = 'enumeration' AND count(*) >= ${MANY}) OR (kind = 'denials' AND (count(*) >= 4 OR sum(uses) >= 10)) OR (kind = 'secrets' AND sum(uses) >= 10)
),
biggest AS MATERIALIZED (
  SELECT principal, kind, count(*) AS slots, count(DISTINCT bucket::DATE) AS days, arg_max(bucket, (uses, -epoch(bucket))) AS bucket, max(uses)::BIGINT AS uses, max(apis) AS apis
  FROM slot WHERE ${within(window, 'bucket')} GROUP BY principal, kind
)
SELECT b.*, b.bucket AS first, e.n, e.n2, (SELECT to_json(list(api ORDER BY api)[:12])::VARCHAR FROM told t WHERE t.principal = b.principal AND t.kind = b.kind AND t.bucket = b.bucket) AS list
FROM biggest b JOIN (
  SELECT o.principal, o.bucket, o.kind, arg_min(n, (first, n)) AS n, arg_max(n2, (last, n2)) AS n2 FROM act JOIN biggest o ON act.principal = o.principal AND act.bucket = o.bucket
  WHERE CASE kind WHEN 'denials' THEN refused WHEN 'secrets' THEN eventName IN (${names(SECRETS)}) ELSE eventName IN (${names(DISCOVERY)}) END GROUP BY ALL) e
  ON e.principal = b.principal AND e.kind = b.kind ORDER BY b.principal, b.kind`;

/** Without a window, what is known of the uses of each key is enough. */
const KEYS = (
  window: Window,
): string => `SELECT principal, count(*) AS count, to_json(list(key ORDER BY key LIKE 'ASIA%', uses DESC, key)[:50])::VARCHAR AS list FROM (
  SELECT principal, accessKeyId AS key, ${
    window.since === undefined && window.until === undefined
      ? 'sum(uses) AS uses FROM session_places WHERE accessKeyId IS NOT NULL'
      : `count(*) AS uses FROM events WHERE accessKeyId IS NOT NULL AND ${within(window, 'time')}`
  } GROUP BY ALL) GROUP BY principal`;

export interface Aggregates {
  /** Accounts whose records are in the trail. */
  readonly accounts: ReadonlySet<string>;
  readonly habits: readonly Row[];
  readonly acts: readonly Row[];
  readonly bursts: readonly Row[];
  readonly keys: ReadonlyMap<string, Row>;
}
export async function aggregatesOf(db: Queryable, window: Window): Promise<Aggregates> {
  const own = await ownOf(db);
  const habits = await habitsOf(db, own, window);
  await prepareActs(db, own);
  const acts = await db.query(ACTS(window));
  const bursts = await db.query(BURSTS(window, own, await calledOf(db, QUESTIONS)));
  const keys = await db.query(KEYS(window));
  const accounts = await db.query('SELECT DISTINCT recipientAccountId AS account FROM session_places WHERE recipientAccountId IS NOT NULL');
  return {
    accounts: new Set(accounts.flatMap(({ account }) => str(account) ?? [])),
    habits,
    acts,
    bursts,
    keys: new Map(keys.flatMap((row) => (str(row.principal) ? [[row.principal as string, row] as const] : []))),
  };
}
