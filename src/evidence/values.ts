import { AplombError } from '../kernel/error.ts';
import type { Json } from '../kernel/json.ts';

/** Deeper values are refused: every reader, in any language, must be able to walk a line. */
export const MAX_DEPTH = 128;
const LONE_SURROGATE = /\p{Surrogate}/gu;
const ASCII = /^[\x20-\x7e]*$/;

/** What makes a parsed line unfit for the ledger although it is JSON; undefined when nothing does. */
export function valueFault(value: unknown, depth = 0): string | undefined {
  if (depth > MAX_DEPTH) return `nested deeper than ${MAX_DEPTH} levels`;
  if (typeof value === 'string') return value.search(LONE_SURROGATE) >= 0 ? 'a lone surrogate' : undefined;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? undefined : `the number ${value} is not a safe integer`;
  if (value === null || typeof value !== 'object') return undefined;
  if (Array.isArray(value)) return value.map((item) => valueFault(item, depth + 1)).find((fault) => fault !== undefined);
  for (const [key, member] of Object.entries(value)) {
    if (!ASCII.test(key)) return 'an object key that is not printable ASCII';
    const fault = valueFault(member, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/**
 * A value as the ledger may hold it: lone surrogates become U+FFFD, `undefined` members are left out. `replaced` lists the
 * JSON Pointers (RFC 6901) of the strings that were changed.
 * @throws AplombError `ValueNotAllowed` on numbers that are not safe integers, keys beyond printable ASCII, too deep a
 * nesting, and anything that is not plain JSON.
 */
export function restrict(value: unknown): { value: Json; replaced: string[] } {
  const replaced: string[] = [];
  const walk = (item: unknown, path: string, depth: number): Json => {
    if (depth > MAX_DEPTH) throw refused(path, `is nested deeper than ${MAX_DEPTH} levels`);
    if (item === null || item === undefined || typeof item === 'boolean') return item ?? null;
    if (typeof item === 'string') {
      const sound = item.replace(LONE_SURROGATE, '\ufffd');
      if (sound !== item) replaced.push(path);
      return sound;
    }
    if (typeof item === 'number') {
      if (!Number.isSafeInteger(item)) throw refused(path, `is the number ${item}; only safe integers are allowed, others are written as strings`);
      return item;
    }
    if (Array.isArray(item)) return item.map((member, index) => walk(member, `${path}/${index}`, depth + 1));
    if (typeof item !== 'object') throw refused(path, `is a ${typeof item}`);
    const prototype = Object.getPrototypeOf(item);
    if (prototype !== Object.prototype && prototype !== null) throw refused(path, 'is not plain JSON');
    return Object.fromEntries(
      Object.entries(item)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => {
          if (!ASCII.test(key)) throw refused(path, 'has a key that is not printable ASCII; such maps are written as lists of pairs');
          return [key, walk(member, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, depth + 1)];
        }),
    );
  };
  const result = walk(value, '', 0);
  return { value: result, replaced };
}

const refused = (path: string, what: string) =>
  new AplombError('ValueNotAllowed', `The ledger cannot hold this value: ${path || 'it'} ${what}.`, {
    fix: 'This is a defect of the program, not of the case: nothing was written. Please report it with the command you ran.',
  });
