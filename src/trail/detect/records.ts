import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { readRecord, type TrailEvent, type TrailRecord } from '../event.ts';
import { DERIVED } from '../store/columns.ts';
import { rowsOf } from '../store/duckdb.ts';

/** More events than these are looked for by a join. */
const MOST_NAMED = 5_000;
/** So many identities and ends are remembered: many events share one. */
const REMEMBERED = 5_000;

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

const NAMES = ['n', 'i', 'e', 'whole', 'eventTime', ...CALL, ...FURTHER, ...END, ...IDENTITY] as const;
const EXPRESSIONS: Readonly<Record<string, string>> = { n: 'n::DOUBLE', i: 'i::DOUBLE', e: 'e::DOUBLE', eventTime: DERIVED.eventTime! };
const IF_FURTHER: ReadonlySet<string> = new Set(['whole', ...FURTHER]);

export interface Candidate extends TrailEvent {
  /** Which conditions hold, as bits: the columns `held0` and so on. */
  readonly held: readonly number[];
}
type Values = (name: string) => unknown;
/** A value by a number that stands for it. */
function remembered<T>(): (key: number, make: () => T) => T {
  const known = new Map<number, T>();
  return (key, make) => {
    if (known.size >= REMEMBERED) known.clear();
    if (!known.has(key)) known.set(key, make());
    return known.get(key)!;
  };
}
const identityOf = (value: Values) => ({
  type: value('identityType'),
  principalId: value('principalId'),
  arn: value('arn'),
  accountId: value('accountId'),
  accessKeyId: value('accessKeyId'),
  userName: value('userName'),
  invokedBy: value('invokedBy'),
  sessionContext: {
    sessionIssuer: {
      type: value('issuerType'),
      principalId: value('issuerPrincipalId'),
      arn: value('issuerArn'),
      accountId: value('issuerAccountId'),
      userName: value('issuerUserName'),
    },
    attributes: { creationDate: value('sessionCreated'), mfaAuthenticated: value('mfaAuthenticated') },
  },
});
const endOf = (value: Values) => ({
  eventType: value('eventType'),
  recipientAccountId: value('recipientAccountId'),
  eventCategory: value('eventCategory'),
  resources: value('resources'),
});
const memberOf = (json: unknown): unknown => (json === null ? undefined : readRecord(`{"it":${json}}`).it);

/** Values of their own are taken over when they are asked for: most never are, and taking over costs more than most detections. */
function recordOf(value: Values, userIdentity: object, end: ReturnType<typeof endOf>, missed: () => void): TrailRecord {
  const parsed = new Map<string, unknown>();
  const json = (name: string, text: () => unknown): unknown => {
    if (!parsed.has(name)) parsed.set(name, memberOf(text()));
    return parsed.get(name);
  };
  const further = (name: string): unknown => {
    if (value('whole') === true) return value(name);
    missed();
    return null;
  };
  const record = {
    userIdentity,
    eventSource: value('eventSource'),
    eventName: value('eventName'),
    errorCode: value('errorCode'),
    eventType: end.eventType,
    recipientAccountId: end.recipientAccountId,
    eventCategory: end.eventCategory,
    get eventTime() {
      return value('eventTime');
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
    get errorMessage() {
      return value('errorMessage');
    },
    get eventID() {
      return further('eventID');
    },
    get requestParameters() {
      return json('requestParameters', () => value('requestParameters'));
    },
    get responseElements() {
      return json('responseElements', () => further('responseElements'));
    },
    get additionalEventData() {
      return json('additionalEventData', () => further('additionalEventData'));
    },
    get resources() {
      return json('resources', () => end.resources);
    },
  };
  return record as unknown as TrailRecord;
}

/**
 * Events of the temporary table `candidates` (the columns `KEPT`, and so many `held`), in order of time. A record is good until the next is asked for. Further columns
 * are fetched for those for which `whole` holds, a condition over the table; `missed` is told when another is asked for its.
 */
export async function* recordsOf(connection: DuckDBConnection, held: number, whole: string, missed: () => void): AsyncGenerator<Candidate> {
  const few = await rowsOf(connection, `SELECT n FROM candidates WHERE ${whole} LIMIT ${MOST_NAMED + 1}`);
  const these = few.length > MOST_NAMED ? `SELECT n FROM candidates WHERE ${whole}` : few.map(({ n }) => n).join();
  const more = few.length === 0 ? '' : ` LEFT JOIN (SELECT n, true AS whole, ${FURTHER.join(', ')} FROM parts.calls WHERE n IN (${these})) USING (n)`;
  const expression = (name: string): string => (few.length === 0 && IF_FURTHER.has(name) ? 'NULL' : (EXPRESSIONS[name] ?? name));
  const columns = [...NAMES.map(expression), ...Array.from({ length: held }, (_, i) => `held${i}`)];
  const result = await connection.stream(
    `SELECT ${columns.join(', ')} FROM candidates JOIN parts.identities USING (i) JOIN parts.ends USING (e)${more} ORDER BY time, candidates.n`,
  );
  const [identity, end] = [remembered<ReturnType<typeof identityOf>>(), remembered<ReturnType<typeof endOf>>()];
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    yield* candidatesIn(chunk, columns.length, identity, end, missed);
  }
}
const PLACES: ReadonlyMap<string, number> = new Map(NAMES.map((name, place) => [name, place]));
function* candidatesIn(
  chunk: DuckDBDataChunk,
  width: number,
  identity: ReturnType<typeof remembered<ReturnType<typeof identityOf>>>,
  end: ReturnType<typeof remembered<ReturnType<typeof endOf>>>,
  missed: () => void,
): Generator<Candidate> {
  const vectors = Array.from({ length: width }, (_, place) => chunk.getColumnVector(place));
  const at = (place: number, row: number) => vectors[place]!.getItem(row) as number;
  for (let row = 0; row < chunk.rowCount; row++) {
    const value: Values = (name) => vectors[PLACES.get(name)!]!.getItem(row);
    const record = recordOf(
      value,
      identity(at(1, row), () => identityOf(value)),
      end(at(2, row), () => endOf(value)),
      missed,
    );
    const held = vectors.slice(NAMES.length).map((vector) => vector.getItem(row) as number);
    yield { n: at(0, row), record, held };
  }
}
