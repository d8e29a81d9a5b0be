import { prepare } from '../sessions/prepare.ts';
import { type Row, str } from '../sessions/rows.ts';
import type { Queryable } from '../sessions/words.ts';
import { ACT_NAMES, DISCOVERY, SECRETS } from './acts.ts';
import { GRANTING } from './judge-grants.ts';
import type { Window } from './words.ts';

const names = (list: readonly string[]): string => list.map((name) => `'${name}'`).join(', ');
/** Refusals, as `outcomeOf` of event.ts. */
const REFUSED = `(errorCode IS NOT NULL AND regexp_matches(errorCode, '(?i)AccessDenied|UnauthorizedOperation|UnauthorizedAccess|NotAuthorized|AuthFailure|Forbidden|^AuthorizationError|InvalidClientTokenId|ExplicitDeny'))`;
/** A sign-in that failed, as `outcomeOf` has it. Answers are long: they are read of sign-ins only. */
const NOT_IN = `((eventName = 'ConsoleLogin' AND coalesce(responseElements->>'$.ConsoleLogin', '') = 'Failure') OR (coalesce(errorMessage, '') = 'Failed authentication' AND coalesce(errorCode, '') = ''))`;
/** Uses that are alike in all that habits ask for. */
const CELLS = (
  which: string,
  notIn: string,
): string => `SELECT principal, identityType, eventSource, eventName, awsRegion AS region, sourceIPAddress AS address, userAgent AS agent, errorCode,
    ${notIn} AS notIn, count(*) AS uses, min(time) AS first, max(time) AS last, arg_min(n, (time, n)) AS n FROM events WHERE invokedBy IS NULL AND ${which} GROUP BY ALL`;
/** People, roles, users and keys; not AWS's own services, nor the roles that are theirs. */
const ACTORS = `identityType IS DISTINCT FROM 'AWSService' AND principal IS NOT NULL AND NOT ends_with(principal, '.amazonaws.com') AND NOT ends_with(principal, '.amazonaws.com.cn')
  AND principal <> 'AWS Internal' AND NOT contains(principal, ':role/aws-service-role/')`;
/** What somebody did himself, not what services did in his name. */
const OWN = `invokedBy IS NULL AND sourceIPAddress IS DISTINCT FROM 'AWS Internal' AND NOT ends_with(coalesce(sourceIPAddress, ''), '.amazonaws.com') AND ${ACTORS}`;
const NETWORK = `coalesce(nullif(regexp_extract(address, '^(\\d+\\.\\d+\\.|[0-9a-fA-F]+:[0-9a-fA-F]*:)'), ''), address)`;
const FAMILY = `nullif(lower(regexp_extract(ltrim(agent, '['), '^[^/ \\]]*')), '')`;
/** The console asks for dozens of things on every page. */
const BY_HAND = `NOT (${['Mozilla', 'AWS Internal', 'aws-internal', 'console', 'S3Console', 'signin', 'Coral'].map((it) => `starts_with(agent, '${it}')`).join(' OR ')})`;
const API = `eventSource || ' ' || eventName`;

/** Bounds of a time window as SQL over `column`. The bounds are parsed before: nothing of them but digits gets here. */
export function within({ since, until }: Window, column: string): string {
  const bound = (value: string, sign: string): string =>
    `${column} ${sign} TIMESTAMP '${new Date(Date.parse(value)).toISOString().replace('T', ' ').replace('Z', '')}'`;
  return [since === undefined ? 'true' : bound(since, '>='), until === undefined ? 'true' : bound(until, '<')].join(' AND ');
}

