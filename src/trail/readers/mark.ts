/** Between two records as CloudTrail writes them. An unescaped quote cannot stand inside a JSON string, so this is structure, never text. */
const BETWEEN = Buffer.from(',{"eventVersion":');
const FIRST = Buffer.from('{"Records":[{"eventVersion":');
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const ONE = 0x31;
const DOT = 0x2e;
/** Bytes from the brace to the comma after the version. */
const HEAD = 23;

const isVersion = (bytes: Buffer, at: number): boolean =>
  bytes[at] === QUOTE &&
  bytes[at + 1] === ONE &&
  bytes[at + 2] === DOT &&
  bytes[at + 5] === QUOTE &&
  bytes[at + 6] === COMMA &&
  digit(bytes[at + 3]) &&
  digit(bytes[at + 4]);
const digit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** Writes `"n":` and up to 17 digits over `"eventVersion":"1.dd"`: as many bytes. */
function stamp(bytes: Buffer, brace: number, value: number, tens: number, ones: number): void {
  bytes[brace + 1] = QUOTE;
  bytes[brace + 2] = 0x6e;
  bytes[brace + 3] = QUOTE;
  bytes[brace + 4] = 0x3a;
  bytes[brace + 21] = ones;
  bytes[brace + 20] = tens;
  let low = value % 1e8;
  let high = (value - low) / 1e8;
  let at = brace + 19;
  for (; high > 0 ? at > brace + 11 : low > 0 || at === brace + 19; at--) {
    bytes[at] = 0x30 + (low % 10);
    low = (low / 10) | 0;
  }
  for (; high > 0; at--) {
    bytes[at] = 0x30 + (high % 10);
    high = Math.floor(high / 10);
  }
  for (; at > brace + 4; at--) bytes[at] = SPACE;
}

/**
 * Turns a log file as CloudTrail writes it into lines, in place: the comma between records becomes a line break, and the event version becomes the
 * record's number, which holds the version in its last two digits. No byte is copied or parsed.
 * @param first number of the first record
 * @param longest a file with a longer record is not marked
 * @returns how many records, or undefined when the file is not quite like that (it may be half changed then: read it again)
 */
export function markRecords(bytes: Buffer, first: number, longest: number): number | undefined {
  const end = bytes.length - 2;
  if (end < FIRST.length + 8 || bytes[end] !== 0x5d || bytes[end + 1] !== 0x7d || bytes.indexOf(FIRST) !== 0 || bytes.includes(0x0a)) return undefined;
  let brace = 12;
  let count = 0;
  for (;;) {
    if (!isVersion(bytes, brace + 16)) return undefined;
    stamp(bytes, brace, first + count++, bytes[brace + 19]!, bytes[brace + 20]!);
    const comma = bytes.indexOf(BETWEEN, brace + HEAD);
    if ((comma < 0 ? end : comma) - brace > longest) return undefined;
    if (comma < 0) break;
    if (bytes[comma - 1] !== 0x7d) return undefined;
    bytes[comma] = 0x0a;
    brace = comma + 1;
  }
  bytes.fill(SPACE, 0, 12);
  bytes[end] = SPACE;
  bytes[end + 1] = 0x0a;
  return count;
}
