/**
 * Turns a log file as CloudTrail writes it into lines that are half as long: the identity and the members that end a record, which many records have
 * alike, are kept once and named by a number. Nothing is parsed: texts are cut where only structure can stand (an unescaped quote never stands inside of a
 * JSON string), and a cut that is not where it seems leaves brackets open, which the store notices.
 *
 * AssemblyScript: a record costs half a dozen searches and copies, and in JavaScript each of them is a call that costs more than the search. The host copies a
 * window of the file to `input()`, calls `pack` and writes out what lies at `output(region)`; `src/trail/ingest/packs.ts` is that host.
 */

/** What the host copies in at once. */
const WINDOW: u32 = 1 << 20;
/** Searches look at 16 bytes at a time, also at the end of a window. */
const MARGIN: u32 = 64;
/** No record becomes twice as long on any line: its own names, 66 bytes, give way to the line's, 67 at most with numbers of 16 digits. */
const REGION: u32 = 2 * WINDOW;

export const LINES: u32 = 0;
export const WHOLE: u32 = 1;
export const IDENTITIES: u32 = 2;
export const ENDS: u32 = 3;

/** All records of the window are read that end in it. */
export const READ: u32 = 0;
/** Not as CloudTrail writes it. */
export const OTHER: u32 = 1;

const INPUT: u32 = 1 << 16;
const OUTPUT: u32 = INPUT + WINDOW + MARGIN;
const SLOTS: u32 = 1 << 16;
/** Heads of the chains of equal marks: identities, then ends. */
const HEADS: u32 = OUTPUT + REGION * 4;
const ARENA: u32 = HEADS + SLOTS * 2 * 4;
/** Texts are no longer remembered beyond this: a file made of different ones costs no more memory. */
const ARENA_MOST: u32 = 48 << 20;
/** Texts longer than this are not remembered: they hardly come twice. */
const TEXT_MOST: u32 = 16 << 10;
/** So many different texts with one mark are compared; a file made to have more costs no more. */
const CHAIN: u32 = 8;

const SIZES: usize = memory.data(16);
const COUNTS: usize = memory.data(16);
let arenaEnd: u32 = ARENA;
let taken: u32 = 0;
let packed: u32 = 0;
let whole: u32 = 0;

export function input(): u32 {
  return INPUT;
}
export function windowSize(): u32 {
  return WINDOW;
}
export function output(region: u32): u32 {
  return OUTPUT + region * REGION;
}
export function size(region: u32): u32 {
  return load<u32>(SIZES + (region << 2));
}
/** Bytes of the window that are dealt with. */
export function consumed(): u32 {
  return taken;
}
/** Records of the last call that became packed lines. */
export function packedRecords(): u32 {
  return packed;
}
/** Records of the last call that became lines of their own. */
export function wholeRecords(): u32 {
  return whole;
}
/** Different identities or ends since `forget`. */
export function count(region: u32): u32 {
  return load<u32>(COUNTS + (region << 2));
}
/** What lies in the regions is written out. */
export function written(): void {
  memory.fill(SIZES, 0, 16);
}
/** From here on nothing was seen before. */
export function forget(): void {
  written();
  memory.fill(COUNTS, 0, 16);
  memory.fill(HEADS, 0, SLOTS * 2 * 4);
  arenaEnd = ARENA;
}

const BEGINS: usize = memory.data<u8>([0x7b, 0x22, 0x65, 0x76, 0x65, 0x6e, 0x74, 0x56, 0x65, 0x72, 0x73, 0x69, 0x6f, 0x6e, 0x22, 0x3a]); // {"eventVersion":
const IDENTITY: usize = memory.data<u8>([0x22, 0x75, 0x73, 0x65, 0x72, 0x49, 0x64, 0x65, 0x6e, 0x74, 0x69, 0x74, 0x79, 0x22, 0x3a, 0x7b]); // "userIdentity":{
const TIME: usize = memory.data<u8>([0x7d, 0x2c, 0x22, 0x65, 0x76, 0x65, 0x6e, 0x74, 0x54, 0x69, 0x6d, 0x65, 0x22, 0x3a, 0x22]); // },"eventTime":"
const END: usize = memory.data<u8>([0x2c, 0x22, 0x72, 0x65, 0x61, 0x64, 0x4f, 0x6e, 0x6c, 0x79, 0x22, 0x3a]); // ,"readOnly":
const N: usize = memory.data<u8>([0x7b, 0x22, 0x6e, 0x22, 0x3a]); // {"n":
const I: usize = memory.data<u8>([0x2c, 0x22, 0x69, 0x22, 0x3a]); // ,"i":
const E: usize = memory.data<u8>([0x2c, 0x22, 0x65, 0x22, 0x3a]); // ,"e":
const ID: usize = memory.data<u8>([0x7b, 0x22, 0x69, 0x64, 0x22, 0x3a]); // {"id":
const OF: usize = memory.data<u8>([0x2c, 0x22, 0x75, 0x73, 0x65, 0x72, 0x49, 0x64, 0x65, 0x6e, 0x74, 0x69, 0x74, 0x79, 0x22, 0x3a]); // ,"userIdentity":
const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const OPEN: u8 = 0x7b;
const CLOSE: u8 = 0x7d;
const BREAK: u8 = 0x0a;
const LETTER: u8 = 0x4f; // O, rare in a record
/** Bytes from the brace to behind the comma after the version. */
const HEAD: u32 = 23;
const IDENTITY_AT: u32 = HEAD + 15;

