import type { Json, JsonObject } from '../../../kernel/index.ts';
import { isObject, principalOf, type TrailRecord, text } from '../../event.ts';

/** Leaves and depth at which reading of a hostile request ends; AWS's own requests are far smaller. */
const LEAVES = 5_000;
const DEPTH = 24;
const SHOWN = 160;

/** The member of this name; services spell the first letters of theirs differently (`RegionName`, `dBInstanceIdentifier`), so case does not count. */
function member(object: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const wanted = name.toLowerCase();
  for (const key of Object.keys(object)) if (key.toLowerCase() === wanted) return object[key];
  return undefined;
}
/** What lies at a dotted path under `value`, whatever the case of its members. */
export function below(value: Json | undefined, path: string): Json | undefined {
  let here: Json | undefined = value;
  for (const name of path.split('.')) {
    if (!isObject(here)) return undefined;
    here = member(here, name);
  }
  return here;
}
/** The request; younger EC2 APIs wrap theirs in `<EventName>Request`. */
export function requestOf(record: TrailRecord): JsonObject {
  const request = record.requestParameters;
  if (!isObject(request)) return {};
  const inner = member(request, `${text(record, 'eventName') ?? ''}Request`);
  return isObject(inner) ? inner : request;
}
/** What was asked for at this dotted path, whatever the case of its members. */
export const asked = (record: TrailRecord, path: string): Json | undefined => below(requestOf(record), path);

const plain = (value: Json | undefined): string | undefined => {
  if (isObject(value)) return plainest(member(value, 'content') ?? member(value, 'value'));
  return plainest(value);
};
const plainest = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
/** A value as text, `''` for what is none. */
export const word = (value: Json | undefined): string => plain(value) ?? '';
/** The same as text; `{value: x}` and `{tag: 1, content: x}`, as EC2 writes, count as x; undefined for nothing and for the empty string. */
export const askedText = (record: TrailRecord, path: string): string | undefined => plain(asked(record, path)) || undefined;
/** The same as a number, or NaN. */
export const askedNumber = (record: TrailRecord, path: string): number => Number(askedText(record, path) ?? Number.NaN);

const cut = (value: string): string => (value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
/** The first of these that the request names, bounded, for a sentence. */
export function named(record: TrailRecord, ...paths: readonly string[]): string {
  for (const path of paths) {
    const value = asked(record, path);
    const found = plain(value) || list(value).map(plain).filter(Boolean).slice(0, 3).join(', ');
    if (found) return cut(found);
  }
  return '?';
}
/** The same in brackets after a space, or nothing: for what not every request names. */
export const noted = (record: TrailRecord, ...paths: readonly string[]): string => {
  const found = named(record, ...paths);
  return found === '?' ? '' : ` (${found})`;
};
/** Who acted, bounded, for a sentence. */
export const who = (record: TrailRecord): string => cut(principalOf(record));
export const region = (record: TrailRecord): string => cut(text(record, 'awsRegion') ?? '?');
export const api = (record: TrailRecord): string => cut(text(record, 'eventName') ?? '?');
/** Any text, bounded, for a sentence. */
export const shown = (value: string | undefined): string => cut(value || '?');

/** Members of a list in any of the forms that CloudTrail has for one: an array, `{items: []}`, `{member: []}`, one object alone. */
export function list(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null || value === '') return [];
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return [value];
  const items = member(value, 'items');
  const inner = items === undefined ? member(value, 'member') : items;
  if (inner !== undefined) return Array.isArray(inner) ? inner : inner === null ? [] : [inner];
  return Object.keys(value).length === 0 ? [] : [value];
}
/** Every text within a value, JSON inside of texts not opened. */
export function strings(value: unknown): readonly string[] {
  const found: string[] = [];
  let left = LEAVES;
  const walk = (here: unknown, depth: number) => {
    if (left <= 0 || depth > DEPTH) return;
    left -= 1;
    if (typeof here === 'string') found.push(here);
    else if (Array.isArray(here)) for (const item of here) walk(item, depth + 1);
    else if (isObject(here)) for (const item of Object.values(here)) walk(item, depth + 1);
  };
  walk(value, 0);
  return found;
}
export const yes = (value: Json | undefined): boolean => plain(value)?.toLowerCase() === 'true';
export const no = (value: Json | undefined): boolean => plain(value)?.toLowerCase() === 'false';

/** What these services send was written by a person or a workload, so it counts as theirs, not as AWS's own work. */
const CARRIERS = /^(cloudformation|cloudcontrolapi|servicecatalog|ssm|states|scheduler|events|lambda|batch|ecs-tasks|codebuild)\.amazonaws\.com(\.cn)?$/;
/**
 * AWS's services at their own work: a service as the caller, or a service-linked role, or a service's address. Not `AWS Internal`, which stands for the
 * console as well.
 */
export function machinery(record: TrailRecord): boolean {
  if (text(record, 'userIdentity.type') === 'AWSService') return true;
  if (text(record, 'userIdentity.sessionContext.sessionIssuer.arn')?.includes(':role/aws-service-role/')) return true;
  const source = text(record, 'sourceIPAddress') ?? '';
  return /\.amazonaws\.com(\.cn)?$/.test(source) && !CARRIERS.test(source);
}
/** Signed with a long-term access key: neither the console nor a role. */
export const longTermKey = (record: TrailRecord): boolean => text(record, 'userIdentity.accessKeyId')?.startsWith('AKIA') === true;
