import { text } from '../../kernel/index.ts';
import { prepare } from './prepare.ts';
import { accountOf, numbers, str, strings } from './rows.ts';
import type { Edge, Queryable } from './words.ts';

/** A service's session in the caller's name begins with the caller's call. */
const WINDOW_SECONDS = 10;
/**
 * What services did in a user's name (`invokedBy`, with a temporary key of the user): the key that called just before the session began.
 * Sessions of roles and of the console keep their beginning, so their forwarded keys are found with them and are not here.
 */
const FORWARDS = `WITH forwarded AS MATERIALIZED (
  SELECT arn, accessKeyId AS key, invokedBy AS service, sessionCreated, try_cast(sessionCreated AS TIMESTAMP) AS created, count(*) AS uses, min(time) AS first, max(time) AS last,
    arg_min(n, (time, n)) AS firstEvent
  FROM events WHERE invokedBy IS NOT NULL AND identityType IN ('IAMUser', 'Root') AND accessKeyId LIKE 'ASIA%' AND arn IS NOT NULL AND sessionCreated IS NOT NULL
    AND mfaAuthenticated IS DISTINCT FROM 'true' -- A long-lived key has no MFA to pass on.
  GROUP BY ALL
),
direct AS (
  -- Begun by a person at the console: used without a service too.
  SELECT DISTINCT arn, sessionCreated FROM events
  WHERE invokedBy IS NULL AND identityType IN ('IAMUser', 'Root') AND accessKeyId LIKE 'ASIA%' AND sessionCreated IS NOT NULL AND arn IN (SELECT arn FROM forwarded)
),
called AS (
  SELECT arn, accessKeyId AS key, time, min(n) AS n FROM events
  WHERE invokedBy IS NULL AND accessKeyId LIKE 'AKIA%' AND time IS NOT NULL AND arn IN (SELECT arn FROM forwarded) GROUP BY ALL
),
pair AS (
  SELECT f.*, c.key AS parent, c.n AS cause FROM (SELECT * FROM forwarded ANTI JOIN direct USING (arn, sessionCreated)) f ASOF JOIN called c ON f.arn = c.arn AND f.created >= c.time
  WHERE f.created IS NOT NULL AND f.created - c.time <= INTERVAL ${WINDOW_SECONDS} SECOND
)
SELECT arn, parent, service, to_json(list(DISTINCT key ORDER BY key))::VARCHAR AS keys, to_json(list(cause ORDER BY cause))::VARCHAR AS causes, sum(uses)::BIGINT AS uses,
  min(first) AS first, max(last) AS last, arg_min(firstEvent, (first, firstEvent)) AS firstEvent
FROM pair GROUP BY arn, parent, service ORDER BY first, parent, service`;

export async function forwardsOf(db: Queryable): Promise<readonly Edge[]> {
  await prepare(db, 'places');
  const some = await db.query(`SELECT 1 FROM session_places WHERE accessKeyId IS NOT NULL AND NOT own AND identityType IN ('IAMUser', 'Root') LIMIT 1`);
  if (some.length === 0) return [];
  return (await db.query(FORWARDS)).map((row) => {
    const arn = row.arn as string;
    const causes = numbers(row.causes);
    const keys = strings(row.keys);
    return {
      issued: `${row.service as string} for ${row.parent as string}`,
      keys,
      issuedBy: row.parent as string,
      principal: arn,
      via: 'ForwardAccess',
      to: arn,
      account: accountOf(arn),
      time: str(row.first),
      n: causes[0]!,
      also: causes.slice(1, 20),
      uses: row.uses as number,
      firstUse: str(row.first),
      lastUse: str(row.last),
      firstUseEvent: row.firstEvent as number,
      fromIps: [],
      ips: 0,
      proof: 'inferred',
      why: text(
        'the service acted in the name of this user, in sessions that began within seconds of a call with this key',
        'el servicio actuó en nombre de este usuario, en sesiones que empezaron segundos después de una llamada con esta clave',
      ),
    };
  });
}
