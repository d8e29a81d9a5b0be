import { BREAK, CLOSE, COMMA, endOfString, endOfValue, isSpace, LIST, LIST_END, lastByte, nextBeginning, OPEN, QUOTE } from './scan.ts';

/** One JSON value in a list or on a line: where it stands in the bytes. */
export interface Piece {
  readonly from: number;
  readonly to: number;
}
export interface Fault {
  readonly offset: number;
  readonly why: string;
}
/**
 * How a text is cut into records, and how far it is. It goes on with the next part of a text that is too long to be at hand at once: what a part does not tell
 * for sure stays for the next one.
 */
export interface Cutting {
  /**
   * Inside of a list; behind one; objects one after another; at a record behind damage; before the next one that can be found; before the next object on a line.
   */
  mode: 'list' | 'behind' | 'lines' | 'damage' | 'seek' | 'seekLine' | 'end';
  at: number;
  /** Name of the member, in quotes, that records begin with. */
  first: string;
  /** Bytes before those at hand. */
  passed: number;
  /** Bytes that were looked through in vain: the work stays linear. */
  vain: number;
  /** Here no more bytes can be had before something is decided. */
  stuck: number;
}
export const cuttingFrom = (mode: Cutting['mode'], at: number, first: string): Cutting => ({ mode, at, first, passed: 0, vain: 0, stuck: -1 });

/**
 * Cuts what is at hand, from `cutting` on. What is no record is told; behind damage the next object that begins like the others is looked for.
 * @param last nothing comes after these bytes
 */
export function* cut(bytes: Buffer, cutting: Cutting, last = true): Generator<Piece | Fault> {
  while (cutting.mode !== 'end') if (!(yield* STEPS[cutting.mode](bytes, cutting, last))) return;
}
/** @returns false when more must be at hand */
type Step = (bytes: Buffer, cutting: Cutting, last: boolean) => Generator<Piece | Fault, boolean>;

function* inList(bytes: Buffer, cutting: Cutting, last: boolean): Generator<Piece | Fault, boolean> {
  for (;;) {
    let at = cutting.at;
    while (at < bytes.length && (isSpace(bytes[at]) || bytes[at] === COMMA)) at++;
    cutting.at = at;
    const decide = last || at === cutting.stuck;
    if (at >= bytes.length) {
      if (!last) return false;
      cutting.mode = 'end';
      yield { offset: at, why: 'the list ends in the middle' };
      return true;
    }
    if (bytes[at] === LIST_END) {
      cutting.at++;
      cutting.mode = 'behind';
      return true;
    }
    if (bytes[at] === OPEN) {
      const to = endOfValue(bytes, at);
      if (to < 0) {
        if (!decide) return false;
        if (last || nextBeginning(bytes, at + 1, cutting.first) >= 0) cutting.mode = 'damage';
        else yield passOver(bytes, cutting, 'seek');
        return true;
      }
      cutting.at = to;
      yield { from: at, to };
      continue;
    }
    let to = at;
    if (bytes[at] === LIST) to = endOfValue(bytes, at);
    else if (bytes[at] === QUOTE) to = endOfString(bytes, at + 1) + 1;
    else while (to < bytes.length && bytes[to] !== COMMA && bytes[to] !== LIST_END && bytes[to] !== OPEN) to++;
    if (!decide && (to <= 0 || to >= bytes.length)) return false;
    const damaged = to <= 0 || (!last && to >= bytes.length) || (bytes[at] === LIST && nextBeginning(bytes.subarray(at, to), 1, cutting.first) >= 0);
    cutting.at = damaged ? at + 1 : Math.max(to, at + 1);
    if (damaged) cutting.mode = 'seek';
    yield { offset: at, why: 'in the place of a record is something else' };
    if (damaged) return true;
  }
}

