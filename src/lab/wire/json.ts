import { bytes, EPOCH_SECONDS, malformed, parseTimestamp, timestampFormat, timestampText } from './scalar.ts';
import { members, type Schema, traitsOf } from './schema.ts';

/** `names`: whether jsonName counts (restJson1) or not (awsJson). */
const wireName = (name: string, member: Schema, names: boolean): string => (names && traitsOf(member).jsonName) || name;

/** Plain JSON from the wire as the SDK's types would have it (Dates, Buffers). Throws SerializationException on a wrong type. */
export function readJson(schema: Schema, value: unknown, names: boolean): unknown {
  if (value === null || value === undefined) return undefined;
  const wrong = (expected: string) => malformed(`${schema.getMemberName() ?? 'the body'}: expected ${expected}`);
  if (schema.isStructSchema()) {
    if (typeof value !== 'object' || Array.isArray(value)) throw wrong('an object');
    const result: Record<string, unknown> = {};
    for (const [name, member] of members(schema)) {
      const key = wireName(name, member, names);
      const own = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
      if (own !== null && own !== undefined) result[name] = readJson(member, own, names);
    }
    return result;
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrong('a list');
    const item = schema.getValueSchema();
    return value.map((entry) => (entry === null ? null : readJson(item, entry, names)));
  }
  if (schema.isMapSchema()) {
    if (typeof value !== 'object' || Array.isArray(value)) throw wrong('an object');
    const item = schema.getValueSchema();
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, entry === null ? null : readJson(item, entry, names)]));
  }
  if (schema.isTimestampSchema()) return parseTimestamp(String(value));
  if (schema.isBlobSchema()) {
    if (typeof value !== 'string') throw wrong('base64 text');
    return Buffer.from(value, 'base64');
  }
  if (schema.isBigIntegerSchema()) return BigInt(value as number);
  if (schema.isStringSchema() && typeof value !== 'string') throw wrong('a string');
  if (schema.isBooleanSchema() && typeof value !== 'boolean') throw wrong('a boolean');
  if (schema.isNumericSchema() && typeof value !== 'number') {
    if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
    throw wrong('a number');
  }
  return value;
}

/** A behaviour's output as the JSON of the wire. Members the schema does not know are left out. */
export function writeJson(schema: Schema, value: any, names: boolean): unknown {
  if (schema.isStructSchema()) {
    const result: Record<string, unknown> = {};
    for (const [name, member] of members(schema)) {
      const own = value[name];
      if (own !== null && own !== undefined) result[wireName(name, member, names)] = writeJson(member, own, names);
    }
    return result;
  }
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    return value.map((entry: unknown) => (entry === null || entry === undefined ? null : writeJson(item, entry, names)));
  }
  if (schema.isMapSchema()) {
    const item = schema.getValueSchema();
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    return Object.fromEntries(entries.map(([key, entry]) => [key, entry === null ? null : writeJson(item, entry, names)]));
  }
  if (schema.isTimestampSchema()) {
    const text = timestampText(schema, value, EPOCH_SECONDS);
    return timestampFormat(schema, EPOCH_SECONDS) === EPOCH_SECONDS ? Number(text) : text;
  }
  if (schema.isBlobSchema()) return bytes(value).toString('base64');
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value;
}
