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

function recordOf(row: readonly unknown[]): TrailRecord {
  const json = JSONS.map((name, i) => (row[1 + i] === null ? undefined : `"${name}":${row[1 + i]}`)).filter((one) => one !== undefined);
  const record = readRecord(`{${json.join()}}`) as Record<string, unknown>;
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

/** Events of `from` (a view like `events`) for which this condition holds, in order of time, with those members that detections read. */
export async function* recordsOf(store: TrailStore, view: string, condition: string): AsyncGenerator<TrailEvent> {
  for await (const row of streamOf(store.connection, `SELECT ${COLUMNS.join(', ')} FROM ${view} WHERE ${condition} ORDER BY time, n`))
    yield { n: row[0] as number, record: recordOf(row) };
}
