import type { Json } from '../kernel/index.ts';

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Not JSON, but DuckDB reads and writes them, so the store can hold them. */
const NO_NUMBER = /-?(?:nan|inf(?:inity)?)/iy;
/** What would not survive as a JavaScript number, roughly: only then is the text gone through. */
const BIG = /(?:^|[[:,\s])-?(?:\d{16,}|\d+\.\d|\d+[eE])/;

/**
 * Parses JSON without passing its digits through JavaScript numbers: integers beyond 2^53, fractions and powers become strings of the very digits, and so do NaN and
 * Infinity. `mark` is put before each of these. Linear in the text, however long its strings are.
 * @throws SyntaxError
 */
export function parseNumbers(raw: string, mark = ''): Json {
  if (!BIG.test(raw)) {
    try {
      return JSON.parse(raw) as Json;
    } catch {
      // Perhaps only for what is no number.
    }
  }
  let quoted: Json;
  try {
    quoted = JSON.parse(quoteNumbers(raw, mark)) as Json;
  } catch (error) {
    // What is told of bad text is told of the text as it came.
    if (error instanceof SyntaxError) JSON.parse(raw);
    throw error;
  }
  return quoted;
}

/** Puts quotes around numbers that would not survive; what stands inside strings is left alone. */
function quoteNumbers(raw: string, mark: string): string {
  const parts: string[] = [];
  let [done, at] = [0, 0];
  while (at < raw.length) {
    const char = raw.charCodeAt(at);
    if (char === 0x22) {
      at = endOfText(raw, at + 1) + 1;
      if (at === 0) break;
      continue;
    }
    const token = tokenAt(raw, at, char);
    if (token !== '' && !isSafe(token)) {
      parts.push(raw.slice(done, at), '"', mark, token, '"');
      done = at + token.length;
    }
    at += token.length || 1;
  }
  parts.push(raw.slice(done));
  return parts.join('');
}
/** A number, or what stands for none, that begins here; empty when there is neither. */
function tokenAt(raw: string, at: number, char: number): string {
  const digits = char >= 0x30 && char <= 0x39;
  if (digits || char === 0x2d) {
    NUMBER.lastIndex = at;
    const token = NUMBER.exec(raw)?.[0];
    if (token !== undefined) return token;
  }
  // The letters that begin them, and the sign.
  if (digits || !(char === 0x2d || char === 0x4e || char === 0x6e || char === 0x49 || char === 0x69)) return '';
  NO_NUMBER.lastIndex = at;
  return NO_NUMBER.exec(raw)?.[0] ?? '';
}
const isSafe = (token: string): boolean => /^-?\d+$/.test(token) && Number.isSafeInteger(Number(token));

/** Position of the quote that ends a string which began before `at`; -1 when it does not end. */
function endOfText(raw: string, at: number): number {
  for (let quote = raw.indexOf('"', at); quote >= 0; quote = raw.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (quote - 1 - slashes >= at && raw.charCodeAt(quote - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return quote;
  }
  return -1;
}
