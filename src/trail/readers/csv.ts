import type { Json } from '../../kernel/index.ts';
import { isObject, type TrailRecord } from '../event.ts';
import { JSONS, MEMBERS } from '../store/columns.ts';
import { structOf } from './struct-text.ts';

/** Names without case and underscores: Athena and CloudTrail Lake write them small. */
const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
const IDENTITY = [
  'type',
  'principalId',
  'arn',
  'accountId',
  'accessKeyId',
  'userName',
  'invokedBy',
  'identityProvider',
  'credentialId',
  'onBehalfOf',
  'inScopeOf',
];
const CONTEXT = [
  'sessionContext',
  'sessionIssuer',
  'attributes',
  'creationDate',
  'mfaAuthenticated',
  'sourceIdentity',
  'ec2RoleDelivery',
  'webIdFederationData',
  'federatedProvider',
];
const NAMES = new Map([...MEMBERS, ...IDENTITY, ...CONTEXT].map((name) => [plainName(name), name]));
const STRUCTS: ReadonlySet<string> = new Set([...JSONS, 'userIdentity']);

/** Members of a struct as CloudTrail writes them; an identity is five levels deep. */
function named(value: Json, depth = 0): Json {
  if (!isObject(value) || depth > 8) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [NAMES.get(plainName(name)) ?? name, named(inner, depth + 1)]));
}
/** `2023-07-10 11:42:44.000`, as query tools print times, is UTC. */
const timeText = (text: string): string => {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(?: ?UTC|Z)?$/.exec(text.trim());
  return parts ? `${parts[1]}T${parts[2]}${parts[3] && Number(parts[3]) > 0 ? parts[3] : ''}Z` : text;
};

export interface CsvRow {
  readonly cells: readonly string[];
  /** Where the next row begins. */
  readonly end: number;
  /** A quote has no end, or something stands behind it. */
  readonly broken: boolean;
}
/** The row at `at` (RFC 4180; line breaks of any kind; quotes inside of plain cells are kept). */
export function rowAt(text: string, from: number): CsvRow {
  const cells: string[] = [];
  let at = from;
  let broken = false;
  for (;;) {
    let cell = '';
    if (text[at] === '"') {
      for (;;) {
        const quote = text.indexOf('"', at + 1);
        if (quote < 0) {
          cell += text.slice(at + 1);
          at = text.length;
          broken = true;
          break;
        }
        cell += text.slice(at + 1, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        cell += '"';
      }
      broken ||= at < text.length && !/[,\r\n]/.test(text[at]!);
    }
    END.lastIndex = at;
    const stop = END.exec(text)?.index ?? text.length;
    cells.push(cell + text.slice(at, stop));
    at = stop;
    if (text[at] !== ',') break;
    at++;
  }
  if (text[at] === '\r') at++;
  if (text[at] === '\n') at++;
  return { cells, end: at, broken };
}
const END = /[,\r\n]/g;

export interface CsvRecord {
  readonly offset: number;
  readonly record?: TrailRecord;
  readonly why?: string;
  readonly note?: string;
}
const utf8 = new TextDecoder('utf-8', { fatal: true });
const ASCII = /^[\0-\x7f]*$/;

/** How far a table is read, and what its header said. Kept between the parts of one that is too long to be at hand whole. */
export interface Table {
  at: number;
  header: readonly string[] | undefined;
  /** The column that holds the whole record; -1 when there is none. */
  whole: number;
  /** Bytes before those at hand. */
  passed: number;
  /** Bytes of lines that were read again: the work stays linear. */
  again: number;
}
export const openTable = (): Table => ({ at: 0, header: undefined, whole: -1, passed: 0, again: 0 });

/**
 * Records of an export: a table with CloudTrail's members as columns, or one with a column that holds the whole record. A row with a broken quote costs its
 * line, not what follows.
 * @param last nothing comes after these bytes; else a row that reaches their end stays for the next part
 * @param full no more can be held: the first row is taken as it stands
 */
export function* csvRecords(bytes: Buffer, table: Table = openTable(), last = true, full = false): Generator<CsvRecord> {
  // Byte for byte, so that places in the text are places in the file.
  const text = bytes.toString('latin1');
  let note: string | undefined;
  const decoded = (cell: string): string => {
    if (ASCII.test(cell)) return cell;
    const raw = Buffer.from(cell, 'latin1');
    try {
      return utf8.decode(raw);
    } catch {
      note = 'not UTF-8: what could not be read became U+FFFD';
      return raw.toString('utf8');
    }
  };
  for (let held = full; table.at < text.length; held = false) {
    const offset = table.at;
    const row = rowAt(text, offset);
    if (row.end >= text.length && !last && !held) return;
    table.at = row.end;
    if (row.cells.length === 1 && row.cells[0]!.trim() === '') continue;
    note = undefined;
    if (!table.header) {
      table.header = row.cells.map((cell) => NAMES.get(plainName(decoded(cell))) ?? decoded(cell).trim());
      table.whole = table.header.findIndex((name) => /^(cloudtrailevent|eventjson|eventdata|raw)$/i.test(name));
      continue;
    }
    const { header, whole } = table;
    const right = row.cells.length === header.length;
    const line = text.indexOf('\n', offset) + 1;
    if (!right || (row.broken && line > 0 && line < row.end)) {
      if (line > 0 && line < row.end && table.again <= 2 * (table.passed + text.length)) {
        table.again += row.end - line;
        table.at = line;
      }
      yield { offset, why: right ? 'a row has a broken quote' : `a row has ${row.cells.length} cells, the header ${header.length}` };
      continue;
    }
    try {
      const cells = row.cells.map(decoded);
      const record = whole >= 0 && cells[whole]!.trim().startsWith('{') ? structOf(cells[whole]!) : fromCells(header, cells);
      const noted = note === undefined ? {} : { note };
      yield isObject(record)
        ? { offset, record: (isObject(record.eventData) ? record.eventData : record) as TrailRecord, ...noted }
        : { offset, why: 'its record cannot be read' };
    } catch (error) {
      yield { offset, why: `a row cannot be read: ${(error as Error).message.slice(0, 120)}` };
    }
  }
}

function fromCells(header: readonly string[], cells: readonly string[]): TrailRecord {
  const record: Record<string, Json> = {};
  header.forEach((name, index) => {
    const cell = cells[index]!;
    if (cell === '' || !MEMBERS.has(name)) return;
    // Of the request and the answer only the service knows the names.
    record[name] =
      name === 'userIdentity'
        ? named(structOf(cell))
        : STRUCTS.has(name)
          ? structOf(cell)
          : name === 'eventTime'
            ? timeText(cell)
            : cell === 'null'
              ? null
              : cell;
  });
  return record;
}
