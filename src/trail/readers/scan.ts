export const OPEN = 0x7b;
export const CLOSE = 0x7d;
export const LIST = 0x5b;
export const LIST_END = 0x5d;
export const QUOTE = 0x22;
const BACKSLASH = 0x5c;
export const BREAK = 0x0a;
export const COMMA = 0x2c;

export const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

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
export function endOfValue(bytes: Buffer, at: number, within = 0): number {
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

/** The last byte before `ends` that is no space; `from` when there is none. */
export const lastByte = (bytes: Buffer, from: number, ends: number): number => {
  let at = ends - 1;
  while (at > from && isSpace(bytes[at])) at--;
  return at;
};

/** Members that CloudTrail begins a record with, and LookupEvents an answer. */
export const BEGINNINGS = ['"eventVersion"', '"EventId"'] as const;
/** Name of the member, in quotes, that records begin with from here on: one that is known if there is such a one, else that of the first. */
export const beginningOf = (bytes: Buffer, at: number): string =>
  BEGINNINGS.find((name) => nextBeginning(bytes, at, name) >= 0) ??
  /^\s*\{\s*("[^"\\]{1,60}")\s*:/.exec(bytes.toString('latin1', at, at + 4096))?.[1] ??
  BEGINNINGS[0];

/** The next brace that is followed by the member `first`; -1 when there is none. */
export function nextBeginning(bytes: Buffer, from: number, first: string): number {
  for (let name = bytes.indexOf(first, from); name >= 0; name = bytes.indexOf(first, name + 1)) {
    let brace = name - 1;
    while (brace >= from && isSpace(bytes[brace])) brace--;
    if (brace >= from && bytes[brace] === OPEN) return brace;
  }
  return -1;
}
