import { HTTP_DATE, timestampFormat } from '../../src/lab/wire/scalar.ts';
import { members, requiredMembers, type Schema, traitsOf } from '../../src/lab/wire/schema.ts';

/** Seeded random numbers (mulberry32), so that a failure can be had again. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface RandomOptions {
  next: () => number;
  /** Whether the protocol can say "an empty list" or "a structure without members"; the query protocols cannot. */
  empty: boolean;
  /** Clients that do not send or read fractions of seconds. */
  wholeSeconds?: boolean;
  /** Exact values of members by name, wherever they stand at the top. */
  fixed?: Readonly<Record<string, unknown>>;
}
/** Plain: what survives a header; wire: anything XML 1.0, a query string and JSON can all hold. */
const PLAIN = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.';
const WIRE = [...PLAIN, ...` /?&=%+#:;,@!*'"()<>[]{}\\|\`~^$`, '\n', '\t', 'é', 'ñ', '日', '\u00a0', '😀', '\u0301'];
const MAX_DEPTH = 5;

/** A random value of a structure: every member of the first levels, fewer further down. */
export function randomStructure(schema: Schema, options: RandomOptions): Record<string, unknown> {
  return structure(schema, options, 0);
}

function structure(schema: Schema, options: RandomOptions, depth: number): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const all = [...members(schema)];
  if (schema.isUnionSchema()) {
    const [name, member] = all[Math.floor(options.next() * all.length)]!;
    return { [name]: value(member, options, depth + 1, 'wire') };
  }
  const required = new Set(requiredMembers(schema));
  for (const [name, member] of all) {
    if (depth === 0 && options.fixed && Object.hasOwn(options.fixed, name)) {
      if (options.fixed[name] !== undefined && !member.isListSchema()) result[name] = options.fixed[name];
      continue;
    }
    const traits = traitsOf(member);
    const needed = required.has(name) || traits.httpLabel || traits.idempotencyToken || member.isStreaming() || traits.httpPrefixHeaders !== undefined;
    if (!needed && options.next() > 0.9 / (1 + depth * depth)) continue;
    const inHeader = traits.httpHeader || traits.httpPrefixHeaders !== undefined;
    if (traits.httpResponseCode) result[name] = 200 + Math.floor(options.next() * 3);
    else result[name] = value(member, options, depth + 1, inHeader ? 'plain' : traits.httpLabel ? 'label' : 'wire');
  }
  // Query protocols and flattened XML have no way to say "there, but empty".
  if (depth > 0 && !options.empty && Object.keys(result).length === 0 && all.length > 0) {
    const [name, member] = all.find(([, candidate]) => !candidate.isStructSchema() && !candidate.isListSchema()) ?? all[0]!;
    result[name] = value(member, options, depth + 1, 'wire');
  }
  return result;
}

function value(schema: Schema, options: RandomOptions, depth: number, place: 'wire' | 'plain' | 'label'): unknown {
  const { next } = options;
  if (schema.isStructSchema()) return structure(schema, options, depth);
  if (schema.isListSchema() || schema.isMapSchema()) {
    const least = options.empty && place === 'wire' && next() < 0.1 ? 0 : 1;
    const length = depth > MAX_DEPTH ? least : least + Math.floor(next() * 2);
    const items = Array.from({ length }, () => value(schema.getValueSchema(), options, depth + 1, place));
    if (schema.isListSchema()) return items;
    return Object.fromEntries(items.map((item) => [word(options, place === 'plain' ? 'key' : 'wire', 1), item]));
  }
  if (schema.isBooleanSchema()) return next() < 0.5;
  if (schema.isNumericSchema()) return next() < 0.05 ? Number.MAX_SAFE_INTEGER : Math.floor(next() * 1000);
  if (schema.isBigIntegerSchema()) return BigInt(Math.floor(next() * 1e15));
  if (schema.isTimestampSchema()) {
    const seconds = 1_000_000_000 + Math.floor(next() * 800_000_000);
    const whole = options.wholeSeconds || place === 'plain' || timestampFormat(schema, HTTP_DATE) === HTTP_DATE || next() < 0.5;
    return new Date(seconds * 1000 + (whole ? 0 : Math.floor(next() * 1000)));
  }
  if (schema.isBlobSchema()) return Uint8Array.from({ length: 1 + Math.floor(next() * 40) }, () => Math.floor(next() * 256));
  return word(options, place, place === 'wire' && next() < 0.05 ? 0 : 1);
}

function word({ next }: RandomOptions, place: 'wire' | 'plain' | 'label' | 'key', least: number): string {
  const length = least === 0 ? 0 : 1 + Math.floor(next() * 12);
  const alphabet = place === 'wire' || place === 'label' ? WIRE : PLAIN;
  const text = Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]!).join('');
  // XML readers drop text that is white space only.
  const visible = text !== '' && text.trim() === '' ? `${text}x` : text;
  return place === 'key' ? visible.toLowerCase() : visible;
}

/** A value as comparable JSON: times, bytes and absent members in one form. */
export function comparable(value_: unknown): unknown {
  if (value_ === null || value_ === undefined) return undefined;
  if (value_ instanceof Date) return `time ${value_.toISOString()}`;
  if (value_ instanceof Uint8Array) return `bytes ${Buffer.from(value_).toString('base64')}`;
  if (typeof value_ === 'bigint') return `integer ${value_}`;
  if (Array.isArray(value_)) return value_.map((item) => comparable(item) ?? null);
  if (typeof value_ === 'object') {
    const entries = Object.entries(value_).map(([key, item]): [string, unknown] => [key, comparable(item)]);
    return Object.fromEntries(entries.filter(([, item]) => item !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return value_;
}
