import { randomBytes } from 'node:crypto';
import type { Json } from '../../kernel/index.ts';

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** What would not survive as a JavaScript number, roughly: only then is the text gone through. */
const BIG = /(?:^|[[:,\s])-?(?:\d{16,}|\d+\.\d|\d+[eE])/;

/** Stands before digits that are held as text. New for each run, so that no file can write it. */
const MARK = `\u{e000}${randomBytes(8).toString('hex')}:`;
const MARKED = new RegExp(`"${MARK}([^"]*)"`, 'g');

/**
 * Parses JSON without passing its digits through JavaScript numbers: integers beyond 2^53, fractions and powers become marked strings of the very digits, which
 * `exactText` and `exactJson` give back. Linear in the text, however long its strings are.
 * @throws SyntaxError
 */
export const parseExact = (raw: string): Json => JSON.parse(BIG.test(raw) ? quoteNumbers(raw) : raw) as Json;
/** A string of a parsed value, without the mark. */
export const exactText = (text: string): string => (text.startsWith(MARK) ? text.slice(MARK.length) : text);
/** JSON of a parsed value: the numbers stand there as they were written. */
export const exactJson = (value: unknown): string => JSON.stringify(value).replace(MARKED, '$1');

function quoteNumbers(raw: string): string {
  const parts: string[] = [];
  let [done, at] = [0, 0];
  while (at < raw.length) {
    const char = raw.charCodeAt(at);
    if (char === 0x22) {
      at = endOfText(raw, at + 1) + 1;
      if (at === 0) break;
    } else if (char === 0x2d || (char >= 0x30 && char <= 0x39)) {
      NUMBER.lastIndex = at;
      const token = NUMBER.exec(raw)?.[0] ?? '-';
      if (!/^-?\d+$/.test(token) || !Number.isSafeInteger(Number(token))) {
        if (token !== '-') parts.push(raw.slice(done, at), '"', MARK, token, '"');
        else parts.push(raw.slice(done, at + 1));
        done = at + token.length;
      }
      at += token.length;
    } else at++;
  }
  parts.push(raw.slice(done));
  return parts.join('');
}
/** Position of the quote that ends a string which began before `at`; -1 when it does not end. */
function endOfText(raw: string, at: number): number {
  for (let quote = raw.indexOf('"', at); quote >= 0; quote = raw.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (quote - 1 - slashes >= at && raw.charCodeAt(quote - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return quote;
  }
  return -1;
}
