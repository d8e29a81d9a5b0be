import { issuedKeyOf, outcomeOf, principalOf, text } from '../event.ts';
import { partsLine } from '../timeline/index.ts';
import type { Exported } from './exported.ts';

/** Spreadsheets refuse longer cells; the JSONL export has everything whole. */
const CELL = 32_000;
const json = (value: unknown): string | undefined => (value === null || value === undefined ? undefined : JSON.stringify(value));
const iso = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString());

/** Columns of the CSV in order: its name, and its text (empty when the record does not say). */
export const COLUMNS: readonly (readonly [name: string, of: (event: Exported) => string | undefined])[] = [
  ['time', ({ entry }) => iso(entry.time)],
  ['account', ({ entry }) => entry.account],
  ['region', ({ entry }) => entry.region],
  ['principal', ({ record }) => principalOf(record)],
  ['session', ({ entry }) => entry.actor.session],
  ['access_key', ({ entry }) => entry.key],
  ['address', ({ entry }) => entry.address],
  ['user_agent', ({ entry }) => entry.agent],
  ['event_source', ({ record }) => text(record, 'eventSource')],
  ['event_name', ({ record }) => text(record, 'eventName')],
  ['outcome', ({ record }) => outcomeOf(record)],
  ['error_code', ({ entry }) => entry.errorCode],
  ['error_message', ({ record }) => text(record, 'errorMessage')],
  ['read_only', ({ record }) => text(record, 'readOnly')],
  ['summary', ({ entry }) => partsLine(entry.parts, 'en')],
  ['marks', ({ entry }) => entry.marks.join(' ')],
  ['issued_key', ({ record }) => issuedKeyOf(record)],
  ['request', ({ record }) => json(record.requestParameters)],
  ['response', ({ record }) => json(record.responseElements)],
  ['event_id', ({ record }) => text(record, 'eventID')],
  ['n', ({ n }) => String(n)],
  ['source_file', ({ file }) => file],
  ['source_sha256', ({ sha256 }) => sha256],
  ['source_record', ({ index }) => String(index)],
];

/**
 * One cell. What a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, their wide forms, a tab or a line break, white space before it or not)
 * has an apostrophe in front; NUL is written out, since no reader agrees on it.
 */
export function cell(value: string | undefined): string {
  if (value === undefined) return '';
  const cut = value.length > CELL ? `${value.slice(0, CELL)} …[cut]` : value;
  const safe = (/^(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/.test(cut) ? `'${cut}` : cut).replace(/\0/g, '\\x00');
  return /[",\r\n;\t']|^\s|\s$/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
const line = (cells: readonly (string | undefined)[]): string => `${cells.map(cell).join(',')}\r\n`;

/** RFC 4180: a header line, then one line per event, CRLF; columns as in `COLUMNS`, UTF-8. */
export async function* csv(events: AsyncIterable<Exported>): AsyncGenerator<string> {
  yield line(COLUMNS.map(([name]) => name));
  for await (const event of events) yield line(COLUMNS.map(([, of]) => of(event)));
}
