import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { readRecord, type TrailEvent, type TrailRecord } from '../event.ts';
import { DERIVED } from '../store/columns.ts';
import { rowsOf } from '../store/duckdb.ts';
import { packed, unpacked } from './packed.ts';

/** More events than these are looked for by a join. */
const MOST_NAMED = 5_000;

/** Of the call, short. */
const CALL = ['eventSource', 'eventName', 'awsRegion', 'sourceIPAddress', 'userAgent', 'errorCode', 'errorMessage'] as const;
/** Of the call too: long, and few detections look at them (`Detection.looksFurther`). */
const FURTHER = ['responseElements', 'additionalEventData', 'eventID'] as const;
const END = ['eventType', 'recipientAccountId', 'eventCategory'] as const;
const IDENTITY = [
  ...['identityType', 'principalId', 'arn', 'accountId', 'accessKeyId', 'userName', 'invokedBy'],
  ...['issuerType', 'issuerPrincipalId', 'issuerArn', 'issuerAccountId', 'issuerUserName', 'sessionCreated', 'mfaAuthenticated'],
] as const;
const SHORT = [...CALL, ...END, ...IDENTITY, DERIVED.eventTime!];

/** Columns of calls that are kept of each candidate. */
export const KEPT = ['n', 'i', 'e', 'time', 'rest', ...CALL, 'requestParameters'].join(', ');
/** Members of a record that our own detections read. Others cost time and are left out; the contract of detections holds them to these. */
export const READ: ReadonlySet<string> = new Set([...CALL, ...FURTHER, ...END, 'eventTime', 'requestParameters', 'resources', 'userIdentity']);
/** Those of them for which a detection says that it looks further. */
export const READ_FURTHER: ReadonlySet<string> = new Set(FURTHER);

export interface Candidate extends TrailEvent {
  /** Which conditions hold, as bits: the columns `held0` and so on. */
  readonly held: readonly number[];
}
type Texts = readonly (string | null)[];

const identityOf = ([
  type,
  principalId,
  arn,
  accountId,
  accessKeyId,
  userName,
  invokedBy,
  issuerType,
  issuerPrincipalId,
  issuerArn,
  issuerAccountId,
  issuerUserName,
  creationDate,
  mfaAuthenticated,
]: Texts) => ({
  type,
  principalId,
  arn,
  accountId,
  accessKeyId,
  userName,
  invokedBy,
  sessionContext: {
    sessionIssuer: { type: issuerType, principalId: issuerPrincipalId, arn: issuerArn, accountId: issuerAccountId, userName: issuerUserName },
    attributes: { creationDate, mfaAuthenticated },
  },
});
const memberOf = (json: string | null): unknown => (json === null ? undefined : readRecord(`{"it":${json}}`).it);

/** What is long is read when it is asked for. */
function recordOf(texts: Texts, long: (name: Long) => string | null): TrailRecord {
  const parsed: { [name in Long]?: unknown } = {};
  const json = (name: Long): unknown => {
    if (!(name in parsed)) parsed[name] = memberOf(long(name));
    return parsed[name];
  };
  const [eventSource, eventName, awsRegion, sourceIPAddress, userAgent, errorCode, errorMessage, eventType, recipientAccountId, eventCategory] = texts;
  const record = {
    eventSource,
    eventName,
    awsRegion,
    sourceIPAddress,
    userAgent,
    errorCode,
    errorMessage,
    eventType,
    recipientAccountId,
    eventCategory,
    userIdentity: identityOf(texts.slice(CALL.length + END.length)),
    eventTime: texts.at(-1),
    get requestParameters() {
      return json('requestParameters');
    },
    get resources() {
      return json('resources');
    },
    get responseElements() {
      return json('responseElements');
    },
    get additionalEventData() {
      return json('additionalEventData');
    },
    get eventID() {
      return long('eventID');
    },
  };
  return record as unknown as TrailRecord;
}

const LONG = ['requestParameters', 'resources', ...FURTHER] as const;
type Long = (typeof LONG)[number];

/**
 * Events of the temporary table `candidates` (the columns `KEPT`, and so many `held`), in order of time. A record is good until the next is asked for. Further columns
 * are fetched for those for which `whole` holds, a condition over the table; `missed` is told when another is asked for its.
 */
export async function* recordsOf(connection: DuckDBConnection, held: number, whole: string, missed: () => void): AsyncGenerator<Candidate> {
  const few = await rowsOf(connection, `SELECT n FROM candidates WHERE ${whole} LIMIT ${MOST_NAMED + 1}`);
  const these = few.length > MOST_NAMED ? `SELECT n FROM candidates WHERE ${whole}` : few.map(({ n }) => n).join();
  const more = few.length === 0 ? '' : ` LEFT JOIN (SELECT n, true AS whole, ${FURTHER.join(', ')} FROM parts.calls WHERE n IN (${these})) USING (n)`;
  const further = few.length === 0 ? ['false', 'requestParameters', 'resources', ...FURTHER.map(() => 'NULL::VARCHAR')] : ['whole', ...LONG];
  const columns = ['n::DOUBLE', packed(SHORT), ...further, ...Array.from({ length: held }, (_, i) => `held${i}`)];
  const result = await connection.stream(
    `SELECT ${columns.join(', ')} FROM candidates JOIN parts.identities USING (i) JOIN parts.ends USING (e)${more} ORDER BY time, candidates.n`,
  );
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    yield* candidatesIn(chunk, columns.length, missed);
  }
}
function* candidatesIn(chunk: DuckDBDataChunk, width: number, missed: () => void): Generator<Candidate> {
  const [numbers, texts, whole, ...others] = Array.from({ length: width }, (_, place) => chunk.getColumnVector(place));
  const [long, held] = [others.slice(0, LONG.length), others.slice(LONG.length)];
  for (let [row, rows] = [0, chunk.rowCount]; row < rows; row++) {
    const record = recordOf(unpacked(texts!.getItem(row) as string), (name) => {
      const place = LONG.indexOf(name);
      if (place >= FIRST_FURTHER && whole!.getItem(row) !== true) {
        missed();
        return null;
      }
      return long[place]!.getItem(row) as string | null;
    });
    yield { n: numbers!.getItem(row) as number, record, held: held.map((vector) => vector.getItem(row) as number) };
  }
}
const FIRST_FURTHER = LONG.length - FURTHER.length;
