import { readRecord, type TrailEvent, type TrailRecord } from '../event.ts';
import type { Asked } from './condition.ts';
import { numbered } from './narrowed.ts';

/** Columns of `events` that `entryOf` needs. A record put together whole costs several times as much, most of it for ids that no line shows. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  record: [
    ...['eventTime', 'eventSource', 'eventName', 'awsRegion', 'sourceIPAddress', 'userAgent', 'errorCode', 'errorMessage'],
    ...['eventType', 'readOnly', 'recipientAccountId', 'sessionCredentialFromConsole'],
  ],
  identity: ['principalId', 'arn', 'accountId', 'accessKeyId', 'userName', 'invokedBy'],
  context: ['identityType', 'issuerArn', 'mfaAuthenticated'],
};
const JSONS = ['requestParameters', 'responseElements', 'resources'];
/** Lines show additional data of these alone, and reading it costs as much as reading answers. */
const ADDED = /^(?:ConsoleLogin|SwitchRole)(?:20\d{6}(?:v\d+)?)?$/;
/** A store may lack one of them, as the made ones of tests do. */
export const ENTRY_COLUMNS = `COLUMNS('^(?:${['n', 'principal', ...Object.values(TEXTS).flat(), ...JSONS].join('|')})$'), epoch_us(time) AS at`;

export interface EntryRow {
  readonly n: number;
  /** Microseconds; null when the event has no time. */
  readonly at: number | string | null;
  readonly principal: string;
  readonly [column: string]: unknown;
}
const members = (row: EntryRow, names: readonly string[]): Record<string, unknown> => Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
const json = (value: unknown): string => (typeof value === 'string' && value !== '' ? value : 'null');

function recordOf(row: EntryRow): TrailRecord {
  const userIdentity = {
    type: row.identityType ?? null,
    ...members(row, TEXTS.identity!),
    sessionContext: { sessionIssuer: { arn: row.issuerArn ?? null }, attributes: { mfaAuthenticated: row.mfaAuthenticated ?? null } },
  };
  const plain = JSON.stringify({ ...members(row, TEXTS.record!), userIdentity });
  return readRecord(`${plain.slice(0, -1)},${[...JSONS, 'additionalEventData'].map((name) => `"${name}":${json(row[name])}`).join(',')}}`);
}

/** Rows with `additionalEventData` where a line shows something of it. */
export async function withAdded(store: Pick<Asked, 'query'>, rows: readonly EntryRow[]): Promise<readonly EntryRow[]> {
  const { sql, values } = numbered(rows.filter(({ eventName }) => typeof eventName === 'string' && ADDED.test(eventName)).map(({ n }) => n));
  if (values.length === 0) return rows;
  const added = new Map((await store.query(`SELECT n, additionalEventData FROM events WHERE ${sql}`, values)).map((row) => [row.n, row.additionalEventData]));
  return rows.map((row) => (added.has(row.n) ? { ...row, additionalEventData: added.get(row.n) } : row));
}

const placeOf = ({ at }: EntryRow): number => (at === null ? Number.POSITIVE_INFINITY : Number(at));

/** What of the events' records `entryOf` looks at, in order of time, then number. */
export const eventsOf = (rows: readonly EntryRow[]): TrailEvent[] =>
  rows.toSorted((a, b) => (placeOf(a) === placeOf(b) ? a.n - b.n : placeOf(a) - placeOf(b))).map((row) => ({ n: Number(row.n), record: recordOf(row) }));
