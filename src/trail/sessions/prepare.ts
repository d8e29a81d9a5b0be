import type { Queryable } from './words.ts';

/** More than any number of an event: what stands above it in one whole number is compared first. */
export const ABOVE = 2n ** 54n;

/** The calls that give out keys; the key that was given out lies in JSON: only where it can be is it looked for. */
export const ISSUING = `((eventName >= 'Assume' AND eventName < 'Assumf') OR eventName IN ('GetSessionToken', 'GetFederationToken', 'CreateAccessKey', 'GetCredentialsForIdentity', 'GetRoleCredentials', 'GetTemporaryCredentials'))`;
/** Calls by which people come in, as rows without a key. */
const ENTERING = `eventName IN ('ConsoleLogin', 'SwitchRole', 'GetSigninToken', 'CreateLoginProfile', 'UpdateLoginProfile', 'CreateSession')`;

/**
 * `gives`: a record of a call that gave a key out, or the other account's record of one. `place`: of several records of one key the one with the least stands for the
 * call: the caller's own record knows the key that signed, the other account's knows only the caller's account. Below the rank lies the number.
 * The condition is one that DuckDB can ask the events' own columns; what else it lets in does no harm.
 */
const CALLS = `CREATE OR REPLACE TEMP TABLE session_calls AS
  SELECT n, time, eventName, issuedKey, accessKeyId, principal, accountId, recipientAccountId, sharedEventID,
    ${ISSUING} AND (issuedKey IS NOT NULL OR (sharedEventID IS NOT NULL AND eventSource = 'sts.amazonaws.com')) AS gives,
    ((accessKeyId IS NULL)::BIGINT * 3 + coalesce((identityType IN ('AWSAccount', 'AWSService'))::BIGINT, 2)) * ${ABOVE} + n AS place
  FROM events WHERE errorCode IS NULL AND (issuedKey IS NOT NULL OR ${ISSUING} OR ${ENTERING})`;
/** `own`: not by a service in somebody's name. `timed`: uses whose time is known. Calls without a key are there too. */
const PLACES = `CREATE OR REPLACE TEMP TABLE session_places AS
  SELECT accessKeyId, sourceIPAddress, arn, principal, identityType, invokedBy IS NULL AS own, userAgent AS agent, recipientAccountId, accountId,
    count(*) AS uses, count(time) AS timed, min(time) AS first, max(time) AS last, arg_min(n, (time, n)) AS n
  FROM events GROUP BY ALL`;

const TABLES = { calls: CALLS, places: PLACES } as const;
const prepared = new WeakMap<Queryable, Map<string, Promise<unknown>>>();
/**
 * Reads the trail once for all that is asked of sessions, into temporary tables: `calls` is `session_calls` (calls that succeeded and let
 * somebody in), `places` is `session_places` (a row for each key, address, program and what else tells uses of a key apart). What a store
 * holds does not change while it is open.
 */
export async function prepare(db: Queryable, ...names: readonly (keyof typeof TABLES)[]): Promise<void> {
  const known = prepared.get(db) ?? new Map<string, Promise<unknown>>();
  prepared.set(db, known);
  for (const name of names) {
    const made = known.get(name) ?? db.query(TABLES[name]);
    known.set(name, made);
    // A failure is told to whoever asked; the next one tries again.
    await made.catch((error: unknown) => {
      known.delete(name);
      throw error;
    });
  }
}
/** Whether there are such calls at all: looking at them is spared where there are none. */
export async function hasCalls(db: Queryable, ...names: readonly string[]): Promise<boolean> {
  await prepare(db, 'calls');
  return (await db.query(`SELECT 1 FROM session_calls WHERE eventName IN (${names.map((name) => `'${name}'`).join(', ')}) LIMIT 1`)).length > 0;
}
