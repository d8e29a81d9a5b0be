import type { DuckDBConnection } from '@duckdb/node-api';
import { type Row, rowsOf } from '../store/duckdb.ts';

/** The columns that most rules ask for: by them events are sorted into groups first, once for all rules. */
export const COMMON: ReadonlyMap<string, string> = new Map([
  ['eventSource', 'eventSource'],
  ['eventName', 'eventName'],
  ['errorCode', 'errorCode'],
  ['eventType', 'eventType'],
  ['userIdentity.type', 'identityType'],
  ['userIdentity.sessionContext.sessionIssuer.type', 'issuerType'],
]);

/** Of a call that was refused, failed or was a dry run, as `outcomeOf` has it; sign-ins that failed lie in `sigma_refused`. */
export const ATTEMPT = `(coalesce(errorCode, '') != '' OR coalesce(errorMessage, '') = 'Failed authentication' OR n IN (SELECT n FROM sigma_refused))`;

/** An event, with its time in microseconds. */
export interface At {
  readonly n: number;
  /** Null: no date. */
  readonly us: number | null;
}
/** Events that are alike in the common columns, and in whether they are attempts. */
export interface Group extends Row {
  readonly attempt: boolean;
  readonly events: number;
  /** The oldest few, in their order; those without a date are last. */
  readonly firsts: readonly At[];
  /** The latest; without any date, the one with the highest number. */
  readonly last: At;
}
/** What is told of many events; over `n`, `time` and `attempt`. */
export const TOLD = (examples: number): string =>
  `count(*)::DOUBLE AS events, min({'us': epoch_us(time)::DOUBLE, 'n': n::DOUBLE}, ${Math.max(1, examples)}) AS firsts,
   {'n': coalesce(arg_max(n, time), max(n))::DOUBLE, 'us': max(epoch_us(time))::DOUBLE} AS last`;

/** Oldest first, as the store orders them. */
export const inOrder = (a: At, b: At): number => (a.us ?? Number.POSITIVE_INFINITY) - (b.us ?? Number.POSITIVE_INFINITY) || a.n - b.n;
/** The latest of several. */
export const latest = (all: readonly At[]): At | undefined => {
  const dated = all.filter(({ us }) => us !== null);
  const some = dated.length > 0 ? dated : all;
  return some.reduce<At | undefined>((most, one) => (most === undefined || (one.us ?? one.n) > (most.us ?? most.n) ? one : most), undefined);
};

/**
 * All groups of events out of `calls`. Kinds of identities and of ends are few: they are numbered first, so that no event is joined with more than a small number.
 */
export async function groupsIn(connection: DuckDBConnection, calls: string, examples: number): Promise<readonly Group[]> {
  // Their answers are long: only those of sign-ins are read, and these once.
  await connection.run(`CREATE OR REPLACE TEMP TABLE sigma_refused AS SELECT n FROM ${calls}
    WHERE eventName = 'ConsoleLogin' AND (responseElements->>'$.ConsoleLogin') = 'Failure'`);
  const kinds = async (name: string, key: string, table: string, columns: string): Promise<readonly Row[]> => {
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT ${key}, (dense_rank() OVER (ORDER BY ${columns}))::INTEGER AS ${name}_kind, ${columns} FROM ${table}`,
    );
    return rowsOf(connection, `SELECT DISTINCT ${name}_kind AS kind, ${columns} FROM ${name}`);
  };
  const who = await kinds('sigma_who', 'i', 'parts.identities', 'identityType, issuerType');
  const ends = await kinds('sigma_end', 'e', 'parts.ends', 'eventType');
  const [whoOf, endOf] = [who, ends].map((rows) => new Map(rows.map(({ kind, ...columns }) => [kind, columns])));
  const rows = await rowsOf(
    connection,
    `SELECT eventSource, eventName, errorCode, ${ATTEMPT} AS attempt, sigma_who_kind, sigma_end_kind, ${TOLD(examples)}
     FROM ${calls} JOIN (SELECT i, sigma_who_kind FROM sigma_who) USING (i) JOIN (SELECT e, sigma_end_kind FROM sigma_end) USING (e) GROUP BY ALL`,
  );
  return rows.map(
    ({ sigma_who_kind, sigma_end_kind, ...row }) => ({ ...row, ...whoOf!.get(sigma_who_kind), ...endOf!.get(sigma_end_kind) }) as unknown as Group,
  );
}
