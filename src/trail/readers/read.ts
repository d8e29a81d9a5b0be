import { isObject, RECORD_BITS } from '../event.ts';
import type { Packs } from '../ingest/packs.ts';
import { MEMBERS } from '../store/columns.ts';
import { carefulLine, lineOf } from './careful.ts';
import { csvRecords } from './csv.ts';
import { BEGINNINGS, beginningOf, behindDamage, endOfString, type Fault, inLists, nextBeginning, onLines, type Piece } from './pieces.ts';
import { type Kind, recognise } from './recognise.ts';
import { LIMITS, type Limits, unpack } from './unpack.ts';

/** Where lines go. */
export interface Sink {
  write(bytes: Uint8Array): void;
  /** The bytes of a record as the file has them, before anything is done with them; not of tables. */
  seen?(record: number, text: Buffer): void;
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
  readonly packing?: Pick<Packs, 'pack'>;
}
/** CloudTrail's own are not longer; these are parsed and bounded here, whatever is in them. */
const LONG = 256 << 10;
const MOST_PROBLEMS = 1000;
/** A file of which so much is broken is no trail any more. */
const MOST_LOST = 1_000_000;
const ENTER = Buffer.from('\n');
/** The version goes with the number, as in packed lines. */
const VERSION = /^\{\s*"eventVersion"\s*:\s*"1\.(0[1-9]|[1-9]\d)"(?=\s*[,}])/;

/**
 * Reads one file and writes each record as a line that begins with its number. Whatever the bytes are, it does not throw but tells.
 */
export function readSource(packed: Buffer, source: number, sink: Sink, options: ReadOptions = {}): Read {
  const told = openProblems();
  const count: Count = { records: 0, written: 0 };
  let kind: Kind = 'unknown';
  try {
    const { bytes, troubles } = unpack(packed, options.limits ?? LIMITS);
    for (const { offset, why } of troubles) told.tell(offset, why, true);
    kind = recognise(bytes);
    readKind(kind, bytes, packed, {
      first: source * 2 ** RECORD_BITS,
      sink,
      careful: options.careful === true || troubles.length > 0,
      tell: told.tell,
      count,
      packing: options.packing,
    });
  } catch (error) {
    if (error instanceof Enough) told.tell(null, error.message, true);
    else told.tell(null, `cannot be read to its end: ${(error as Error).message.slice(0, 200)}`, true);
  }
  return { kind, ...count, problems: told.all() };
}

type Tell = (offset: number | null, why: string, lost: boolean) => void;
interface Count {
  records: number;
  written: number;
}
interface Course {
  readonly first: number;
  readonly sink: Sink;
  readonly careful: boolean;
  readonly tell: Tell;
  readonly count: Count;
  readonly packing: ReadOptions['packing'];
}
/** Ends the reading of a file. */
class Enough extends Error {}

function openProblems(): { tell: Tell; all(): Problem[] } {
  const problems: Problem[] = [];
  let [more, moreLost, lost] = [0, 0, 0];
  return {
    tell(offset, why, gone) {
      if (gone) lost++;
      if (problems.length < MOST_PROBLEMS) problems.push({ offset, why, lost: gone });
      else {
        more++;
        if (gone) moreLost++;
      }
      if (lost === MOST_LOST) throw new Enough(`more than ${MOST_LOST} records are broken: the rest of the file was not read`);
    },
    all: () =>
      more === 0
        ? problems
        : [
            ...problems,
            {
              offset: null,
              why: `${more} more problems that are not listed${moreLost > 0 ? `, ${moreLost} of them records or parts that are lost` : ''}`,
              lost: moreLost > 0,
            },
          ],
  };
}

function readKind(kind: Kind, bytes: Buffer, packed: Buffer, course: Course): void {
  const { first, careful, tell, count, packing } = course;
  if (kind === 'empty') {
    if (packed.length === 0) tell(null, 'the file is empty', false);
  } else if (kind === 'unknown' && beginsIn(bytes, 0) === undefined) tell(0, 'not recognised: no CloudTrail records, lookup answer, digest or export', true);
  else if (kind === 'csv') table(bytes, course);
  else if (kind === 'records' && !careful && packing) {
    const counted = packing.pack(bytes, first, LONG);
    if (counted) {
      if (isSample(bytes)) {
        const ends = bytes.indexOf(',{"eventVersion":', 12);
        known(bytes.subarray(12, ends < 0 ? bytes.length - 2 : ends), 12, tell);
      }
      count.records = count.written = counted.packed + counted.whole;
    } else cut(bytes, kind, course);
  } else if (kind !== 'digest') cut(bytes, kind, course);
}