/** Files may follow one another: another list, or objects. */
function* behindList(bytes: Buffer, cutting: Cutting, last: boolean): Generator<Piece | Fault, boolean> {
  const decide = last || cutting.at === cutting.stuck;
  let at = afterEnd(bytes, cutting.at);
  if (bytes[at] === COMMA) {
    // Members behind the list, such as NextToken.
    const close = endOfValue(bytes, at, 1);
    if (close < 0 && !decide) return false;
    if (close < 0 || nextBeginning(bytes.subarray(at, close), 0, cutting.first) >= 0) {
      [cutting.at, cutting.mode] = [at, 'seek'];
      yield { offset: at, why: 'what follows the list is damaged' };
      return true;
    }
    at = afterEnd(bytes, close);
  }
  if (at >= bytes.length) {
    cutting.at = at;
    if (last) cutting.mode = 'end';
    return last;
  }
  if (!decide && bytes.length - at < HEAD) return false;
  const list = /^(?:\[|\{\s*"(?:Records|Events)"\s*:\s*\[)/.exec(bytes.toString('latin1', at, at + HEAD))?.[0];
  cutting.at = list === undefined ? at : at + list.length;
  cutting.mode = list !== undefined ? 'list' : bytes[at] === OPEN ? 'lines' : 'seek';
  if (cutting.mode === 'seek') yield { offset: at, why: 'behind the list is something else' };
  return true;
}
const HEAD = 4096;
/** Where something comes again after the end of a list: its object may close, and files that were cut out of a disk are padded. */
function afterEnd(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && (isSpace(bytes[at]) || bytes[at] === CLOSE || bytes[at] === 0)) at++;
  return at;
}

/**
 * Cuts what is no longer sound JSON at each object that begins with the member `first` (an unescaped quote never stands inside of text) and gives those that
 * are whole in themselves.
 */
function* inDamage(bytes: Buffer, cutting: Cutting, last: boolean): Generator<Piece | Fault, boolean> {
  for (;;) {
    const at = cutting.at;
    const next = nextBeginning(bytes, at + 1, cutting.first);
    if (next < 0 && !last) {
      if (at !== cutting.stuck) return false;
      yield passOver(bytes, cutting, 'seek');
      return true;
    }
    if (next < 0) cutting.mode = 'end';
    else cutting.at = next;
    const segment = bytes.subarray(at, next < 0 ? bytes.length : next);
    const length = endOfValue(segment, 0);
    if (length > 0) {
      yield { from: at, to: at + length };
      const rest = afterEnd(segment, length);
      // A comma, the seam of two lists, the end of the file.
      if (!/^[\s\0]*(?:,|\][\s\0}\]]*(?:\{\s*"\w+"\s*:\s*\[|\[)?)?[\s\0]*$/.test(segment.toString('latin1', rest, rest + HEAD)))
        yield { offset: at + rest, why: 'between two records is something that cannot be read' };
    } else yield { offset: at, why: next < 0 ? 'a record ends in the middle' : 'a record is damaged' };
    if (next < 0) return true;
  }
}
/** Goes to the next object that begins like the others; where objects stand on lines, to the next line that begins with a brace too. */
const seekThen = (mode: 'damage' | 'lines'): Step =>
  function* (bytes, cutting, last) {
    const line = mode === 'lines' ? bytes.indexOf(ANEW, cutting.at) : -1;
    const found = [nextBeginning(bytes, cutting.at, cutting.first), line < 0 ? -1 : line + 1].filter((at) => at >= 0);
    if (found.length > 0) [cutting.at, cutting.mode] = [Math.min(...found), mode];
    else if (last) cutting.mode = 'end';
    else {
      // A beginning may lie across the end.
      const near = [OPEN, BREAK].map((byte) => bytes.lastIndexOf(byte)).filter((at) => at >= bytes.length - HEAD);
      cutting.at = Math.max(cutting.at, Math.min(bytes.length, ...near));
    }
    return found.length > 0 || last;
  };
/** Of something longer than all that may be at hand. */
function passOver(bytes: Buffer, cutting: Cutting, mode: 'seek' | 'seekLine'): Fault {
  const offset = cutting.at;
  [cutting.at, cutting.mode] = [offset + 1, mode];
  return { offset, why: `a record has no end within ${bytes.length - offset} bytes: it is not read` };
}

/** JSON objects one after another: one a line, or pretty over many lines. A broken one costs its line, not what follows. */
function* onLines(bytes: Buffer, cutting: Cutting, last: boolean): Generator<Piece | Fault, boolean> {
  const { first } = cutting;
  // Looked for once: a file of many objects may be one line.
  let [line, brace] = [-1, -1];
  const after = (known: number, what: number | Buffer, at: number): number => {
    const found = known >= at ? known : bytes.indexOf(what, at);
    return found < 0 ? Number.POSITIVE_INFINITY : found;
  };
  for (;;) {
    let at = cutting.at;
    while (at < bytes.length && isSpace(bytes[at])) at++;
    cutting.at = at;
    const decide = last || at === cutting.stuck;
    if (at >= bytes.length) {
      if (last) cutting.mode = 'end';
      return last;
    }
    line = after(line, BREAK, at);
    const ends = Math.min(line, bytes.length);
    const whole = last || ends < bytes.length;
    if (bytes[at] !== OPEN) {
      if (!whole && !decide) return false;
      const told = bytes[at] !== 0 || bytes[lastByte(bytes, at, ends)] !== 0;
      const inside = nextBeginning(bytes.subarray(at, ends), 0, first);
      cutting.at = ends + (whole ? 1 : 0);
      if (!whole) [cutting.mode, cutting.at] = inside < 0 ? ['seekLine', at] : ['damage', at + inside];
      if (told) yield { offset: at, why: 'no JSON object begins here' };
      if (!whole) return true;
      if (inside >= 0) yield* within(bytes, at + inside, ends, first);
      continue;
    }
    // A whole object on its line is by far the most common; else it goes on over the next lines, up to one that begins with a brace.
    const end = whole ? lastByte(bytes, at, ends) : -1;
    let to = bytes[end] === CLOSE && endOfValue(bytes.subarray(0, end + 1), at) === end + 1 ? end + 1 : -1;
    if (to < 0) {
      brace = after(brace, ANEW, at);
      const next = Math.min(brace + 1, bytes.length);
      to = endOfValue(bytes.subarray(0, next), at);
      if (to < 0 && next >= bytes.length && !last) {
        if (!decide) return false;
        if (nextBeginning(bytes, at + 1, first) >= 0) cutting.mode = 'damage';
        else yield passOver(bytes, cutting, 'seekLine');
        return true;
      }
      if (to < 0 && next < bytes.length && cutting.vain <= cutting.passed + bytes.length) {
        // Printed without indents, an object inside begins its line too.
        const most = Math.min(bytes.length, at + LONGEST_LOOSE);
        const far = endOfValue(bytes.subarray(0, most), at);
        if (far < 0 && most < at + LONGEST_LOOSE && !decide) return false;
        if (far > 0 && isJson(bytes.subarray(at, far))) to = far;
        else cutting.vain += (far < 0 ? most : far) - at;
      }
      if (to < 0) {
        cutting.at = next;
        yield* within(bytes, at, next, first);
        continue;
      }
    }
    cutting.at = to;
    yield { from: at, to };
  }
}
/** What is not whole up to `to`, cut where records begin. */
function* within(bytes: Buffer, from: number, to: number, first: string): Generator<Piece | Fault> {
  for (const piece of cut(bytes.subarray(from, to), cuttingFrom('damage', 0, first)))
    yield 'why' in piece ? { ...piece, offset: piece.offset + from } : { from: piece.from + from, to: piece.to + from };
}
const ANEW = Buffer.from('\n{');
const LONGEST_LOOSE = 32 << 20;
const isJson = (bytes: Buffer): boolean => {
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
};
const STEPS: Readonly<Record<Exclude<Cutting['mode'], 'end'>, Step>> = {
  list: inList,
  behind: behindList,
  lines: onLines,
  damage: inDamage,
  seek: seekThen('damage'),
  seekLine: seekThen('lines'),
};
