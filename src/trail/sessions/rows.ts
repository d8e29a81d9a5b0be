import { readRecord, type TrailRecord } from '../event.ts';

/** What the store's answers hold, read with care: a column of a made or broken trail may be null or of another type. */
export type Row = Record<string, unknown>;
export const str = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
export const num = (value: unknown): number => (typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : 0);
/** Lists travel as JSON text: the store promises no shape for LIST columns. */
export function list(value: unknown): readonly unknown[] {
  if (typeof value !== 'string') return [];
  const parsed = JSON.parse(value) as unknown;
  return Array.isArray(parsed) ? parsed : [];
}
export const strings = (value: unknown): readonly string[] => list(value).filter((item) => typeof item === 'string');
export const numbers = (value: unknown): readonly number[] => list(value).filter((item) => typeof item === 'number');
/** Milliseconds of a TIMESTAMP column or of an ISO text; NaN when there is none. */
export const ms = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN);

const SESSION = /^arn:([^:]*):sts::(\d*):assumed-role\/(.+)\/([^/]*)$/;
/** Session name of an assumed role's ARN. */
export const sessionOf = (arn: string | undefined): string | undefined => (arn === undefined ? undefined : (SESSION.exec(arn)?.[4] ?? undefined));
export const accountOf = (arn: string | undefined): string | undefined => /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn ?? '')?.[1];
/** For `IN (SELECT unnest(from_json(?, '["VARCHAR"]')))`: one bound value however long the list. */
export const inList = (values: Iterable<string>): string => JSON.stringify([...new Set(values)]);
/** More numbers than these are a list to join with; by fewer DuckDB skips what it need not read. */
const FEW = 200;
/** The events with these numbers, as SQL. */
export function numbered(numbers: Iterable<number>): string {
  const list = [...new Set(numbers)].filter(Number.isSafeInteger);
  if (list.length === 0) return 'false';
  return list.length <= FEW ? `n IN (${list.join(', ')})` : `n IN (SELECT unnest([${list.join(', ')}]))`;
}
export function groupBy<T, K>(items: Iterable<T>, of: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = of(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Columns from which `recordOf` makes a record; the whole text of a record costs many times as much. */
export const RECORD_COLUMNS = `n, time, eventTime, eventSource, eventName, errorCode, errorMessage, recipientAccountId, identityType, arn, accountId, accessKeyId, userName, principalId, invokedBy,
  issuerArn, issuerType, issuerUserName, requestParameters, responseElements`;
const json = (value: unknown): string => (typeof value === 'string' && value !== '' ? value : 'null');
/** The members of a record that say who did what with which answer. */
export function recordOf(row: Row): TrailRecord {
  const {
    eventTime,
    eventSource,
    eventName,
    errorCode,
    errorMessage,
    recipientAccountId,
    identityType: type,
    arn,
    accountId,
    accessKeyId,
    userName,
    principalId,
    invokedBy,
  } = row;
  const identity = {
    type,
    arn,
    accountId,
    accessKeyId,
    userName,
    principalId,
    invokedBy,
    sessionContext: { sessionIssuer: { arn: row.issuerArn, type: row.issuerType, userName: row.issuerUserName } },
  };
  const known = {
    eventTime,
    eventSource,
    eventName,
    errorCode: errorCode ?? undefined,
    errorMessage: errorMessage ?? undefined,
    recipientAccountId,
    userIdentity: identity,
  };
  return readRecord(
    `${JSON.stringify(known).slice(0, -1)},"requestParameters":${json(row.requestParameters)},"responseElements":${json(row.responseElements)}}`,
  );
}