/**
 * Fills the regions, which must be empty (`written`).
 * @param length of the window, which begins with a record's brace; no more than `windowSize()`
 * @param last nothing of the list comes behind it: its last record ends with it
 * @param first number of its first record
 * @param longest bytes of a record
 */
export function pack(length: u32, last: bool, first: f64, longest: u32): u32 {
  const end = INPUT + length;
  let brace = INPUT;
  let number = <u64>first;
  taken = packed = whole = 0;
  while (brace < end) {
    let next = nextBeginning(brace + HEAD, end);
    if (next === BROKEN) return OTHER;
    let to = next - 1;
    if (next === NONE) {
      if (!last) break;
      to = next = end;
    }
    if (to < brace + HEAD || !isVersion(brace) || load<u8>(to - 1) !== CLOSE || to - brace > longest) return OTHER;
    const time = startOfTime(brace + HEAD, to);
    const tail = time === NONE ? NONE : startOfEnd(time, to);
    if (tail === NONE) wholeLine(brace, to, number);
    else packedLine(brace, time, tail, to, number);
    brace = next;
    number++;
  }
  taken = brace - INPUT;
  return READ;
}

const NONE: u32 = 0;
const BROKEN: u32 = 1;

/** Place of the next `{"eventVersion":` behind a comma, NONE, or BROKEN at a line break: lines would break too. */
function nextBeginning(from: u32, end: u32): u32 {
  const brace = i8x16.splat(OPEN);
  const newline = i8x16.splat(BREAK);
  const head = load<u64>(BEGINS);
  const rest = load<u64>(BEGINS + 8);
  for (let at = from; at < end; at += 16) {
    const bytes = v128.load(at);
    let found = i8x16.bitmask(v128.or(i8x16.eq(bytes, brace), i8x16.eq(bytes, newline)));
    while (found !== 0) {
      const place = at + ctz(found);
      if (place >= end) return NONE;
      if (load<u8>(place) === BREAK) return BROKEN;
      if (place + 16 <= end && load<u64>(place) === head && load<u64>(place + 8) === rest && load<u8>(place - 1) === COMMA) return place;
      found &= found - 1;
    }
  }
  return NONE;
}

function isDigit(byte: u8): bool {
  return byte >= 0x30 && byte <= 0x39;
}
/** `"1.NN",` behind the name. */
function isVersion(brace: u32): bool {
  return (
    load<u8>(brace + 16) === QUOTE &&
    load<u8>(brace + 17) === 0x31 &&
    load<u8>(brace + 18) === 0x2e &&
    isDigit(load<u8>(brace + 19)) &&
    isDigit(load<u8>(brace + 20)) &&
    load<u8>(brace + 21) === QUOTE &&
    load<u8>(brace + 22) === COMMA
  );
}

/** Place of the comma behind the identity, which begins at `from`; NONE when there is none. */
function startOfTime(from: u32, to: u32): u32 {
  if (from + 16 > to || load<u64>(from) !== load<u64>(IDENTITY) || load<u64>(from + 8) !== load<u64>(IDENTITY + 8)) return NONE;
  const close = i8x16.splat(CLOSE);
  const head = load<u64>(TIME);
  const rest = load<u64>(TIME + 7);
  for (let at = from + 16; at < to; at += 16) {
    let found = i8x16.bitmask(i8x16.eq(v128.load(at), close));
    while (found !== 0) {
      const place = at + ctz(found);
      if (place + 15 > to) return NONE;
      if (load<u64>(place) === head && load<u64>(place + 7) === rest) return place + 1;
      found &= found - 1;
    }
  }
  return NONE;
}

/** Place of the comma before the last member `readOnly` (a request may have one of that name too); NONE when there is none. */
function startOfEnd(time: u32, to: u32): u32 {
  const letter = i8x16.splat(LETTER);
  const head = load<u64>(END);
  const rest = load<u32>(END + 8);
  for (let at = to; at > time; ) {
    // Before the window lies the data of this module: reading there does no harm.
    at -= 16;
    let found = i8x16.bitmask(i8x16.eq(v128.load(at), letter));
    while (found !== 0) {
      const bit = 31 - clz(found);
      const place = at + bit - 6;
      if (place < time) return NONE;
      if (place + 12 <= to && load<u64>(place) === head && load<u32>(place + 8) === rest) return place;
      found ^= 1 << bit;
    }
  }
  return NONE;
}

