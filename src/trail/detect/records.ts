import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { readRecord, type TrailEvent, type TrailRecord } from '../event.ts';
import { DERIVED } from '../store/columns.ts';
import { rowsOf } from '../store/duckdb.ts';

/** More events than these are looked for by a join. */
const MOST_NAMED = 5_000;

/** Of the call; these are decided over and read at once. */
const CALL = ['eventSource', 'eventName', 'awsRegion', 'sourceIPAddress', 'userAgent', 'errorCode', 'errorMessage', 'requestParameters'] as const;
/** Of the call too: long, and few detections look at them (`Detection.looksFurther`). */
const FURTHER = ['responseElements', 'additionalEventData', 'eventID'] as const;
const END = ['eventType', 'recipientAccountId', 'eventCategory', 'resources'] as const;
const IDENTITY = [
  ...['identityType', 'principalId', 'arn', 'accountId', 'accessKeyId', 'userName', 'invokedBy'],
  ...['issuerType', 'issuerPrincipalId', 'issuerArn', 'issuerAccountId', 'issuerUserName', 'sessionCreated', 'mfaAuthenticated'],
] as const;

/** Columns of calls that are kept of each candidate. */
export const KEPT = ['n', 'i', 'e', 'time', 'rest', ...CALL].join(', ');
/** Members of a record that our own detections read. Others cost time and are left out; the contract of detections holds them to these. */
export const READ: ReadonlySet<string> = new Set(['eventTime', ...CALL, ...FURTHER, ...END, 'userIdentity']);
/** Those of them for which a detection says that it looks further. */
export const READ_FURTHER: ReadonlySet<string> = new Set(FURTHER);

const NAMES = ['n', 'single', 'whole', 'eventTime', ...CALL, ...FURTHER, ...END, ...IDENTITY] as const;
const PLACES = Object.fromEntries(NAMES.map((name, place) => [name, place]));
const EXPRESSIONS: Readonly<Record<string, string>> = { n: 'n::DOUBLE', eventTime: DERIVED.eventTime! };
const LATE: readonly string[] = FURTHER;

const memberOf = (json: unknown): unknown => (json === null ? undefined : readRecord(`{"it":${json}}`).it);

/** Values are taken over when they are asked for: most never are, and taking over costs more than most detections. */
function recordOf(chunk: DuckDBDataChunk, row: number, missed: () => void): TrailRecord {
  const value = (name: string): unknown => chunk.getColumnVector(PLACES[name]!).getItem(row);
  const further = (name: string): unknown => {
    if (value('whole') === true) return value(name);
    missed();
    return null;
  };
  const parsed = new Map<string, unknown>();
  const json = (name: string, from = value): unknown => {
    if (!parsed.has(name)) parsed.set(name, memberOf(from(name)));
    return parsed.get(name);
  };
  const sessionIssuer = {
    get type() {
      return value('issuerType');
    },
    get principalId() {
      return value('issuerPrincipalId');
    },
    get arn() {
      return value('issuerArn');
    },
    get accountId() {
      return value('issuerAccountId');
    },
    get userName() {
      return value('issuerUserName');
    },
  };
  const attributes = {
    get creationDate() {
      return value('sessionCreated');
    },
    get mfaAuthenticated() {
      return value('mfaAuthenticated');
    },
  };
  const userIdentity = {
    get type() {
      return value('identityType');
    },
    get principalId() {
      return value('principalId');
    },
    get arn() {
      return value('arn');
    },
    get accountId() {
      return value('accountId');
    },
    get accessKeyId() {
      return value('accessKeyId');
    },
    get userName() {
      return value('userName');
    },
    get invokedBy() {
      return value('invokedBy');
    },
    sessionContext: { sessionIssuer, attributes },
  };
  const record = {
    userIdentity,
    get eventTime() {
      return value('eventTime');
    },
    get eventSource() {
      return value('eventSource');
    },
    get eventName() {
      return value('eventName');
    },
    get awsRegion() {
      return value('awsRegion');
    },
    get sourceIPAddress() {
      return value('sourceIPAddress');
    },
    get userAgent() {
      return value('userAgent');
    },
    get errorCode() {
      return value('errorCode');
    },
    get errorMessage() {
      return value('errorMessage');
    },
    get eventType() {
      return value('eventType');
    },
    get recipientAccountId() {
      return value('recipientAccountId');
    },
    get eventCategory() {
      return value('eventCategory');
    },
    get eventID() {
      return further('eventID');
    },
    get requestParameters() {
      return json('requestParameters');
    },
    get resources() {
      return json('resources');
    },
    get responseElements() {
      return json('responseElements', further);
    },
    get additionalEventData() {
      return json('additionalEventData', further);
    },
  };
  return record as unknown as TrailRecord;
}

/**
 * Events of the temporary table `candidates` (the columns `KEPT`, and `single`), in order of time. The number of an event that is `single` is put into `singles`
 * before it is given. Further columns are fetched for those for which `whole` holds, a condition over the table; `missed` is told when others are asked for theirs.
 */
export async function* recordsOf(connection: DuckDBConnection, whole: string, singles: Set<number>, missed: () => void): AsyncGenerator<TrailEvent> {
  const few = await rowsOf(connection, `SELECT n FROM candidates WHERE ${whole} LIMIT ${MOST_NAMED + 1}`);
  const these = few.length > MOST_NAMED ? `SELECT n FROM candidates WHERE ${whole}` : few.map(({ n }) => n).join();
  const more = few.length === 0 ? '' : ` LEFT JOIN (SELECT n, true AS whole, ${FURTHER.join(', ')} FROM parts.calls WHERE n IN (${these})) USING (n)`;
  const expression = (name: string): string => (few.length === 0 && (LATE.includes(name) || name === 'whole') ? 'NULL' : (EXPRESSIONS[name] ?? name));
  const result = await connection.stream(
    `SELECT ${NAMES.map(expression).join(', ')} FROM candidates JOIN parts.identities USING (i) JOIN parts.ends USING (e)${more} ORDER BY time, candidates.n`,
  );
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    const [numbers, single] = [chunk.getColumnValues(PLACES.n!), chunk.getColumnValues(PLACES.single!)];
    for (const [row, n] of (numbers as number[]).entries()) {
      if (single[row] === true) singles.add(n);
      yield { n, record: recordOf(chunk, row, missed) };
    }
  }
}
