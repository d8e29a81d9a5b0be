import type { Json, JsonObject } from '../../kernel/index.ts';
import { isObject, type TrailRecord } from '../event.ts';
import { IDENTITY_TEXTS, JSONS, MEMBERS, TEXTS } from '../store/columns.ts';
import { exactJson, exactText, parseExact } from './exact.ts';
import { endOfString } from './scan.ts';
import { unwrap } from './unwrap.ts';

/** A record made into a line that the store reads for certain, and what was odd about it. */
export interface Careful {
  readonly line: string;
  readonly notes: readonly string[];
}
/** Longer text than this is cut in the store; the source has it whole. */
const LONGEST = 1 << 20;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Deeper records, or such of more values, are not parsed: JSON of a hundred megabytes can need gigabytes. */
const DEEPEST = 2000;
const MOST_VALUES = 2_000_000;

/** @returns the line, or why there is none */
export function carefulLine(bytes: Buffer, number: number): Careful | string {
  const notes: string[] = [];
  const heavy = bytes.length > DEEPEST ? tooHeavy(bytes) : undefined;
  if (heavy) return heavy;
  let raw: string;
  try {
    raw = utf8.decode(bytes);
  } catch {
    raw = bytes.toString('utf8');
    notes.push('not UTF-8: what could not be read became U+FFFD');
  }
  const twice = repeatedMember(raw);
  if (twice !== undefined) notes.push(`the member ${JSON.stringify(twice.slice(0, 60))} is there twice: the last one is used`);
  let value: Json;
  try {
    value = parseExact(raw);
  } catch (error) {
    return (error as Error).message;
  }
  const found = isObject(value) ? unwrap(value) : undefined;
  if (!found) return 'it is no CloudTrail record: it has no eventName, eventSource or eventType';
  if (found.note) notes.push(found.note);
  const careful = lineOf(found.record, number);
  return { line: careful.line, notes: [...notes, ...careful.notes] };
}

function tooHeavy(bytes: Buffer): string | undefined {
  let [depth, deepest, values] = [0, 0, 0];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === 0x22) {
      i = endOfString(bytes, i + 1);
      if (i < 0) return undefined;
    } else if (byte === 0x2c) values++;
    else if (byte === 0x7b || byte === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  if (deepest > DEEPEST) return `it is nested ${deepest} deep`;
  return values > MOST_VALUES ? `it holds ${values} values` : undefined;
}

/** The line of a record that was read otherwise (an export, a list of answers). */
export function lineOf(record: TrailRecord, number: number): Careful {
  const notes: string[] = [];
  const row: Record<string, Json> = Object.create(null);
  const whole = (value: Json | undefined, name: string): string | null => {
    if (value === undefined || value === null) return null;
    const text = typeof value === 'string' ? exactText(value) : exactJson(value);
    if (typeof value === 'object') notes.push(`${name} is no text`);
    if (text.length > LONGEST) notes.push(`${name} is ${text.length} characters long: the store keeps the beginning`);
    const written = wellFormed(text.slice(0, LONGEST));
    if (written.length < LONGEST && written !== text) notes.push(`${name} holds half a surrogate pair: it became U+FFFD`);
    return written;
  };
  const own = (name: string): Json | undefined => (Object.hasOwn(record, name) ? record[name] : undefined);
  for (const name of [...TEXTS, 'eventVersion', 'eventTime', 'readOnly'] as const) row[name] = whole(own(name), name);
  for (const name of JSONS) row[name] = bounded(own(name), name, notes);
  row.userIdentity = identity(own('userIdentity'), whole, notes);
  if (row.eventTime !== null && Number.isNaN(Date.parse(row.eventTime as string))) notes.push('eventTime is no date');
  const unknown = Object.keys(record).filter((name) => !MEMBERS.has(name));
  if (unknown.length > 0)
    notes.push(
      `members that are not known: ${unknown
        .slice(0, 5)
        .map((name) => JSON.stringify(name.slice(0, 60)))
        .join(', ')}`,
    );
  // The version goes with the number, as in packed lines.
  const minor = typeof row.eventVersion === 'string' ? /^1\.(0[1-9]|[1-9]\d)$/.exec(row.eventVersion)?.[1] : undefined;
  if (minor !== undefined) row.eventVersion = null;
  return { line: `{"n":${BigInt(number) * 100n + BigInt(minor ?? 0)},${exactJson(row).slice(1)}`, notes };
}

