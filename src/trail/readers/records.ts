import { isObject, RECORD_BITS } from '../event.ts';
import { MEMBERS } from '../store/columns.ts';
import { carefulLine, lineOf } from './careful.ts';
import { csvRecords, openTable } from './csv.ts';
import { type Cutting, cut, cuttingFrom } from './pieces.ts';
import { Enough, type Tell } from './problems.ts';
import type { Kind } from './recognise.ts';
import { BEGINNINGS, beginningOf, endOfString, nextBeginning } from './scan.ts';

/** Where lines go. */
export interface Sink {
  write(bytes: Uint8Array): void;
  /** The bytes of a record as the file has them, before anything is done with them; not of tables. */
  seen?(record: number, text: Buffer): void;
}
export interface Count {
  records: number;
  written: number;
}
/** What the records of one file have in common. */
export interface Course {
  /** Number of the first one. */
  readonly first: number;
  readonly sink: Sink;
  /** Each record is parsed here, so that the store certainly takes it. */
  readonly careful: boolean;
  readonly tell: Tell;
  readonly count: Count;
}
/** The bytes of a file that are at hand; line breaks are taken out of them in place. */
export interface Hand {
  readonly bytes: Buffer;
  /** Bytes of the file before them. */
  readonly base: number;
  /** Nothing comes after them. */
  readonly last: boolean;
  /** No more than these can be held: what has no end in them is passed over. */
  readonly full?: boolean;
}
/** CloudTrail's own are not longer; these are parsed and bounded here, whatever is in them. */
export const LONG = 256 << 10;
const ENTER = Buffer.from('\n');
/** The version goes with the number, as in packed lines. */
const VERSION = /^\{\s*"eventVersion"\s*:\s*"1\.(0[1-9]|[1-9]\d)"(?=\s*[,}])/;

/**
 * Reads the records of a file, all at once or part by part.
 * @param head the beginning of the file
 * @returns takes what is at hand and says how many bytes of it need not come again
 */
export function openRecords(kind: Kind, head: Buffer, course: Course): (hand: Hand) => number {
  if (kind === 'csv') return rowsWith(course);
  if (kind === 'unknown') return findRecords(course);
  return recordsWith(kind, cuttingOf(head, kind), course);
}

function cuttingOf(head: Buffer, kind: Kind): Cutting {
  if (kind === 'lines' || kind === 'answers') return cuttingFrom('lines', 0, beginningOf(head, 0));
  const list = kind === 'array' ? undefined : /"(?:Records|Events)"\s*:\s*\[/.exec(head.toString('latin1', 0, 8192));
  const inside = list ? list.index + list[0].length : head.indexOf('[') + 1;
  return cuttingFrom('list', inside, beginningOf(head, inside));
}

/** A file whose beginning is damaged: from its first record on. */
function findRecords(course: Course): (hand: Hand) => number {
  let found: ((hand: Hand) => number) | undefined;
  return (hand) => {
    if (found) return found(hand);
    const { bytes, base, last } = hand;
    const member = base === 0 ? beginsIn(bytes, 0) : BEGINNINGS.find((name) => nextBeginning(bytes, 0, name) >= 0);
    if (member !== undefined) {
      course.tell(0, 'the file begins with something that cannot be read', true);
      found = recordsWith('unknown', cuttingFrom('seek', 0, member), course);
      return found(hand);
    }
    if (last) course.tell(0, 'not recognised: no CloudTrail records, lookup answer, digest or export', true);
    // A beginning may lie across the end.
    return last ? bytes.length : Math.max(0, bytes.length - 4096);
  };
}

function recordsWith(kind: Kind, cutting: Cutting, { first, sink, careful, tell, count }: Course): (hand: Hand) => number {
  let caution = careful || kind === 'unknown' || kind === 'lookup' || kind === 'answers';
  let behind = false;
  return ({ bytes, base, last, full }) => {
    if (full) cutting.stuck = cutting.at;
    let pieces = cut(bytes, cutting, last);
    for (let next = pieces.next(); !next.done; next = pieces.next()) {
      const piece = next.value;
      if ('why' in piece) {
        tell(base + piece.offset, piece.why, true);
        continue;
      }
      if (count.records >= 2 ** RECORD_BITS - 1) throw new Enough(`more than ${count.records} records in one file: the rest was not read`);
      const text = bytes.subarray(piece.from, piece.to);
      if (count.records === 0 && !caution) caution = !known(text, base + piece.from, tell);
      const head = VERSION.exec(text.toString('latin1', 0, 80));
      // So that it is the same as the copy of it that CloudTrail delivered.
      if (caution || text.length > LONG || (!head && text.includes(BEGINNINGS[0]))) {
        const number = first + count.records;
        const careful = carefulLine(text, number);
        const member = typeof careful === 'string' && !behind ? beginsIn(text) : undefined;
        if (member !== undefined) {
          // Other records were taken for text of this one: a quote is missing, or is there too often.
          behind = true;
          Object.assign(cutting, { mode: 'damage', at: piece.from, first: member });
          pieces = cut(bytes, cutting, last);
          continue;
        }
        const record = count.records++;
        sink.seen?.(record, text);
        if (typeof careful === 'string') tell(base + piece.from, `a record cannot be read: ${careful.slice(0, 120)}`, true);
        else {
          sink.write(Buffer.from(`${careful.line}\n`));
          count.written++;
          for (const note of careful.notes) tell(base + piece.from, note, false);
        }
        continue;
      }
      sink.seen?.(count.records, text);
      const number = first + count.records++;
      if (text.includes(0x0a) && flatten(text)) tell(base + piece.from, 'a line break stands inside of a text: it became a space', false);
      const inner = text.subarray(head ? head[0].length : 1);
      const bare = head !== null || inner.toString('latin1', 0, 64).trim() === '}';
      sink.write(Buffer.from(`{"n":${BigInt(number) * 100n + BigInt(head?.[1] ?? 0)}${bare ? '' : ','}`));
      sink.write(inner);
      sink.write(ENTER);
      count.written++;
    }
    const done = Math.min(cutting.at, bytes.length);
    cutting.at -= done;
    cutting.passed += done;
    cutting.stuck = -1;
    return done;
  };
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
function rowsWith({ first, sink, tell, count }: Course): (hand: Hand) => number {
  const table = openTable();
  return ({ bytes, base, last, full }) => {
    for (const { offset: at, record, why, note } of csvRecords(bytes, table, last, full)) {
      const offset = base + at;
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
    const done = Math.min(table.at, bytes.length);
    table.at -= done;
    table.passed += done;
    return done;
  };
}

/**
 * Members that this program does not know come with a new record version: they are told from the first record of a file.
 * @returns false when it is no plain record: something is around it, so that all of them are read with care
 */
export function known(bytes: Buffer, offset: number, tell: Tell): boolean {
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
