import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  VARCHAR,
} from '@duckdb/node-api';
import { at, issuedKeyOf, numberOf, principalOf, readRecord, type TrailEvent, type TrailRecord, text, timeOf } from '../event.ts';

type Value = string | number | boolean | null;
/** What the store of a trail offers to those who read it. */
export interface MemoryStore {
  query(sql: string, values?: readonly Value[]): Promise<Record<string, unknown>[]>;
  events(where: string, values?: readonly Value[]): AsyncIterable<TrailEvent>;
  close(): void;
}
/** A log file of a made trail: it takes the next `records` of the list, the last one all that are left. */
export interface MadeSource {
  readonly file: string;
  readonly records?: number;
  readonly kind?: string;
  readonly account?: string;
  readonly region?: string;
}
export interface MadeProblem {
  readonly source: number;
  readonly file: string;
  readonly offset: number;
  readonly why: string;
}

const identity = (member: string) => (record: TrailRecord) => text(record, `userIdentity.${member}`);
const issuer = (member: string) => identity(`sessionContext.sessionIssuer.${member}`);
const plain = (member: string) => (record: TrailRecord) => text(record, member);
const jsonOf = (member: string) => (record: TrailRecord) => {
  const value = at(record, member);
  return value === undefined || value === null ? undefined : JSON.stringify(value);
};
/** VARCHAR columns of `events` in their order, `raw` apart. */
const TEXTS: readonly (readonly [string, (record: TrailRecord) => string | undefined])[] = [
  ...['eventTime', 'eventSource', 'eventName', 'awsRegion', 'sourceIPAddress', 'userAgent', 'errorCode', 'errorMessage', 'eventID'].map(
    (name) => [name, plain(name)] as const,
  ),
  ...['eventType', 'eventCategory', 'recipientAccountId', 'sharedEventID'].map((name) => [name, plain(name)] as const),
  ['identityType', identity('type')],
  ...['principalId', 'arn', 'accountId', 'accessKeyId', 'userName', 'invokedBy'].map((name) => [name, identity(name)] as const),
  ['issuerArn', issuer('arn')],
  ['issuerType', issuer('type')],
  ['issuerAccountId', issuer('accountId')],
  ['issuerUserName', issuer('userName')],
  ['sessionCreated', identity('sessionContext.attributes.creationDate')],
  ['mfaAuthenticated', identity('sessionContext.attributes.mfaAuthenticated')],
  ['sourceIdentity', identity('sessionContext.sourceIdentity')],
  ...['vpcEndpointId', 'vpcEndpointAccountId'].map((name) => [name, plain(name)] as const),
  ['ec2RoleDelivery', identity('sessionContext.ec2RoleDelivery')],
  ...['requestParameters', 'responseElements', 'serviceEventDetails', 'additionalEventData', 'resources'].map((name) => [name, jsonOf(name)] as const),
  ['principal', principalOf],
  ['issuedKey', issuedKeyOf],
];

/** Rows as the store gives them: BIGINT and HUGEINT numbers, TIMESTAMP ISO text, lists and structs plain. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof DuckDBTimestampValue) return new Date(Number(value.micros / 1000n)).toISOString();
  if (value instanceof DuckDBListValue) return value.items.map(plainValue);
  if (value instanceof DuckDBStructValue) return Object.fromEntries(Object.entries(value.entries).map(([name, item]) => [name, plainValue(item)]));
  return value;
}
const typesOf = (values: readonly Value[]) =>
  values.map((value) => (typeof value === 'number' ? (Number.isSafeInteger(value) ? BIGINT : DOUBLE) : typeof value === 'boolean' ? BOOLEAN : VARCHAR));
const bound = (values: readonly Value[]) => values.map((value) => (Number.isSafeInteger(value) ? BigInt(value as number) : value));

async function fill(connection: DuckDBConnection, records: readonly TrailRecord[], sources: readonly MadeSource[]): Promise<void> {
  await connection.run(
    `CREATE TABLE every (n BIGINT, source INTEGER, record INTEGER, time TIMESTAMP, readOnly BOOLEAN, ${TEXTS.map(([name]) => `${name} VARCHAR`).join(', ')}, raw VARCHAR)`,
  );
  await connection.run(
    'CREATE TABLE sources (source INTEGER, file VARCHAR, sha256 VARCHAR, bytes BIGINT, records BIGINT, kind VARCHAR, account VARCHAR, region VARCHAR)',
  );
  const rows = await connection.createAppender('every');
  const files = await connection.createAppender('sources');
  const put = (value: string | undefined, to = rows) => (value === undefined ? to.appendNull() : to.appendVarchar(value));
  let next = 0;
  sources.forEach((made, source) => {
    const count = source === sources.length - 1 ? records.length - next : Math.min(made.records ?? records.length, records.length - next);
    let bytes = 0;
    for (let record = 0; record < count; record++) {
      const it = records[next++]!;
      const raw = JSON.stringify(it);
      bytes += Buffer.byteLength(raw) + 1;
      rows.appendBigInt(BigInt(numberOf(source, record)));
      rows.appendInteger(source);
      rows.appendInteger(record);
      const time = /^\d{4}-\d\d-\d\dT/.test(text(it, 'eventTime') ?? '') ? timeOf(it) : Number.NaN;
      if (Number.isNaN(time)) rows.appendNull();
      else rows.appendTimestamp(new DuckDBTimestampValue(BigInt(time) * 1000n));
      const readOnly = text(it, 'readOnly');
      if (readOnly === 'true' || readOnly === 'false') rows.appendBoolean(readOnly === 'true');
      else rows.appendNull();
      for (const [, of] of TEXTS) put(of(it));
      rows.appendVarchar(raw);
      rows.endRow();
    }
    files.appendInteger(source);
    files.appendVarchar(made.file);
    files.appendVarchar(source.toString(16).padStart(64, '0'));
    files.appendBigInt(BigInt(bytes));
    files.appendBigInt(BigInt(count));
    put(made.kind ?? 'cloudtrail', files);
    put(made.account, files);
    put(made.region, files);
    files.endRow();
  });
  rows.closeSync();
  files.closeSync();
}

/**
 * A store of a made trail, in memory, with the views `events` (duplicates by event id and recipient account left out), `sources` and `problems`.
 * For tests only: nothing is validated as the readers do.
 */
export async function storeOf(
  records: readonly TrailRecord[],
  { sources = [{ file: 'made.json' }], problems = [] }: { readonly sources?: readonly MadeSource[]; readonly problems?: readonly MadeProblem[] } = {},
): Promise<MemoryStore> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', enable_external_access: 'false' });
  const connection = await instance.connect();
  await fill(connection, records, sources);
  await connection.run(
    `CREATE VIEW events AS SELECT * FROM every QUALIFY eventID IS NULL OR row_number() OVER (PARTITION BY eventID, recipientAccountId ORDER BY n) = 1`,
  );
  await connection.run('CREATE TABLE problems (source INTEGER, file VARCHAR, "offset" BIGINT, why VARCHAR)');
  for (const { source, file, offset, why } of problems)
    await connection.run('INSERT INTO problems VALUES ($1, $2, $3, $4)', bound([source, file, offset, why]), typesOf([source, file, offset, why]));
  const query = async (sql: string, values: readonly Value[] = []) => {
    const rows = (await connection.runAndReadAll(sql, bound(values), typesOf(values))).getRowObjects();
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)])));
  };
  return {
    query,
    async *events(where, values = []) {
      for (const { n, raw } of await query(`SELECT n, raw FROM events WHERE (${where}) ORDER BY time NULLS LAST, n`, values))
        yield { n: n as number, record: readRecord(raw as string) };
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
