import { prepare } from '../sessions/prepare.ts';
import type { Row } from '../sessions/rows.ts';
import type { Queryable } from '../sessions/words.ts';
import type { Window } from './words.ts';

/** Refusals, as `outcomeOf` of event.ts; each code is looked at once. */
export const REFUSED = '(errorCode IS NOT NULL AND errorCode IN (SELECT code FROM identity_refusals))';
const REFUSAL = `(errorCode IS NOT NULL AND regexp_matches(errorCode, '(?i)AccessDenied|UnauthorizedOperation|UnauthorizedAccess|NotAuthorized|AuthFailure|Forbidden|^AuthorizationError|InvalidClientTokenId|ExplicitDeny'))`;
/** People, roles, users and keys; not AWS's own services, nor the roles that are theirs. */
const ACTORS = `identityType IS DISTINCT FROM 'AWSService' AND principal IS NOT NULL AND NOT ends_with(principal, '.amazonaws.com') AND NOT ends_with(principal, '.amazonaws.com.cn')
  AND principal <> 'AWS Internal' AND NOT contains(principal, ':role/aws-service-role/')`;
const ELSEWHERE = `(sourceIPAddress IS NULL OR (sourceIPAddress <> 'AWS Internal' AND NOT ends_with(sourceIPAddress, '.amazonaws.com')))`;
/** What somebody did himself, not what services did in his name. Addresses are looked at in every event only where there are some to leave out. */
export async function ownOf(db: Queryable): Promise<string> {
  await prepare(db, 'places');
  const elsewhere = (await db.query(`SELECT 1 FROM session_places WHERE own AND NOT ${ELSEWHERE} LIMIT 1`)).length > 0;
  return `invokedBy IS NULL AND ${ACTORS}${elsewhere ? ` AND ${ELSEWHERE}` : ''}`;
}
export const API = `eventSource || ' ' || eventName`;

/** Bounds of a time window as SQL over `column`. The bounds are parsed before: nothing of them but digits gets here. */
export function within({ since, until }: Window, column: string): string {
  const bound = (value: string, sign: string): string =>
    `${column} ${sign} TIMESTAMP '${new Date(Date.parse(value)).toISOString().replace('T', ' ').replace('Z', '')}'`;
  return [since === undefined ? 'true' : bound(since, '>='), until === undefined ? 'true' : bound(until, '<')].join(' AND ');
}

/** A sign-in that failed, as `outcomeOf` has it. Answers are long: they are read of sign-ins only. */
const NOT_IN = `coalesce((eventName = 'ConsoleLogin' AND coalesce(responseElements->>'$.ConsoleLogin', '') = 'Failure') OR (coalesce(errorMessage, '') = 'Failed authentication' AND coalesce(errorCode, '') = ''), false)`;
const SIGN_IN = `eventSource = 'signin.amazonaws.com'`;
const NETWORK = `coalesce(nullif(regexp_extract(address, '^(\\d+\\.\\d+\\.|[0-9a-fA-F]+:[0-9a-fA-F]*:)'), ''), address)`;
const FAMILY = `nullif(lower(regexp_extract(ltrim(agent, '['), '^[^/ \\]]*')), '')`;
const SUMS = 'count(*) AS uses, min(time) AS first, max(time) AS last, arg_min(n, (time, n)) AS n';

/** Uses that are alike in API, Region and how they ended. */
const apisOf = (own: string, notIn: string, which: string): string =>
  `SELECT principal, eventSource, eventName, awsRegion AS region, errorCode, ${notIn} AS notIn, ${SUMS} FROM events WHERE ${own} AND ${which} GROUP BY ALL`;
async function prepareApis(db: Queryable, own: string): Promise<void> {
  await db.query(`CREATE OR REPLACE TEMP TABLE identity_apis AS ${apisOf(own, 'false', 'true')}`);
  await db.query(
    `CREATE OR REPLACE TEMP TABLE identity_refusals AS SELECT errorCode AS code FROM (SELECT DISTINCT errorCode FROM identity_apis) WHERE ${REFUSAL}`,
  );
  if ((await db.query(`SELECT 1 FROM identity_apis WHERE ${SIGN_IN} LIMIT 1`)).length === 0) return;
  await db.query(`DELETE FROM identity_apis WHERE ${SIGN_IN}`);
  await db.query(`INSERT INTO identity_apis ${apisOf(own, NOT_IN, SIGN_IN)}`);
}
const OUTCOME = `CASE WHEN notIn THEN 'denied' WHEN coalesce(errorCode, '') = '' THEN 'done' WHEN ${REFUSED} THEN 'denied' ELSE 'failed' END AS outcome`;