function identity(value: Json | undefined, whole: (value: Json | undefined, name: string) => string | null, notes: string[]): Json {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) {
    notes.push('userIdentity is no object');
    return null;
  }
  const row: Record<string, Json> = Object.create(null);
  const own = (from: JsonObject, name: string): Json | undefined => (Object.hasOwn(from, name) ? from[name] : undefined);
  for (const name of IDENTITY_TEXTS) row[name] = whole(own(value, name), `userIdentity.${name}`);
  for (const name of ['onBehalfOf', 'inScopeOf', 'delegatedBy']) row[name] = bounded(own(value, name), `userIdentity.${name}`, notes);
  const context = own(value, 'sessionContext');
  if (isObject(context)) {
    const session: Record<string, Json> = Object.create(null);
    for (const name of ['sourceIdentity', 'ec2RoleDelivery', 'assumedRoot', 'ec2IssuedInVpc']) session[name] = whole(own(context, name), name);
    session.webIdFederationData = bounded(own(context, 'webIdFederationData'), 'webIdFederationData', notes);
    const part = (name: string, members: readonly string[]): void => {
      const from = own(context, name);
      if (isObject(from)) session[name] = Object.fromEntries(members.map((member) => [member, whole(own(from, member), `${name}.${member}`)]));
    };
    part('sessionIssuer', ['type', 'principalId', 'arn', 'accountId', 'userName']);
    part('attributes', ['creationDate', 'mfaAuthenticated']);
    row.sessionContext = session;
  }
  if (row.sessionContext !== undefined || Object.values(row).some((member) => member !== null)) return row;
  if (Object.keys(value).length > 0) notes.push('userIdentity holds nothing that is known');
  return null;
}

/** A JSON member that is not longer and not deeper than the store takes; else its beginning as text. */
function bounded(value: Json | undefined, name: string, notes: string[]): Json {
  if (value === undefined || value === null) return null;
  const text = exactJson(value);
  if (text.length <= LONGEST && depthOf(text) <= 200) return wellFormedJson(text, value, notes);
  notes.push(`${name} is ${text.length > LONGEST ? `${text.length} characters long` : 'nested more than 200 deep'}: the store keeps its beginning as text`);
  return wellFormed(text.slice(0, 65_536));
}
function depthOf(json: string): number {
  let [depth, deepest] = [0, 0];
  for (let i = 0; i < json.length; i++) {
    const char = json.charCodeAt(i);
    if (char === 0x22) {
      for (i++; i < json.length && json.charCodeAt(i) !== 0x22; i++) if (json.charCodeAt(i) === 0x5c) i++;
    } else if (char === 0x7b || char === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (char === 0x7d || char === 0x5d) depth--;
  }
  return deepest;
}

const LONE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const wellFormed = (text: string): string => text.replace(LONE, '\uFFFD');
/** `JSON.stringify` writes half a surrogate pair as an escape that DuckDB refuses. */
function wellFormedJson(text: string, value: Json, notes: string[]): Json {
  if (!/\\ud[89a-f]/i.test(text)) return value;
  notes.push('half a surrogate pair became U+FFFD');
  return JSON.parse(JSON.stringify(value).replace(/\\\\|\\ud[89a-f][0-9a-f]{2}/gi, (found) => (found === '\\\\' ? found : '\ufffd'))) as Json;
}

/** A member that one object of the record has twice; JSON leaves open which one counts, so it is told. */
export function repeatedMember(raw: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (let i = 0; i < raw.length; i++) {
    const char = raw.charCodeAt(i);
    if (char === 0x7b) open.push(new Set());
    else if (char === 0x5b) open.push(undefined);
    else if (char === 0x7d || char === 0x5d) open.pop();
    else if (char === 0x22) {
      const from = i + 1;
      for (i++; i < raw.length && raw.charCodeAt(i) !== 0x22; i++) if (raw.charCodeAt(i) === 0x5c) i++;
      let after = i + 1;
      while (/\s/.test(raw[after] ?? '')) after++;
      const members = open.at(-1);
      if (raw[after] === ':' && members) {
        const name = raw.slice(from, i);
        if (members.has(name)) return name;
        members.add(name);
      }
    }
  }
  return undefined;
}
