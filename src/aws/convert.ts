import type { NormalizedSchema } from '@smithy/core/schema';
import { AplombError, type Json, type JsonObject } from '../kernel/index.ts';

const wrong = (path: string, what: string): AplombError =>
  new AplombError('InvalidInput', `${path}: ${what}.`, { fix: 'This is a mistake in the plan, not in the account: correct the call.' });

/**
 * Plain JSON as the client wants it: ISO strings at timestamp members become Dates, base64 at blob members bytes,
 * number strings at numeric members numbers. Members the operation does not have are refused: the SDK would drop them silently.
 */
export function toSdk(schema: NormalizedSchema, value: Json, path: string): unknown {
  if (value === null || value === undefined) return undefined;
  if (schema.isDocumentSchema()) return value;
  if (schema.isTimestampSchema()) {
    const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(time)) throw wrong(path, 'not an ISO 8601 time');
    return new Date(time);
  }
  if (schema.isBlobSchema()) {
    if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw wrong(path, 'not base64');
    return Buffer.from(value, 'base64');
  }
  if (schema.isStructSchema()) {
    if (typeof value !== 'object' || Array.isArray(value)) throw wrong(path, 'not an object');
    const members = new Map(schema.structIterator());
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        const memberSchema = members.get(name);
        if (!memberSchema) throw wrong(`${path}.${name}`, 'no such member');
        return [name, toSdk(memberSchema, member, `${path}.${name}`)];
      }),
    );
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrong(path, 'not a list');
    return value.map((item, index) => toSdk(schema.getValueSchema(), item, `${path}[${index}]`));
  }
  if (schema.isMapSchema()) {
    if (typeof value !== 'object' || Array.isArray(value)) throw wrong(path, 'not an object');
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toSdk(schema.getValueSchema(), item, `${path}.${key}`)]));
  }
  if (schema.isStringSchema()) {
    if (typeof value !== 'string') throw wrong(path, 'not a string');
    return value;
  }
  if (schema.isBooleanSchema()) {
    if (typeof value !== 'boolean') throw wrong(path, 'not a boolean');
    return value;
  }
  if (schema.isBigIntegerSchema()) return BigInt(value as string);
  if (schema.isNumericSchema()) {
    const number = typeof value === 'string' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) throw wrong(path, 'not a number');
    return number;
  }
  return value;
}

/** What the client answers as plain JSON. Fractions and integers beyond 2^53 become strings, `$metadata` and undefined go. */
export function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : String(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  // LazyJsonString and NumericValue are objects that stand for their text.
  if (value instanceof String || value.constructor?.name === 'NumericValue') return String('string' in (value as object) ? (value as any).string : value);
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Map) return toJson(Object.fromEntries(value));
  const out: JsonObject = {};
  for (const [key, member] of Object.entries(value as object)) {
    if (member === undefined || key === '$metadata' || typeof member === 'function') continue;
    // defineProperty: a hostile key such as __proto__ stays an ordinary member.
    Object.defineProperty(out, key, { value: toJson(member), enumerable: true, configurable: true, writable: true });
  }
  return out;
}
