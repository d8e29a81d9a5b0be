/** One JSON value in a list or on a line: where it stands in the bytes. */
export interface Piece {
  readonly from: number;
  readonly to: number;
}
export interface Fault {
  readonly offset: number;
  readonly why: string;
}
const OPEN = 0x7b;
const CLOSE = 0x7d;
const LIST = 0x5b;
const LIST_END = 0x5d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BREAK = 0x0a;
const COMMA = 0x2c;

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Position of the quote that ends a string which began before `at`; -1 when it does not end. */
export function endOfString(bytes: Buffer, at: number): number {
  for (let quote = bytes.indexOf(QUOTE, at); quote >= 0; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let slashes = 0;
    while (quote - 1 - slashes >= at && bytes[quote - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote;
  }
  return -1;
}

/** One past the value that begins with a bracket at `at`, or inside of so many; -1 when it does not end. Depth costs nothing: brackets are counted. */
function endOfValue(bytes: Buffer, at: number, within = 0): number {
  let depth = within;
  for (let i = at; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      i = endOfString(bytes, i + 1);
      if (i < 0) return -1;
    } else if (byte === OPEN || byte === LIST) depth++;
    else if (byte === CLOSE || byte === LIST_END) {
      depth--;
      if (depth === 0) return i + 1;
    }
  }
  return -1;
}

/**
 * The objects of all JSON lists of a file: one list, or several that were written one after another. What is no object is told and passed over; behind
 * damage the next object that begins like the first one is looked for.
 * @param bracket of the first list
 */
export function* inLists(bytes: Buffer, bracket: number): Generator<Piece | Fault> {
  const first = beginningOf(bytes, bracket + 1);
  for (let open = bracket; ; ) {
    const end = yield* inList(bytes, open, first);
    if (end < 0) return;
    let at = afterEnd(bytes, end);
    if (bytes[at] === COMMA) {
      // Members behind the list, such as NextToken.
      const close = endOfValue(bytes, at, 1);
      if (close < 0 || nextBeginning(bytes.subarray(at, close), 0, first) >= 0) {
        yield { offset: at, why: 'what follows the list is damaged' };
        return yield* behindDamage(bytes, at, first, true);
      }
      at = afterEnd(bytes, close);
    }
    if (at >= bytes.length) return;
    const list = /^(?:\[|\{\s*"(?:Records|Events)"\s*:\s*\[)/.exec(bytes.toString('latin1', at, at + 4096))?.[0];
    if (list === undefined) {
      if (bytes[at] === OPEN) return yield* onLines(bytes, at, first);
      yield { offset: at, why: 'behind the list is something else' };
      return yield* behindDamage(bytes, at, first, true);
    }
    open = at + list.length - 1;
  }
}
/** Where something comes again after the end of a list: its object may close, and files that were cut out of a disk are padded. */
function afterEnd(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && (isSpace(bytes[at]) || bytes[at] === CLOSE || bytes[at] === 0)) at++;
  return at;
}
/** Members that CloudTrail begins a record with, and LookupEvents an answer. */
export const BEGINNINGS = ['"eventVersion"', '"EventId"'] as const;
/** Name of the member, in quotes, that records begin with from here on: one that is known if there is such a one, else that of the first. */
export const beginningOf = (bytes: Buffer, at: number): string =>
  BEGINNINGS.find((name) => nextBeginning(bytes, at, name) >= 0) ??
  /^\s*\{\s*("[^"\\]{1,60}")\s*:/.exec(bytes.toString('latin1', at, at + 4096))?.[1] ??
  BEGINNINGS[0];

/** @returns the place behind the list, or -1 when it has no end */
function* inList(bytes: Buffer, bracket: number, first: string): Generator<Piece | Fault, number> {
  let at = bracket + 1;
  for (;;) {
    while (at < bytes.length && (isSpace(bytes[at]) || bytes[at] === COMMA)) at++;
    if (at >= bytes.length) {
      yield { offset: at, why: 'the list ends in the middle' };
      return -1;
    }
    if (bytes[at] === LIST_END) return at + 1;
    if (bytes[at] === OPEN) {
      const to = endOfValue(bytes, at);
      if (to < 0) {
        yield* behindDamage(bytes, at, first);
        return -1;
      }
      yield { from: at, to };
      at = to;
      continue;
    }
    const from = at;
    if (bytes[at] === LIST) at = endOfValue(bytes, at);
    else if (bytes[at] === QUOTE) at = endOfString(bytes, at + 1) + 1;
    else while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== LIST_END && bytes[at] !== OPEN) at++;
    yield { offset: from, why: 'in the place of a record is something else' };
    if (at <= 0 || (bytes[from] === LIST && nextBeginning(bytes.subarray(from, at), 1, first) >= 0)) {
      yield* behindDamage(bytes, from + 1, first, true);
      return -1;
    }
    if (at === from) at++;
  }
}

/**
 * Cuts what is no longer sound JSON at each object that begins with the member `first` (an unescaped quote never stands inside of text) and gives those that
 * are whole in themselves.
 */
export function* behindDamage(bytes: Buffer, from: number, first: string, told = false): Generator<Piece | Fault> {
  let at = from;
  let next = nextBeginning(bytes, at + 1, first);
  if (told) {
    if (next < 0) return;
    [at, next] = [next, nextBeginning(bytes, next + 1, first)];
  }
  for (;;) {
    const segment = bytes.subarray(at, next < 0 ? bytes.length : next);
    const length = endOfValue(segment, 0);
    if (length > 0) {
      yield { from: at, to: at + length };
      const rest = afterEnd(segment, length);
      // A comma, the seam of two lists, the end of the file.
      if (!/^[\s\0]*(?:,|\][\s\0}\]]*(?:\{\s*"\w+"\s*:\s*\[|\[)?)?[\s\0]*$/.test(segment.toString('latin1', rest, rest + 4096)))
        yield { offset: at + rest, why: 'between two records is something that cannot be read' };
    } else yield { offset: at, why: next < 0 ? 'a record ends in the middle' : 'a record is damaged' };
    if (next < 0) return;
    [at, next] = [next, nextBeginning(bytes, next + 1, first)];
  }
}
/** The next brace that is followed by the member `first`; -1 when there is none. */
export function nextBeginning(bytes: Buffer, from: number, first: string): number {
  for (let name = bytes.indexOf(first, from); name >= 0; name = bytes.indexOf(first, name + 1)) {
    let brace = name - 1;
    while (brace >= from && isSpace(bytes[brace])) brace--;
    if (brace >= from && bytes[brace] === OPEN) return brace;
  }
  return -1;
}

/** JSON objects one after another: one a line, or pretty over many lines. A broken one costs its line, not what follows. */
export function* onLines(bytes: Buffer, from = 0, first = beginningOf(bytes, from)): Generator<Piece | Fault> {
  let at = from;
  // The work stays linear: what was looked through in vain is counted.
  let vain = 0;
  while (at < bytes.length) {
    if (isSpace(bytes[at])) {
      at++;
      continue;
    }
    const line = bytes.indexOf(BREAK, at);
    const ends = line < 0 ? bytes.length : line;
    if (bytes[at] !== OPEN) {
      const last = lastByte(bytes, at, ends);
      if (bytes[at] !== 0 || bytes[last] !== 0) yield { offset: at, why: 'no JSON object begins here' };
      const inside = nextBeginning(bytes.subarray(at, ends), 0, first);
      if (inside >= 0) yield* within(bytes, at + inside, ends, first);
      at = ends + 1;
      continue;
    }
    // A whole object on its line is by far the most common; else it goes on over the next lines, up to one that begins with a brace.
    const last = lastByte(bytes, at, ends);
    let to = bytes[last] === CLOSE && endOfValue(bytes.subarray(at, last + 1), 0) === last + 1 - at ? last + 1 : -1;
    if (to < 0) {
      const brace = bytes.indexOf(ANEW, at);
      const next = brace < 0 ? bytes.length : brace + 1;
      const length = endOfValue(bytes.subarray(at, next), 0);
      if (length > 0) to = at + length;
      else if (next < bytes.length && vain <= bytes.length) {
        // Printed without indents, an object inside begins its line too.
        const far = endOfValue(bytes, at);
        if (far > 0 && far - at <= LONGEST_LOOSE && isJson(bytes.subarray(at, far))) to = far;
        else vain += (far < 0 ? bytes.length : far) - at;
      }
      if (to < 0) {
        yield* within(bytes, at, next, first);
        at = next;
        continue;
      }
    }
    yield { from: at, to };
    at = to;
  }
}
/** What is not whole up to `to`, cut where records begin. */
function* within(bytes: Buffer, from: number, to: number, first: string): Generator<Piece | Fault> {
  for (const piece of behindDamage(bytes.subarray(from, to), 0, first))
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
const lastByte = (bytes: Buffer, from: number, ends: number): number => {
  let at = ends - 1;
  while (at > from && isSpace(bytes[at])) at--;
  return at;
};