/** In a window the uses that are alike in everything count with those of them that lie outside. */
const seenIn = (own: string, window: Window): string => {
  if (window.since === undefined && window.until === undefined) return 'seen_place AS (FROM place), seen_api AS (FROM api)';
  const cells = (which: string, notIn: string): string =>
    `SELECT principal, identityType, eventSource, eventName, awsRegion AS region, sourceIPAddress AS address, userAgent AS agent, errorCode, ${notIn} AS notIn, ${SUMS}
     FROM events WHERE ${own} AND ${which} GROUP BY ALL`;
  return `cell AS (${cells(`eventSource IS DISTINCT FROM 'signin.amazonaws.com'`, 'false')} UNION ALL ${cells(SIGN_IN, NOT_IN)}),
  seen AS MATERIALIZED (SELECT *, coalesce(${API}, '') AS api, ${OUTCOME} FROM cell WHERE ${within(window, 'last')} AND ${within({ until: window.until }, 'first')}),
  seen_place AS (FROM seen), seen_api AS (FROM seen)`;
};

/** Profiles, first appearances, and refusals that turned into success, told apart by `kind`. */
const HABITS = (own: string, window: Window): string => `WITH place AS MATERIALIZED (
  SELECT principal, identityType, sourceIPAddress AS address, agent, sum(uses) AS uses, min(first) AS first, max(last) AS last, arg_min(n, (first, n)) AS n
  FROM session_places WHERE own AND ${ACTORS} AND ${ELSEWHERE} GROUP BY ALL
),
api AS MATERIALIZED (SELECT *, coalesce(${API}, '') AS api, ${OUTCOME} FROM identity_apis),
${seenIn(own, window)},
dim AS (
  SELECT principal, 'api' AS dim, api AS value, uses, first, n FROM api WHERE outcome <> 'denied'
  UNION ALL SELECT principal, 'region', region, uses, first, n FROM api
  UNION ALL SELECT principal, 'address', ${NETWORK}, uses, first, n FROM place
  UNION ALL SELECT principal, 'agent', ${FAMILY}, uses, first, n FROM place
),
value AS (SELECT principal, dim, value, sum(uses) AS uses, min(first) AS first, arg_min(n, (first, n)) AS n FROM dim WHERE value IS NOT NULL GROUP BY ALL),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY principal, dim ORDER BY first, value) - 1 AS earlier, coalesce(sum(uses) OVER (PARTITION BY principal, dim ORDER BY first, value
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS earlierUses, min(first) OVER (PARTITION BY principal) AS begin FROM value
),
top AS (
  SELECT principal, dim, to_json(list(value ORDER BY uses DESC, value)[:20])::VARCHAR AS list, count(*) AS count FROM (
    SELECT principal, 'api' AS dim, api AS value, sum(uses) AS uses FROM seen_api GROUP BY ALL
    UNION ALL SELECT principal, 'region', region, sum(uses) FROM seen_api WHERE region IS NOT NULL GROUP BY ALL
    UNION ALL SELECT principal, 'address', address, sum(uses) FROM seen_place WHERE address IS NOT NULL GROUP BY ALL
    UNION ALL SELECT principal, 'agent', ${FAMILY}, sum(uses) FROM seen_place WHERE ${FAMILY} IS NOT NULL GROUP BY ALL) GROUP BY principal, dim
),
flip AS (
  SELECT principal, api, min(first) FILTER (outcome = 'denied') AS refused, arg_min(n, (first, n)) FILTER (outcome = 'denied') AS refusedN,
    min(first) FILTER (outcome = 'done') AS done, arg_min(n, (first, n)) FILTER (outcome = 'done') AS doneN, sum(uses) FILTER (outcome = 'denied') AS uses
  -- Whoever mistypes a password and signs in then has gained nothing; guessing is told otherwise.
  FROM api WHERE api <> 'signin.amazonaws.com ConsoleLogin' GROUP BY principal, api HAVING refused < done
),
refused AS (SELECT principal, sum(uses) AS count FROM seen_api WHERE outcome = 'denied' GROUP BY principal)
SELECT 'profile' AS kind, principal, min(identityType) AS dim, NULL AS value, sum(uses)::BIGINT AS uses, min(first) AS first, max(last) AS last, NULL::BIGINT AS n, NULL::BIGINT AS n2,
  NULL::BIGINT AS earlier, NULL::BIGINT AS earlierUses, coalesce(any_value(refused.count), 0)::BIGINT AS count FROM seen_place LEFT JOIN refused USING (principal) GROUP BY principal
UNION ALL SELECT 'top', principal, dim, list, NULL, NULL, NULL, NULL, NULL, NULL, NULL, count FROM top
UNION ALL SELECT 'new', principal, dim, value, uses::BIGINT, first, begin, n, NULL, earlier, earlierUses::BIGINT, NULL FROM ranked
  WHERE earlier BETWEEN 1 AND 500 AND earlierUses >= 5 AND first >= begin + INTERVAL 3 HOUR AND ${within(window, 'first')}
UNION ALL SELECT 'flip', principal, 'api', api, uses::BIGINT, refused, done, refusedN, doneN, NULL, NULL, NULL FROM flip WHERE ${within(window, 'done')}
ORDER BY kind, principal, first, value`;

/** What principals do, and what they did for the first time: rows of `profile`, `top`, `new` and `flip`. Leaves the tables `identity_apis` and `identity_refusals`. */
export async function habitsOf(db: Queryable, own: string, window: Window): Promise<readonly Row[]> {
  await prepareApis(db, own);
  return db.query(HABITS(own, window));
}
