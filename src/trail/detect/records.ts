import { readRecord, type TrailEvent, type TrailRecord } from '../event.ts';
import { streamOf } from '../store/duckdb.ts';
import type { TrailStore } from '../store/open.ts';

const IDENTITY = ['principalId', 'arn', 'accountId', 'accessKeyId', 'userName', 'invokedBy'] as const;
const ISSUER = { type: 'issuerType', principalId: 'issuerPrincipalId', arn: 'issuerArn', accountId: 'issuerAccountId', userName: 'issuerUserName' } as const;
const TEXTS = [
  ...['eventTime', 'eventSource', 'eventName', 'awsRegion', 'sourceIPAddress', 'userAgent', 'errorCode', 'errorMessage'],
  ...['eventID', 'eventType', 'recipientAccountId', 'eventCategory'],
] as const;
const JSONS = ['requestParameters', 'responseElements', 'additionalEventData', 'resources'] as const;
const COLUMNS = [
  'n::DOUBLE',
  ...JSONS.map((name) => `${name}::VARCHAR`),
  ...TEXTS,
  ...['identityType', ...IDENTITY, ...Object.values(ISSUER), 'sessionCreated', 'mfaAuthenticated'],
];

/** Members of a record that our own detections read. Others cost time and are left out; the contract of detections holds them to these. */
export const READ: ReadonlySet<string> = new Set([...TEXTS, ...JSONS, 'userIdentity']);

const from = (names: readonly string[], row: readonly unknown[], at: number): Record<string, unknown> => {
  const object: Record<string, unknown> = {};
  for (let i = 0; i < names.length; i++) object[names[i]!] = row[at + i];
  return object;
};
const ISSUED = Object.keys(ISSUER);
const FIRST = 1 + JSONS.length;
const WHO = FIRST + TEXTS.length;
const BY = WHO + 1 + IDENTITY.length;

const memberOf = (json: unknown): unknown => (json === null ? undefined : readRecord(`{"it":${json}}`).it);

function recordOf(row: readonly unknown[]): TrailRecord {
  let response: unknown;
  let read = false;
  const record: Record<string, unknown> = {
    requestParameters: memberOf(row[1]),
    // Long, and few detections look at it.
    get responseElements() {
      if (!read) response = memberOf(row[2]);
      read = true;
      return response;
    },
    additionalEventData: memberOf(row[3]),
    resources: memberOf(row[4]),
  };
  for (let i = 0; i < TEXTS.length; i++) record[TEXTS[i]!] = row[FIRST + i];
  const identity = from(IDENTITY, row, WHO + 1);
  identity.type = row[WHO];
  identity.sessionContext = {
    sessionIssuer: from(ISSUED, row, BY),
    attributes: { creationDate: row[BY + ISSUED.length], mfaAuthenticated: row[BY + ISSUED.length + 1] },
  };
  record.userIdentity = identity;
  return record as TrailRecord;
}

/**
 * Events of `view` (one like `events`) for which this condition holds, in order of time, with those members that detections read. The number of an event for
 * which `mark` holds as well is put into `marked` before the event is given.
 */
export async function* recordsOf(store: TrailStore, view: string, condition: string, mark: string, marked: Set<number>): AsyncGenerator<TrailEvent> {
  const columns = [...COLUMNS, `coalesce(${mark}, false)`].join(', ');
  for await (const row of streamOf(store.connection, `SELECT ${columns} FROM ${view} WHERE ${condition} ORDER BY time, n`)) {
    const n = row[0] as number;
    if (row.at(-1) === true) marked.add(n);
    yield { n, record: recordOf(row) };
  }
}
