import { randomBytes } from 'node:crypto';
import type { Json } from '../../kernel/index.ts';
import { parseNumbers } from '../exact.ts';

/** Stands before digits that are held as text. New for each run, so that no file can write it. */
const MARK = `\u{e000}${randomBytes(8).toString('hex')}:`;
const MARKED = new RegExp(`"${MARK}([^"]*)"`, 'g');

/** Parses JSON as `parseNumbers` does, digits held as text being marked: `exactText` and `exactJson` give them back. @throws SyntaxError */
export const parseExact = (raw: string): Json => parseNumbers(raw, MARK);
/** A string of a parsed value, without the mark. */
export const exactText = (text: string): string => (text.startsWith(MARK) ? text.slice(MARK.length) : text);
/** JSON of a parsed value: the numbers stand there as they were written. */
export const exactJson = (value: unknown): string => JSON.stringify(value).replace(MARKED, '$1');
