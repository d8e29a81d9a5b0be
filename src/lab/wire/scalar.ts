import { LabError } from '../contract.ts';
import type { Schema } from './schema.ts';

/** Smithy's timestamp formats as the schemas number them; 4 means "the protocol's default". */
export const DATE_TIME = 5;
export const HTTP_DATE = 6;
export const EPOCH_SECONDS = 7;
export type TimestampFormat = 5 | 6 | 7;

export const timestampFormat = (schema: Schema, fallback: TimestampFormat): TimestampFormat => {
  const own = schema.getSchema() as unknown as number;
  return own === 4 ? fallback : (own as TimestampFormat);
};

/** A behaviour may answer times as Date, epoch milliseconds (what the world keeps) or ISO 8601 text. */
const toDate = (value: unknown): Date => {
  const date = value instanceof Date ? value : new Date(value as string | number);
  if (Number.isNaN(date.getTime())) throw new TypeError(`not a time: ${String(value)}`);
  return date;
};

export function timestampText(schema: Schema, value: unknown, fallback: TimestampFormat): string {
  const date = toDate(value);
  const format = timestampFormat(schema, fallback);
  if (format === HTTP_DATE) return date.toUTCString();
  if (format === EPOCH_SECONDS) return String(date.getTime() / 1000);
  return date.toISOString().replace('.000Z', 'Z');
}

export const bytes = (value: unknown): Buffer => {
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError('a blob must be bytes or a string');
};

/** Thrown while reading a request; request.ts turns it into the protocol's own code. */
export const malformed = (what: string) => new LabError('SerializationException', what, { status: 400 });

export function parseTimestamp(text: string): Date {
  const date = /^-?\d+(\.\d+)?(E\d+)?$/i.test(text) ? new Date(Math.round(Number(text) * 1000)) : new Date(text);
  if (Number.isNaN(date.getTime())) throw malformed(`not a timestamp: ${text}`);
  return date;
}

/** Text of a query parameter, header, label or XML element as the value its schema names. */
export function fromText(schema: Schema, text: string): unknown {
  if (schema.isBooleanSchema()) {
    if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
    throw malformed(`not a boolean: ${text}`);
  }
  if (schema.isNumericSchema()) {
    const number = text === 'Infinity' || text === '-Infinity' || text === 'NaN' ? Number(text) : text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isNaN(number) && text !== 'NaN') throw malformed(`not a number: ${text}`);
    return number;
  }
  if (schema.isBigIntegerSchema()) {
    if (!/^-?\d+$/.test(text)) throw malformed(`not an integer: ${text}`);
    return BigInt(text);
  }
  if (schema.isTimestampSchema()) return parseTimestamp(text);
  if (schema.isBlobSchema()) return Buffer.from(text, 'base64');
  return text;
}

export function toText(schema: Schema, value: unknown, fallback: TimestampFormat): string {
  if (schema.isTimestampSchema()) return timestampText(schema, value, fallback);
  if (schema.isBlobSchema()) return bytes(value).toString('base64');
  return String(value);
}
