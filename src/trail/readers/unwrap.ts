import type { Json, JsonObject } from '../../kernel/index.ts';
import { isObject, type TrailRecord } from '../event.ts';
import { parseExact } from './exact.ts';

const own = (from: JsonObject | TrailRecord, name: string): Json | undefined => (Object.hasOwn(from, name) ? (from as JsonObject)[name] : undefined);
/** Something that CloudTrail says of every event it records. */
const isRecord = (value: TrailRecord): boolean =>
  typeof own(value, 'eventName') === 'string' || typeof own(value, 'eventType') === 'string' || typeof own(value, 'eventSource') === 'string';

/**
 * The record inside of what others put around it: an answer of LookupEvents (`CloudTrailEvent`), an EventBridge event (`detail`), a document of Elasticsearch
 * (`_source`) or Logstash (`@timestamp` in the place of `eventTime`).
 * @returns the record, and whether something had to be added; undefined when there is none
 */
export function unwrap(value: TrailRecord): { readonly record: TrailRecord; readonly note?: string } | undefined {
  let inner: TrailRecord = value;
  for (let times = 0; times < 4 && !isRecord(inner); times++) {
    const text = own(inner, 'CloudTrailEvent') ?? own(inner, 'message');
    const next = own(inner, '_source') ?? own(inner, 'detail') ?? own(inner, 'cloudtrail') ?? (typeof text === 'string' ? parsed(text) : undefined);
    if (!isObject(next)) return undefined;
    inner = next;
  }
  // An answer of LookupEvents names the event itself, beside the whole record.
  const whole = own(inner, 'CloudTrailEvent');
  if (typeof whole === 'string') {
    const record = parsed(whole);
    if (isObject(record)) inner = record;
  }
  if (!isRecord(inner)) return undefined;
  const stamp = own(inner, '@timestamp') ?? own(value, '@timestamp');
  if (own(inner, 'eventTime') === undefined && typeof stamp === 'string') {
    const { '@timestamp': _stamp, '@version': _version, ...rest } = inner;
    return { record: { ...rest, eventTime: stamp.replace(/\.000Z$/, 'Z') }, note: 'it has no eventTime: @timestamp was taken' };
  }
  return { record: inner };
}
function parsed(text: string): Json | undefined {
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}
