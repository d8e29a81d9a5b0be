import type { Lines } from '../ingest/lines.ts';

/** Where packed records go. */
export interface Packing {
  readonly lines: Pick<Lines, 'gather' | 'ensure' | 'size' | 'back' | 'write'>;
  /** The number under which these bytes, a userIdentity, are known. */
  identity(bytes: Buffer, from: number, to: number, number: number): number;
  /** The number under which these bytes, the members that end a record, are known. */
  end(bytes: Buffer, from: number, to: number, number: number): number;
}

/** Where records go that are not like most. */
export type Whole = Pick<Lines, 'write' | 'size' | 'back'>;

/** Between two records as CloudTrail writes them. An unescaped quote cannot stand inside a JSON string, so this is structure, never text. */
const BETWEEN = Buffer.from(',{"eventVersion":');
const FIRST = Buffer.from('{"Records":[{"eventVersion":');
const IDENTITY = Buffer.from('"userIdentity":{');
const AFTER_IDENTITY = Buffer.from(',"eventTime":"');
const END = Buffer.from(',"readOnly":');
const [QUOTE, COMMA, ONE, DOT, CLOSE] = [0x22, 0x2c, 0x31, 0x2e, 0x7d];
const NONE = -1;
/** Bytes from the brace to behind the comma after the version. */
const HEAD = 23;

const digit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const isVersion = (bytes: Buffer, at: number): boolean =>
  bytes[at] === QUOTE &&
  bytes[at + 1] === ONE &&
  bytes[at + 2] === DOT &&
  bytes[at + 5] === QUOTE &&
  bytes[at + 6] === COMMA &&
  digit(bytes[at + 3]) &&
  digit(bytes[at + 4]);

const [N, I, E] = ['{"n":', ',"i":', ',"e":'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
/** A few bytes: calling out of JavaScript costs more than they. */
function putText(bytes: Buffer, at: number, text: Buffer): number {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text[i]!;
  return at + text.length;
}
/** Writes a whole number as text. @returns where it ends */
function putNumber(bytes: Buffer, at: number, value: number): number {
  let length = 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) length++;
  let low = value % 1e8;
  let high = (value - low) / 1e8;
  for (let i = length - 1, eight = 0; i >= 0; i--, eight++) {
    if (eight === 8) {
      low = high % 1e8;
      high = (high - low) / 1e8;
      eight = 0;
    }
    bytes[at + i] = 0x30 + (low % 10);
    low = (low / 10) | 0;
  }
  return at + length;
}

/**
 * Turns a log file as CloudTrail writes it into lines that are half as long: the identity and the members that end a record, which many records have
 * alike, are kept once and named by a number. Nothing is parsed: texts are cut where only structure can stand, and a cut that is not where it seems leaves brackets
 * open, which the store notices.
 * @param whole takes the records that are not quite like that, as lines of their own
 * @returns how many records went each way, or undefined (and nothing written to `packing.lines`) when the file is not like that
 */
export function packRecords(bytes: Buffer, first: number, longest: number, packing: Packing, whole: Whole): { packed: number; whole: number } | undefined {
  const end = bytes.length - 2;
  if (end < FIRST.length + 8 || bytes[end] !== 0x5d || bytes[end + 1] !== CLOSE || bytes.indexOf(FIRST) !== 0 || bytes.includes(0x0a)) return undefined;
  const { lines } = packing;
  const { gather } = lines;
  const [before, wholeBefore] = [lines.size(), whole.size()];
  const counted = { packed: 0, whole: 0 };
  let number = first;
  /** Where the next end of a record is known to be: nothing is looked through twice. */
  const seen = { end: 0 };
  for (let brace = 12; brace < end; number++) {
    const next = bytes.indexOf(BETWEEN, brace + HEAD);
    const to = next < 0 ? end : next;
    if (!isVersion(bytes, brace + 16) || bytes[to - 1] !== CLOSE || to - brace > longest) {
      lines.back(before);
      whole.back(wholeBefore);
      return undefined;
    }
    const minor = (bytes[brace + 19]! - 0x30) * 10 + bytes[brace + 20]! - 0x30;
    const places = placesOf(bytes, brace, to, seen);
    if (places) {
      const identity = packing.identity(bytes, brace + HEAD + IDENTITY.length - 1, places.time, number);
      const tail = packing.end(bytes, places.end + 1, to - 1, number);
      const middle = places.end - places.time;
      if (middle > 1 << 17) lines.write(Buffer.from(`{"n":${BigInt(number) * 100n + BigInt(minor)},"i":${identity},"e":${tail}`));
      else {
        lines.ensure(middle + 100);
        const out = gather.bytes;
        let at = putText(out, gather.at, N);
        at = putNumber(out, at, number);
        out[at++] = bytes[brace + 19]!;
        out[at++] = bytes[brace + 20]!;
        at = putNumber(out, putText(out, at, I), identity);
        at = putNumber(out, putText(out, at, E), tail);
        at += bytes.copy(out, at, places.time, places.end);
        out[at++] = CLOSE;
        out[at++] = 0x0a;
        gather.at = at;
      }
      if (middle > 1 << 17) {
        lines.write(bytes.subarray(places.time, places.end));
        lines.write(Buffer.from('}\n'));
      }
      counted.packed++;
    } else {
      whole.write(Buffer.from(`{"n":${BigInt(number) * 100n + BigInt(minor)},`));
      whole.write(bytes.subarray(brace + HEAD, to));
      whole.write(Buffer.from('\n'));
      counted.whole++;
    }
    brace = to + 1;
  }
  return counted;
}

/** Where the identity ends and where the end begins, both at a comma. */
function placesOf(bytes: Buffer, brace: number, to: number, seen: { end: number }): { readonly time: number; readonly end: number } | undefined {
  const from = brace + HEAD;
  for (let i = 0; i < IDENTITY.length; i++) if (bytes[from + i] !== IDENTITY[i]) return undefined;
  const time = bytes.indexOf(AFTER_IDENTITY, from + IDENTITY.length);
  if (time < 0 || time >= to || bytes[time - 1] !== CLOSE) return undefined;
  // The last one: a request may have a member of that name too.
  let end = -1;
  let found = seen.end >= time || seen.end === NONE ? seen.end : bytes.indexOf(END, time);
  for (; found >= 0 && found < to; found = bytes.indexOf(END, found + END.length)) end = found;
  seen.end = found < 0 ? NONE : found;
  return end < 0 ? undefined : { time, end };
}