/** One pass: profiles, first appearances, and refusals that turned into success, told apart by `kind`. */
const HABITS = (window: Window): string => `WITH raw_cell AS (
  ${CELLS(`eventSource IS DISTINCT FROM 'signin.amazonaws.com'`, 'false')} UNION ALL ${CELLS(`eventSource = 'signin.amazonaws.com'`, `coalesce(${NOT_IN}, false)`)}
),
cell AS MATERIALIZED (
  SELECT *, coalesce(${API}, '') AS api, CASE WHEN notIn THEN 'denied' WHEN coalesce(errorCode, '') = '' THEN 'done' WHEN ${REFUSED} THEN 'denied' ELSE 'failed' END AS outcome
  FROM (SELECT *, address AS sourceIPAddress, NULL AS invokedBy FROM raw_cell) WHERE ${OWN}
),
seen AS MATERIALIZED (SELECT * FROM cell WHERE ${within(window, 'last')} AND ${within({ until: window.until }, 'first')}),
dim AS (
  SELECT principal, 'api' AS dim, api AS value, uses, first, n FROM cell WHERE outcome <> 'denied'
  UNION ALL SELECT principal, 'region', region, uses, first, n FROM cell
  UNION ALL SELECT principal, 'address', ${NETWORK}, uses, first, n FROM cell
  UNION ALL SELECT principal, 'agent', ${FAMILY}, uses, first, n FROM cell
),
value AS (SELECT principal, dim, value, sum(uses) AS uses, min(first) AS first, arg_min(n, (first, n)) AS n FROM dim WHERE value IS NOT NULL GROUP BY ALL),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY principal, dim ORDER BY first, value) - 1 AS earlier, coalesce(sum(uses) OVER (PARTITION BY principal, dim ORDER BY first, value
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS earlierUses, min(first) OVER (PARTITION BY principal) AS begin FROM value
),
top AS (
  SELECT principal, dim, to_json(list(value ORDER BY uses DESC, value)[:20])::VARCHAR AS list, count(*) AS count FROM (
    SELECT principal, 'api' AS dim, api AS value, sum(uses) AS uses FROM seen GROUP BY ALL
    UNION ALL SELECT principal, 'region', region, sum(uses) FROM seen WHERE region IS NOT NULL GROUP BY ALL
    UNION ALL SELECT principal, 'address', address, sum(uses) FROM seen WHERE address IS NOT NULL GROUP BY ALL
    UNION ALL SELECT principal, 'agent', ${FAMILY}, sum(uses) FROM seen WHERE ${FAMILY} IS NOT NULL GROUP BY ALL) GROUP BY principal, dim
),
flip AS (
  SELECT principal, api, min(first) FILTER (outcome = 'denied') AS refused, arg_min(n, (first, n)) FILTER (outcome = 'denied') AS refusedN,
    min(first) FILTER (outcome = 'done') AS done, arg_min(n, (first, n)) FILTER (outcome = 'done') AS doneN, sum(uses) FILTER (outcome = 'denied') AS uses
  -- Whoever mistypes a password and signs in then has gained nothing; guessing is told otherwise.
  FROM cell WHERE api <> 'signin.amazonaws.com ConsoleLogin' GROUP BY principal, api HAVING refused < done
)
SELECT 'profile' AS kind, principal, min(identityType) AS dim, NULL AS value, sum(uses)::BIGINT AS uses, min(first) AS first, max(last) AS last, NULL::BIGINT AS n, NULL::BIGINT AS n2,
  NULL::BIGINT AS earlier, NULL::BIGINT AS earlierUses, coalesce(sum(uses) FILTER (outcome = 'denied'), 0)::BIGINT AS count FROM seen GROUP BY principal
UNION ALL SELECT 'top', principal, dim, list, NULL, NULL, NULL, NULL, NULL, NULL, NULL, count FROM top
UNION ALL SELECT 'new', principal, dim, value, uses::BIGINT, first, begin, n, NULL, earlier, earlierUses::BIGINT, NULL FROM ranked
  WHERE earlier BETWEEN 1 AND 500 AND earlierUses >= 5 AND first >= begin + INTERVAL 3 HOUR AND ${within(window, 'first')}
UNION ALL SELECT 'flip', principal, 'api', api, uses::BIGINT, refused, done, refusedN, doneN, NULL, NULL, NULL FROM flip WHERE ${within(window, 'done')}
ORDER BY kind, principal, first, value`;

/** Lambda's older APIs carry a date in their names. */
const DATED = ['UpdateFunctionCode', 'AddPermission', 'CreateFunction'].flatMap((api) => ['20150331', '20150331v2'].map((date) => `${api}${date}`));
const NOTABLE = names([...ACT_NAMES, ...GRANTING.map((api) => api.slice(api.indexOf(':') + 1)), ...DATED, 'AddLayerVersionPermission20181031']);
const ACTS = (
  window: Window,
): string => `SELECT principal, ${API} AS api, CASE WHEN errorCode IS NULL THEN 'done' WHEN ${REFUSED} THEN 'denied' WHEN errorCode LIKE '%DryRun%' THEN 'dry-run' ELSE 'failed' END AS outcome,
  count(*) AS uses, count(DISTINCT time::DATE) AS days, min(time) AS first, max(time) AS last,
  count(*) FILTER (${within(window, 'time')}) AS inside, to_json(list(n ORDER BY time, n)[:20])::VARCHAR AS ns
FROM events WHERE eventName IN (${NOTABLE}) AND ${OWN}
GROUP BY ALL HAVING inside > 0 ORDER BY principal, first, api, outcome`;

