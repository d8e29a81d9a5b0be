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

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Position of the quote that ends a string which began before `at`; -1 when it does not end. */
function endOfString(bytes: Buffer, at: number): number {
  for (let quote = bytes.indexOf(QUOTE, at); quote >= 0; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let slashes = 0;
    while (quote - 1 - slashes >= at && bytes[quote - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote;
  }
  return -1;
}

/** One past the value that begins with a bracket at `at`; -1 when it does not end. Depth costs nothing: brackets are counted. */
function endOfValue(bytes: Buffer, at: number): number {
  let depth = 0;
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
 * The objects of a JSON list, from its opening bracket. What is no object is told and passed over; a list that ends in the middle gives all whole
 * objects before.
 */
export function* inList(bytes: Buffer, bracket: number): Generator<Piece | Fault> {
  let at = bracket + 1;
  for (;;) {
    while (at < bytes.length && (isSpace(bytes[at]) || bytes[at] === 0x2c)) at++;
    if (at >= bytes.length) return void (yield { offset: at, why: 'the list ends in the middle' });
    if (bytes[at] === LIST_END) return;
    if (bytes[at] === OPEN) {
      const to = endOfValue(bytes, at);
      if (to < 0) return void (yield { offset: at, why: 'a record ends in the middle' });
      yield { from: at, to };
      at = to;
      continue;
    }
    const from = at;
    if (bytes[at] === LIST) at = endOfValue(bytes, at);
    else if (bytes[at] === QUOTE) at = endOfString(bytes, at + 1) + 1;
    else while (at < bytes.length && bytes[at] !== 0x2c && bytes[at] !== LIST_END && bytes[at] !== OPEN) at++;
    yield { offset: from, why: 'in the place of a record is something else' };
    if (at <= 0) return;
    if (at === from) at++;
  }
}

/** JSON objects one after another: one a line, or pretty over many lines. A broken one costs its line, not what follows. */
export function* onLines(bytes: Buffer): Generator<Piece | Fault> {
  let at = 0;
  // Once nothing closes up to the end, it is not looked for again: the work stays linear.
  let hopeless = false;
  while (at < bytes.length) {
    if (isSpace(bytes[at])) {
      at++;
      continue;
    }
    const line = bytes.indexOf(BREAK, at);
    const ends = line < 0 ? bytes.length : line;
    if (bytes[at] !== OPEN) {
      yield { offset: at, why: 'no JSON object begins here' };
      at = ends + 1;
      continue;
    }
    // A whole object on its line is by far the most common; else it goes on over the next lines, unless one of them begins a record anew.
    const last = lastByte(bytes, at, ends);
    let to = bytes[last] === CLOSE && endOfValue(bytes.subarray(at, last + 1), 0) === last + 1 - at ? last + 1 : -1;
    if (to < 0 && !hopeless) to = endOfValue(bytes, at);
    if (to < 0) {
      hopeless = true;
      yield { offset: at, why: 'a record ends in the middle' };
      at = ends + 1;
      continue;
    }
    yield { from: at, to };
    at = to;
  }
}
const lastByte = (bytes: Buffer, from: number, ends: number): number => {
  let at = ends - 1;
  while (at > from && isSpace(bytes[at])) at--;
  return at;
};
