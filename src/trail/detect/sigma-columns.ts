import type { Json } from '../../kernel/index.ts';
import { isObject, readRecord, type TrailRecord } from '../event.ts';
import type { Shape, SigmaRule } from '../sigma/index.ts';
import { IDENTITY_TEXTS, JSONS, MEMBERS, TEXTS } from '../store/columns.ts';

const CONTEXT = 'userIdentity.sessionContext';
const ISSUER = `${CONTEXT}.sessionIssuer`;
/** A record's dotted fields that are columns of the view `events`, holding the very value. */
const COLUMNS: ReadonlyMap<string, string> = new Map([
  ...[...TEXTS, 'eventVersion', 'eventTime', 'readOnly'].map((name) => [name, name] as const),
  ...IDENTITY_TEXTS.map((name) => [`userIdentity.${name}`, name === 'type' ? 'identityType' : name] as const),
  ...['type', 'principalId', 'arn', 'accountId', 'userName'].map((name) => [`${ISSUER}.${name}`, `issuer${name[0]!.toUpperCase()}${name.slice(1)}`] as const),
  [`${CONTEXT}.attributes.creationDate`, 'sessionCreated'],
  [`${CONTEXT}.attributes.mfaAuthenticated`, 'mfaAuthenticated'],
  ...['sourceIdentity', 'ec2RoleDelivery', 'assumedRoot', 'ec2IssuedInVpc'].map((name) => [`${CONTEXT}.${name}`, name] as const),
]);
/** Nearly every event has its own. */
const EACH_ITS_OWN: ReadonlySet<string> = new Set(['eventTime', 'eventID', 'requestID', 'sharedEventID']);

const headOf = (field: string): string => field.split('.', 1)[0]!;
/** The store's records have no such member: it is absent from every event. */
const isUnknown = (field: string): boolean => !MEMBERS.has(headOf(field));

/** Those of these fields by which events can be grouped, with their columns. */
export const groupingOf = (fields: readonly string[]): ReadonlyMap<string, string> =>
  new Map(fields.filter((field) => COLUMNS.has(field) && !EACH_ITS_OWN.has(COLUMNS.get(field)!)).map((field) => [field, COLUMNS.get(field)!]));
export const typeOf = (column: string): string => (column === 'readOnly' ? 'BOOLEAN' : 'VARCHAR');

/**
 * What a row of columns tells of its events: a null column is an absent member, as the store cannot tell the two apart; what the store's
 * records never have is absent too.
 */
export function shapeOf(rule: SigmaRule, grouping: ReadonlyMap<string, string>, row: Readonly<Record<string, unknown>>): Shape {
  const shape: Record<string, Json | undefined> = Object.create(null);
  for (const field of rule.fields) if (isUnknown(field)) shape[field] = undefined;
  for (const [field, column] of grouping) shape[field] = (row[column] ?? undefined) as Json | undefined;
  return shape;
}

/** What a row of columns has of a record. */
export function recordOfRow(grouping: ReadonlyMap<string, string>, row: Readonly<Record<string, unknown>>): TrailRecord {
  const record: Record<string, Json> = {};
  for (const [field, column] of grouping) put(record, field.split('.'), (row[column] ?? null) as Json);
  return record;
}

/** Which columns must be read to have these fields of a record, and how the record is made of them. */
export interface Reading {
  readonly columns: readonly string[];
  /** `values` in the order of `columns`. */
  recordOf(values: readonly unknown[]): TrailRecord;
}
/** The whole record, members that are null left out. */
const WHOLE: Reading = { columns: ['raw'], recordOf: ([raw]) => present(readRecord(raw as string)) };

/** `fields` undefined: the whole record. */
export function readingOf(fields: Iterable<string> | undefined): Reading {
  if (fields === undefined) return WHOLE;
  const texts = new Map<string, readonly string[]>();
  const jsons = new Set<string>();
  for (const field of fields) {
    const column = COLUMNS.get(field);
    if (column !== undefined) texts.set(column, field.split('.'));
    else if (JSONS.includes(headOf(field))) jsons.add(headOf(field));
    else if (!isUnknown(field)) return WHOLE;
  }
  const [paths, members] = [[...texts.values()], [...jsons]];
  return {
    columns: [...texts.keys(), ...members],
    recordOf: (values) => {
      const record: Record<string, Json> = {};
      for (const [index, path] of paths.entries()) put(record, path, values[index] as Json);
      for (const [index, name] of members.entries())
        if (typeof values[paths.length + index] === 'string') putLate(record, name, values[paths.length + index] as string);
      return record;
    },
  };
}
/** Most rules are answered before they ask for what lies in JSON: it is parsed when it is asked for. */
function putLate(record: Record<string, Json>, name: string, json: string): void {
  let parsed: TrailRecord | undefined;
  const get = () => (parsed ??= readRecord(`{"${name}":${json}}`))[name];
  Object.defineProperty(record, name, { get, enumerable: true });
}
function put(record: Record<string, Json>, path: readonly string[], value: Json): void {
  if (value === null) return;
  let inner = record;
  for (const name of path.slice(0, -1)) {
    inner[name] ??= {};
    inner = inner[name] as Record<string, Json>;
  }
  inner[path.at(-1)!] = value;
}

/** The store writes every member that a record may have: those that are null were not there. What lies inside the members is left as it is. */
function present(record: TrailRecord): TrailRecord {
  const members = Object.entries(record).filter(([, value]) => value !== null);
  return Object.fromEntries(members.map(([name, value]) => [name, name === 'userIdentity' && isObject(value) ? identityOf(value) : value]));
}
const STRUCTS = ['sessionContext', 'sessionIssuer', 'attributes'];
function identityOf(value: { readonly [member: string]: Json }): { [member: string]: Json } {
  const members = Object.entries(value).flatMap(([name, inner]): [string, Json][] => {
    if (inner === null) return [];
    if (!STRUCTS.includes(name) || !isObject(inner)) return [[name, inner]];
    const kept = identityOf(inner);
    return Object.keys(kept).length > 0 ? [[name, kept]] : [];
  });
  return Object.fromEntries(members);
}