/** Ten-minute windows; the biggest of each kind, and on how many days such were. */
const BURSTS = (window: Window): string => `WITH dense AS (
  -- Most windows are too thin for anything: one cheap count spares the rest.
  SELECT principal, time_bucket(INTERVAL 10 MINUTE, time) AS bucket FROM events
  WHERE time IS NOT NULL AND invokedBy IS NULL AND (errorCode IS NOT NULL OR eventName IN (${names([...DISCOVERY, ...SECRETS])}))
  GROUP BY ALL HAVING count(*) >= 8 OR count(errorCode) >= 4
),
act AS MATERIALIZED (
  SELECT principal, time_bucket(INTERVAL 10 MINUTE, time) AS bucket, eventSource, eventName, errorCode, userAgent, count(*) AS uses,
    arg_min(n, (time, n)) AS n, arg_max(n, (time, n)) AS n2, min(time) AS first, max(time) AS last
  FROM events WHERE time IS NOT NULL AND (errorCode IS NOT NULL OR eventName IN (${names([...DISCOVERY, ...SECRETS])})) AND ${OWN}
    AND (principal, time_bucket(INTERVAL 10 MINUTE, time)) IN (SELECT principal, bucket FROM dense) GROUP BY ALL
),
told AS MATERIALIZED (
  SELECT principal, bucket, ${API} AS api, CASE WHEN ${REFUSED} THEN 'denials' WHEN eventName IN (${names(SECRETS)}) THEN 'secrets' WHEN eventName IN (${names(DISCOVERY)}) THEN 'enumeration' END AS kind, sum(uses) AS uses
  FROM act WHERE ${REFUSED} OR ${BY_HAND.replaceAll('agent', `ltrim(coalesce(userAgent, ''), '[')`)} GROUP BY ALL
),
slot AS (
  SELECT principal, kind, bucket, sum(uses) AS uses, count(*) AS apis FROM told WHERE kind IS NOT NULL
  GROUP BY principal, kind, bucket HAVING (kind = 'enumeration' AND count(*) >= 8) OR (kind = 'denials' AND (count(*) >= 4 OR sum(uses) >= 10)) OR (kind = 'secrets' AND sum(uses) >= 10)
),
biggest AS MATERIALIZED (
  SELECT principal, kind, count(*) AS slots, count(DISTINCT bucket::DATE) AS days, arg_max(bucket, (uses, -epoch(bucket))) AS bucket, max(uses)::BIGINT AS uses, max(apis) AS apis
  FROM slot WHERE ${within(window, 'bucket')} GROUP BY principal, kind
)
SELECT b.*, b.bucket AS first, e.n, e.n2, (SELECT to_json(list(api ORDER BY api)[:12])::VARCHAR FROM told t WHERE t.principal = b.principal AND t.kind = b.kind AND t.bucket = b.bucket) AS list
FROM biggest b JOIN (
  SELECT o.principal, o.bucket, o.kind, arg_min(n, (first, n)) AS n, arg_max(n2, (last, n2)) AS n2 FROM act JOIN biggest o ON act.principal = o.principal AND act.bucket = o.bucket
  WHERE CASE kind WHEN 'denials' THEN ${REFUSED} WHEN 'secrets' THEN eventName IN (${names(SECRETS)}) ELSE eventName IN (${names(DISCOVERY)}) END GROUP BY ALL) e
  ON e.principal = b.principal AND e.kind = b.kind ORDER BY b.principal, b.kind`;

/** Without a window, what is known of the uses of each key is enough. */
const KEYS = (
  window: Window,
): string => `SELECT principal, count(*) AS count, to_json(list(key ORDER BY key LIKE 'ASIA%', uses DESC, key)[:50])::VARCHAR AS list FROM (
  SELECT principal, accessKeyId AS key, ${
    window.since === undefined && window.until === undefined
      ? 'sum(uses) AS uses FROM session_places'
      : `count(*) AS uses FROM events WHERE accessKeyId IS NOT NULL AND ${within(window, 'time')}`
  } GROUP BY ALL) GROUP BY principal`;

export interface Aggregates {
  readonly habits: readonly Row[];
  readonly acts: readonly Row[];
  readonly bursts: readonly Row[];
  readonly keys: ReadonlyMap<string, Row>;
}
export async function aggregatesOf(db: Queryable, window: Window): Promise<Aggregates> {
  await prepare(db, 'places');
  const habits = await db.query(HABITS(window));
  const acts = await db.query(ACTS(window));
  const bursts = await db.query(BURSTS(window));
  const keys = await db.query(KEYS(window));
  return { habits, acts, bursts, keys: new Map(keys.flatMap((row) => (str(row.principal) ? [[row.principal as string, row] as const] : []))) };
}