function packedLine(brace: u32, time: u32, tail: u32, to: u32, number: u64): void {
  const identity = once(IDENTITIES, brace + IDENTITY_AT, time, number);
  const end = once(ENDS, tail + 1, to - 1, number);
  const start = output(LINES);
  let at = start + size(LINES);
  at = putDecimal(put(at, N, 5), number);
  store<u16>(at, load<u16>(brace + 19));
  at = putDecimal(put(at + 2, I, 5), identity);
  at = putDecimal(put(at, E, 5), end);
  at = put(at, time, tail - time);
  store<u8>(at, CLOSE);
  store<u8>(at + 1, BREAK);
  store<u32>(SIZES + (LINES << 2), at + 2 - start);
  packed++;
}
function wholeLine(brace: u32, to: u32, number: u64): void {
  const start = output(WHOLE);
  let at = start + size(WHOLE);
  const minor = <u64>((load<u8>(brace + 19) - 0x30) * 10 + load<u8>(brace + 20) - 0x30);
  at = putDecimal(put(at, N, 5), number * 100 + minor);
  store<u8>(at, COMMA);
  at = put(at + 1, brace + HEAD, to - brace - HEAD);
  store<u8>(at, BREAK);
  store<u32>(SIZES + (WHOLE << 2), at + 1 - start);
  whole++;
}

/** The number under which these bytes are known; written out under `number` when they are not. */
function once(region: u32, from: u32, to: u32, number: u64): u64 {
  const known = find(region, from, to, number);
  if (known !== U64.MAX_VALUE) return known;
  const counted = COUNTS + (region << 2);
  store<u32>(counted, load<u32>(counted) + 1);
  const start = output(region);
  let at = start + size(region);
  at = putDecimal(put(at, ID, 6), number);
  if (region === IDENTITIES) at = put(at, OF, 16);
  else {
    store<u8>(at, COMMA);
    at++;
  }
  at = put(at, from, to - from);
  store<u8>(at, CLOSE);
  store<u8>(at + 1, BREAK);
  store<u32>(SIZES + (region << 2), at + 2 - start);
  return number;
}

/** The number under which the same bytes came before; else the highest of all, and they are known under `number` from now on. All bytes decide, not their mark. */
function find(region: u32, from: u32, to: u32, number: u64): u64 {
  const length = to - from;
  if (length > TEXT_MOST) return U64.MAX_VALUE;
  const head = HEADS + (((region - IDENTITIES) * SLOTS + (markOf(from, length) & (SLOTS - 1))) << 2);
  let entry = load<u32>(head);
  let chain: u32 = 0;
  for (; entry !== 0; entry = load<u32>(entry)) {
    if (load<u32>(entry + 4) === length && same(entry + 16, from, length)) return load<u64>(entry + 8);
    if (++chain >= CHAIN) return U64.MAX_VALUE;
  }
  const room = 16 + ((length + 7) & ~7);
  if (arenaEnd + room > ARENA + ARENA_MOST) return U64.MAX_VALUE;
  const pages: i32 = memory.size();
  if (arenaEnd + room + MARGIN > (<u32>pages) << 16 && memory.grow(64) < 0) return U64.MAX_VALUE;
  store<u32>(arenaEnd, load<u32>(head));
  store<u32>(arenaEnd + 4, length);
  store<u64>(arenaEnd + 8, number);
  memory.copy(arenaEnd + 16, from, length);
  store<u32>(head, arenaEnd);
  arenaEnd += room;
  return U64.MAX_VALUE;
}

// biome-ignore lint/correctness/noPrecisionLoss: 64 bits here, not a number of JavaScript.
const MIX: u64 = 0x9e3779b97f4a7c15;
function markOf(from: u32, length: u32): u32 {
  let mark: u64 = <u64>length * MIX;
  const last = from + length;
  let at = from;
  for (; at + 8 <= last; at += 8) mark = (rotl(mark, 23) ^ load<u64>(at)) * MIX;
  for (; at < last; at++) mark = (rotl(mark, 23) ^ <u64>load<u8>(at)) * MIX;
  return <u32>(mark >> 40) ^ <u32>(mark >> 12);
}
function same(a: u32, b: u32, length: u32): bool {
  let at: u32 = 0;
  for (; at + 16 <= length; at += 16) if (v128.any_true(v128.xor(v128.load(a + at), v128.load(b + at)))) return false;
  for (; at < length; at++) if (load<u8>(a + at) !== load<u8>(b + at)) return false;
  return true;
}

function put(at: u32, from: usize, length: u32): u32 {
  if (length > 64) memory.copy(at, from, length);
  else for (let i: u32 = 0; i < length; i++) store<u8>(at + i, load<u8>(from + i));
  return at + length;
}
function putDecimal(at: u32, value: u64): u32 {
  let digits: u32 = 1;
  for (let rest = value; rest >= 10; rest /= 10) digits++;
  let low = value;
  for (let i = digits; i > 0; i--) {
    const rest = low / 10;
    store<u8>(at + i - 1, 0x30 + <u8>(low - rest * 10));
    low = rest;
  }
  return at + digits;
}