function cut(bytes: Buffer, kind: Kind, { first, sink, careful, tell, count }: Course): void {
  let caution = careful || kind === 'unknown' || kind === 'lookup' || kind === 'answers';
  let behind = false;
  let pieces: Iterator<Piece | Fault> = piecesOf(bytes, kind);
  for (let next = pieces.next(); !next.done; next = pieces.next()) {
    const piece = next.value;
    if ('why' in piece) {
      tell(piece.offset, piece.why, true);
      continue;
    }
    if (count.records >= 2 ** RECORD_BITS - 1) throw new Enough(`more than ${count.records} records in one file: the rest was not read`);
    const text = bytes.subarray(piece.from, piece.to);
    if (count.records === 0 && !caution) caution = !known(text, piece.from, tell);
    const head = VERSION.exec(text.toString('latin1', 0, 80));
    // So that it is the same as the copy of it that CloudTrail delivered.
    if (caution || text.length > LONG || (!head && text.includes(BEGINNINGS[0]))) {
      const number = first + count.records;
      const careful = carefulLine(text, number);
      const member = typeof careful === 'string' && !behind ? beginsIn(text) : undefined;
      if (member !== undefined) {
        // Other records were taken for text of this one: a quote is missing, or is there too often.
        behind = true;
        pieces = behindDamage(bytes, piece.from, member);
        continue;
      }
      const record = count.records++;
      sink.seen?.(record, text);
      if (typeof careful === 'string') tell(piece.from, `a record cannot be read: ${careful.slice(0, 120)}`, true);
      else {
        sink.write(Buffer.from(`${careful.line}\n`));
        count.written++;
        for (const note of careful.notes) tell(piece.from, note, false);
      }
      continue;
    }
    sink.seen?.(count.records, text);
    const number = first + count.records++;
    if (text.includes(0x0a) && flatten(text)) tell(piece.from, 'a line break stands inside of a text: it became a space', false);
    const inner = text.subarray(head ? head[0].length : 1);
    const bare = head !== null || inner.toString('latin1', 0, 64).trim() === '}';
    sink.write(Buffer.from(`{"n":${BigInt(number) * 100n + BigInt(head?.[1] ?? 0)}${bare ? '' : ','}`));
    sink.write(inner);
    sink.write(ENTER);
    count.written++;
  }
}

/** The member that records inside of what is no record begin with. */
const beginsIn = (text: Buffer, from = 1): string | undefined => {
  const name = beginningOf(text, 0);
  const other = nextBeginning(text, from, name) >= 0 ? name : undefined;
  return other ?? BEGINNINGS.find((known) => nextBeginning(text, from, known) >= 0);
};

/** Line breaks between members become spaces. @returns whether there were some inside of strings, where JSON allows none */
function flatten(text: Buffer): boolean {
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === 0x22) {
      const end = endOfString(text, i + 1);
      const last = end < 0 ? text.length : end;
      for (let at = text.indexOf(0x0a, i); at >= 0 && at < last; at = text.indexOf(0x0a, at)) {
        text[at] = 0x20;
        inside = true;
      }
      i = last;
    } else if (text[i] === 0x0a) text[i] = 0x20;
  }
  return inside;
}

/** Exports as tables. */
function table(bytes: Buffer, { first, sink, tell, count }: Course): void {
  for (const { offset, record, why, note } of csvRecords(bytes)) {
    const number = first + count.records++;
    if (record === undefined) {
      tell(offset, why ?? 'it cannot be read', true);
      continue;
    }
    if (note !== undefined) tell(offset, note, false);
    try {
      const { line, notes } = lineOf(record, number);
      sink.write(Buffer.from(`${line}\n`));
      count.written++;
      for (const one of notes) tell(offset, one, false);
    } catch (error) {
      if (error instanceof Enough) throw error;
      tell(offset, `a record cannot be read: ${(error as Error).message.slice(0, 120)}`, true);
    }
  }
}

/** A file whose beginning is damaged: from its first record on. */
function* headless(bytes: Buffer): Generator<Piece | Fault> {
  yield { offset: 0, why: 'the file begins with something that cannot be read' };
  yield* behindDamage(bytes, 0, beginsIn(bytes, 0) ?? BEGINNINGS[0], true);
}

function piecesOf(bytes: Buffer, kind: Kind): Iterator<Piece | Fault> {
  if (kind === 'lines' || kind === 'answers') return onLines(bytes);
  if (kind === 'unknown') return headless(bytes);
  const list = kind === 'array' ? undefined : /"(?:Records|Events)"\s*:\s*\[/.exec(bytes.toString('latin1', 0, 8192));
  return inLists(bytes, list ? list.index + list[0].length - 1 : bytes.indexOf('['));
}

/** Files seen, by record version. */
const versions = new Map<string, number>();
/** Members come with versions: of thousands of small files of one version some are looked at. */
function isSample(bytes: Buffer): boolean {
  const version = bytes.toString('latin1', 12, 36);
  const seen = versions.get(version) ?? 0;
  versions.set(version, seen + 1);
  return seen < 100 || seen % 20 === 0;
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
