/** `*`, `?`, and (after `windash`) any of the dashes that Windows takes for one. */
export const STAR = 1;
export const ANY = 2;
export const DASH = 3;
export const DASHES = '-/\u2013\u2014\u2015';
/** A Sigma text value: literal runs and wildcards. */
export type Glob = readonly (string | typeof STAR | typeof ANY | typeof DASH)[];

/** Reads Sigma's wildcards and backslash escapes: `\*`, `\?` are plain, `\\` is one backslash, any other backslash is itself. */
export function readGlob(source: string): Glob {
  const out: (string | 1 | 2)[] = [];
  let run = '';
  const wildcard = (kind: 1 | 2): void => {
    if (run) out.push(run);
    run = '';
    if (kind !== STAR || out.at(-1) !== STAR) out.push(kind);
  };
  for (let index = 0; index < source.length; index++) {
    const char = source[index]!;
    const next = source[index + 1];
    if (char === '\\' && (next === '*' || next === '?' || next === '\\')) {
      run += next;
      index++;
    } else if (char === '*') wildcard(STAR);
    else if (char === '?') wildcard(ANY);
    else run += char;
  }
  if (run || out.length === 0) out.push(run);
  return out;
}
/** The glob as plain text, or undefined when it has wildcards. */
export const literalOf = (glob: Glob): string | undefined => (glob.every((part) => typeof part === 'string') ? glob.join('') : undefined);

type Segment = readonly (string | typeof ANY | typeof DASH)[];
const width = (segment: Segment): number => segment.reduce<number>((sum, part) => sum + (typeof part === 'string' ? part.length : 1), 0);

/**
 * Compiles a glob into a test of a whole text, without a regular expression: the segments between the stars are found one after the other,
 * leftmost first, so the time is at most (length of the text) x (length of the glob). Letter case is the caller's business.
 */
export function globTest(glob: Glob): (haystack: string) => boolean {
  const segments: (string | 2 | 3)[][] = [[]];
  for (const part of glob) {
    if (part === STAR) segments.push([]);
    else if (part !== '') segments.at(-1)!.push(part);
  }
  const plain = segments.map((segment) => (segment.every((part) => typeof part === 'string') ? segment.join('') : undefined));
  if (segments.length === 1 && plain[0] !== undefined) return (haystack) => haystack === plain[0];
  const [first, last] = [plain[0], plain.at(-1)];
  if (segments.length === 2 && first !== undefined && last !== undefined)
    return (haystack) => haystack.length >= first.length + last.length && haystack.startsWith(first) && haystack.endsWith(last);
  if (segments.length === 3 && first === '' && last === '' && plain[1] !== undefined) {
    const middle = plain[1];
    return (haystack) => haystack.includes(middle);
  }
  const widths = segments.map(width);
  return (haystack) => {
    if (segments.length === 1) return haystack.length === widths[0] && fits(haystack, 0, segments[0]!);
    const end = haystack.length - widths.at(-1)!;
    let from = widths[0]!;
    if (end < from || !fits(haystack, 0, segments[0]!) || !fits(haystack, end, segments.at(-1)!)) return false;
    for (let index = 1; index < segments.length - 1; index++) {
      const at = find(haystack, from, end - widths[index]!, segments[index]!);
      if (at < 0) return false;
      from = at + widths[index]!;
    }
    return true;
  };
}
function fits(haystack: string, at: number, segment: Segment): boolean {
  let position = at;
  for (const part of segment) {
    if (typeof part === 'string') {
      if (!haystack.startsWith(part, position)) return false;
      position += part.length;
    } else {
      if (position >= haystack.length || (part === DASH && !DASHES.includes(haystack[position]!))) return false;
      position++;
    }
  }
  return true;
}
function find(haystack: string, from: number, until: number, segment: Segment): number {
  const head = segment[0];
  for (let at = from; at <= until; at++) {
    if (typeof head === 'string') {
      at = haystack.indexOf(head, at);
      if (at < 0 || at > until) return -1;
    }
    if (fits(haystack, at, segment)) return at;
  }
  return -1;
}
