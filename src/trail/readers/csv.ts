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

/** Members of a struct as CloudTrail writes them. */
function named(value: Json): Json {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [NAMES.get(plainName(name)) ?? name, named(inner)]));
}
/** `2023-07-10 11:42:44.000`, as query tools print times, is UTC. */
const timeText = (text: string): string => {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(?: ?UTC|Z)?$/.exec(text.trim());
  return parts ? `${parts[1]}T${parts[2]}${parts[3] && Number(parts[3]) > 0 ? parts[3] : ''}Z` : text;
};

export interface CsvRow {
  readonly offset: number;
  readonly cells: readonly string[];
}
/** Rows of a CSV text (RFC 4180; line breaks of any kind; quotes inside of plain cells are kept). */
export function* rowsOf(text: string): Generator<CsvRow> {
  let at = 0;
  while (at < text.length) {
    const offset = at;
    const cells: string[] = [];
    for (;;) {
      let cell = '';
      if (text[at] === '"') {
        for (;;) {
          const quote = text.indexOf('"', at + 1);
          if (quote < 0) {
            cell += text.slice(at + 1);
            at = text.length;
            break;
          }
          cell += text.slice(at + 1, quote);
          if (text[quote + 1] !== '"') {
            at = quote + 1;
            break;
          }
          cell += '"';
          at = quote + 1;
        }
      }
      const end = /[,\r\n]/g;
      end.lastIndex = at;
      const stop = end.exec(text)?.index ?? text.length;
      cells.push(cell + text.slice(at, stop));
      at = stop;
      if (text[at] !== ',') break;
      at++;
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    if (cells.length > 1 || cells[0] !== '') yield { offset, cells };
  }
}

export interface CsvRecord {
  readonly offset: number;
  readonly record?: TrailRecord;
  readonly why?: string;
}
/** Records of an export: a table with CloudTrail's members as columns, or one with a column that holds the whole record. */
export function* csvRecords(text: string): Generator<CsvRecord> {
  let header: readonly string[] | undefined;
  for (const { offset, cells } of rowsOf(text)) {
    if (!header) {
      header = cells.map((cell) => NAMES.get(plainName(cell)) ?? cell.trim());
      continue;
    }
    if (cells.length !== header.length) {
      yield { offset, why: `a row has ${cells.length} cells, the header ${header.length}` };
      continue;
    }
    const whole = header.findIndex((name) => /^(cloudtrailevent|eventjson|eventdata|raw)$/i.test(name));
    if (whole >= 0 && cells[whole]!.trim().startsWith('{')) {
      const record = structOf(cells[whole]!);
      yield isObject(record)
        ? { offset, record: (isObject(record.eventData) ? record.eventData : record) as TrailRecord }
        : { offset, why: 'its record cannot be read' };
      continue;
    }
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
    yield { offset, record };
  }
}
