import type { Background } from '../detection.ts';
import { matches, type NamedDetection } from '../detections/run.ts';
import { conditionsOf } from '../detections/stored.ts';
import { apiOf } from '../event.ts';
import { isOfIdentities } from './parts.ts';

/** An API that events of the store have, as they spell it. */
export interface Api {
  readonly eventSource: string;
  readonly eventName: string;
  /** No other service has an API of this name: the name says it all. */
  readonly alone?: boolean;
}
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const EVERY = '*:*';
/** Looks at every API, on one condition. */
export const looksAtAll = ({ detection }: NamedDetection): boolean => detection.apis.includes(EVERY) && detection.sql !== undefined;

/** Those of `apis` that one of these patterns (`iam:CreateUser`, `iam:*`, `*:*`) names. */
export function named<A extends Pick<Api, 'eventSource' | 'eventName'>>(patterns: readonly string[], apis: readonly A[]): readonly A[] {
  const exact = new Set(patterns.filter((pattern) => !pattern.endsWith('*')));
  const open = patterns.filter((pattern) => pattern.endsWith('*'));
  return apis.filter(({ eventSource, eventName }) => {
    const api = apiOf({ eventSource, eventName });
    return exact.has(api) || open.some((pattern) => matches(pattern, api));
  });
}
function grouped<T>(items: Iterable<T>, key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
/** The condition for events of these APIs. */
export function isOneOf(apis: readonly Api[]): string {
  const bySource = grouped(apis, ({ eventSource, alone }) => (alone ? '' : eventSource));
  return [...bySource].map(([source, some]) => (source === '' ? namesOf(some) : `${namesOf(some)} AND eventSource = ${quoted(source)}`)).join(' OR ');
}
const namesOf = (apis: readonly Pick<Api, 'eventName'>[]): string =>
  apis.length === 0 ? 'false' : `eventName IN (${[...new Set(apis.map(({ eventName }) => quoted(eventName)))].join(', ')})`;
/** Holds for events of these names: so written that the scan itself leaves out the others, before it reads more of them than the name. */
export const scanFor = (names: readonly string[]): string => `coalesce(${namesOf(names.map((eventName) => ({ eventName })))}, false)`;

const bothOf = (conditions: readonly string[]): string =>
  conditions.length === 0 ? 'true' : conditions.map((one) => (conditions.length > 1 ? `(${one})` : one)).join(' AND ');

/** The condition for those that may be hits of this detection; undefined when there are none. */
export function conditionOf(one: NamedDetection, apis: readonly Api[], background: Background): string | undefined {
  const conditions = conditionsOf(one.detection, background);
  if (looksAtAll(one)) return `(${bothOf(conditions)})`;
  const names = named(one.detection.apis, apis);
  if (names.length === 0) return undefined;
  return conditions.length === 0 ? `(${isOneOf(names)})` : `((${isOneOf(names)}) AND (${bothOf(conditions)}))`;
}

const SAYS = /^regexp_matches\(requestParameters::VARCHAR, '((?:[^']|'')*)', 'i'\)$/;
/** Any of these conditions. Searches of the request, in any case, are one search for all that they look for: each costs as much as all together. */
export function anyOf(conditions: Iterable<string>): string {
  const all = [...new Set(conditions)];
  if (all.includes('true')) return 'true';
  const searched = all.flatMap((one) => SAYS.exec(one)?.[1] ?? []);
  const others = all.filter((one) => !SAYS.test(one)).map((one) => `(${one})`);
  return [...others, ...(searched.length > 0 ? [`regexp_matches(requestParameters::VARCHAR, '${searched.join('|')}', 'i')`] : [])].join(' OR ');
}

/** What may be a hit of one of several detections: a condition over the columns of calls and those of `who`, which says of identities what is asked of them. */
export interface Wanted {
  readonly apis: readonly Api[];
  readonly condition: string;
  /** Conditions over identities; the first is `who0` in `condition`. */
  readonly who: readonly string[];
  /** What holds for the hits of each detection that has conditions. */
  readonly each: ReadonlyMap<NamedDetection, string>;
}
/** Each API is asked about once: the names first, which costs least, then what is asked of this API's events. Undefined when there is nothing to look for. */
export function wantedBy(detections: readonly NamedDetection[], apis: readonly Api[], background: Background): Wanted | undefined {
  const who: string[] = [];
  const shortened = (condition: string): string => {
    if (!isOfIdentities(condition)) return condition;
    if (!who.includes(condition)) who.push(condition);
    return `who${who.indexOf(condition)}`;
  };
  const asked = new Map<Api, string[]>();
  const each = new Map<NamedDetection, string>();
  for (const one of detections) {
    const names = named(one.detection.apis, apis);
    if (names.length === 0) continue;
    const conditions = conditionsOf(one.detection, background).map(shortened);
    const condition = bothOf(conditions);
    if (conditions.length > 0) each.set(one, `(${isOneOf(names)}) AND (${condition})`);
    for (const api of names) asked.set(api, [...(asked.get(api) ?? []), condition]);
  }
  if (asked.size === 0) return undefined;
  const together = grouped(asked, ([, conditions]) => anyOf(conditions));
  const either = [...together].map(([condition, some]) => `((${isOneOf(some.map(([api]) => api))}) AND (${condition}))`);
  return { apis: [...asked.keys()], condition: `(${either.join(' OR ')})`, who, each };
}
