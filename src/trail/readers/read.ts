import { isObject, RECORD_BITS } from '../event.ts';
import { MEMBERS } from '../store/columns.ts';
import { carefulLine, lineOf } from './careful.ts';
import { csvRecords } from './csv.ts';
import { type Packing, packRecords, type Whole } from './pack.ts';
import { type Fault, inList, onLines, type Piece } from './pieces.ts';
import { type Kind, recognise } from './recognise.ts';
import { LIMITS, type Limits, unpack } from './unpack.ts';

/** Where lines go. */
export interface Sink {
  write(bytes: Uint8Array): void;
}
/** Something about a file or a record that a person must know: nothing is skipped in silence. */
export interface Problem {
  /** Bytes into the unpacked file (into the packed one where it could not be unpacked); null when it is about the whole file. */
  readonly offset: number | null;
  readonly why: string;
  /** The record is not in the store, or a part of the file is not. Else it is there, with what `why` says. */
  readonly lost: boolean;
}
export interface Read {
  readonly kind: Kind | string;
  /** Numbers given out: the records are 0 to `records` - 1, some of them perhaps lost. */
  readonly records: number;
  /** Lines written. */
  readonly written: number;
  readonly problems: readonly Problem[];
}
export interface ReadOptions {
  /** Every record is parsed here, so that the store certainly takes it: for files of which it refused a record. */
  readonly careful?: boolean;
  readonly limits?: Limits;
  /** Takes records as CloudTrail writes them, packed; without it all go to the sink. */
  readonly packing?: { readonly packing: Packing; readonly whole: Whole };
}
/** Longer records are read with care, not by DuckDB's own reader. */
const LONG = 8 << 20;
const MOST_PROBLEMS = 1000;
const ENTER = Buffer.from('\n');

/**
 * Reads one file and writes each record as a line that begins with its number.
 */
export function readSource(packed: Buffer, source: number, sink: Sink, options: ReadOptions = {}): Read {
  const problems: Problem[] = [];
  const tell = (offset: number | null, why: string, lost: boolean): void => {
    if (problems.length < MOST_PROBLEMS) problems.push({ offset, why, lost });
    else if (problems.length === MOST_PROBLEMS) problems.push({ offset: null, why: `more than ${MOST_PROBLEMS} problems: the rest is not listed`, lost });
  };
  const { bytes, trouble } = unpack(packed, options.limits ?? LIMITS);
  if (trouble) tell(trouble.offset, trouble.why, true);
  const kind = recognise(bytes);
  const first = source * 2 ** RECORD_BITS;
  if (kind === 'empty') {
    if (!trouble && packed.length === 0) tell(null, 'the file is empty', false);
    return { kind, records: 0, written: 0, problems };
  }
  if (kind === 'digest') return { kind, records: 0, written: 0, problems };
  if (kind === 'unknown') {
    tell(0, 'not recognised: no CloudTrail records, lookup answer, digest or export', true);
    return { kind, records: 0, written: 0, problems };
  }
  if (kind === 'records' && options.packing && !trouble) {
    const { packing, whole } = options.packing;
    const counted = packRecords(bytes, first, LONG, packing, whole);
    if (counted) {
      const ends = bytes.indexOf(',{"eventVersion":', 12);
      known(bytes.subarray(12, ends < 0 ? bytes.length - 2 : ends), 12, tell);
      const records = counted.packed + counted.whole;
      return { kind, records, written: records, problems };
    }
  }
  return { kind, ...cut(bytes, kind, first, sink, options.careful === true, tell), problems };
}

type Tell = (offset: number | null, why: string, lost: boolean) => void;

function cut(bytes: Buffer, kind: Kind, first: number, sink: Sink, careful: boolean, tell: Tell): { records: number; written: number } {
  if (kind === 'csv') return table(bytes, first, sink, tell);
  let [records, written] = [0, 0];
  let caution = careful || kind === 'lookup' || kind === 'answers';
  for (const piece of piecesOf(bytes, kind)) {
    if ('why' in piece) {
      tell(piece.offset, piece.why, true);
      continue;
    }
    const number = first + records++;
    const text = bytes.subarray(piece.from, piece.to);
    if (records === 1 && !caution) caution = !known(text, piece.from, tell);
    if (caution || text.length > LONG) {
      written += withCare(text, number, piece.from, sink, tell);
      continue;
    }
    // Line breaks stand between members only: inside strings JSON has none.
    if (text.includes(0x0a)) for (let i = 0; i < text.length; i++) if (text[i] === 0x0a) text[i] = 0x20;
    const inner = text.subarray(1);
    const empty = inner.toString('latin1', 0, 64).trim() === '}';
    sink.write(Buffer.from(`{"n":${BigInt(number) * 100n}${empty ? '' : ','}`));
    sink.write(inner);
    sink.write(ENTER);
    written++;
  }
  return { records, written };
}

/** Exports as tables. */
function table(bytes: Buffer, first: number, sink: Sink, tell: Tell): { records: number; written: number } {
  let [records, written] = [0, 0];
  for (const { offset, record, why } of csvRecords(bytes.toString('utf8'))) {
    const number = first + records++;
    if (record === undefined) {
      tell(offset, why ?? 'it cannot be read', true);
      continue;
    }
    try {
      const { line, notes } = lineOf(record, number);
      sink.write(Buffer.from(`${line}\n`));
      written++;
      for (const note of notes) tell(offset, note, false);
    } catch (error) {
      tell(offset, `a record cannot be read: ${(error as Error).message.slice(0, 120)}`, true);
    }
  }
  return { records, written };
}

function withCare(text: Buffer, number: number, offset: number, sink: Sink, tell: Tell): 0 | 1 {
  try {
    const { line, notes } = carefulLine(text, number);
    sink.write(Buffer.from(`${line}\n`));
    for (const note of notes) tell(offset, note, false);
    return 1;
  } catch (error) {
    tell(offset, `a record cannot be read: ${(error as Error).message.slice(0, 120)}`, true);
    return 0;
  }
}

function piecesOf(bytes: Buffer, kind: Kind): Iterable<Piece | Fault> {
  if (kind === 'lines' || kind === 'answers') return onLines(bytes);
  return inList(bytes, bytes.indexOf('['));
}

/**
 * Members that this program does not know come with a new record version: they are told from the first record of a file.
 * @returns false when it is no plain record: something is around it, so that all of them are read with care
 */
function known(bytes: Buffer, offset: number, tell: Tell): boolean {
  if (bytes.length > 1 << 20) return true;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (!isObject(value) || typeof value.eventName !== 'string' || value.eventTime === undefined || Object.hasOwn(value, 'CloudTrailEvent')) return false;
    const unknown = Object.keys(value).filter((name) => name !== 'n' && !MEMBERS.has(name));
    if (unknown.length > 0)
      tell(
        offset,
        `members that are not known: ${unknown
          .slice(0, 5)
          .map((name) => JSON.stringify(name.slice(0, 60)))
          .join(', ')}: they stay in the file`,
        false,
      );
    return true;
  } catch {
    // The store says so.
    return true;
  }
}
