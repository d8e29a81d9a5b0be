import type { Background } from '../detection.ts';
import { matches, type NamedDetection } from '../detections/run.ts';
import { apiOf } from '../event.ts';

/** An API that events of the store have, as they spell it. */
export interface Api {
  readonly eventSource: string;
  readonly eventName: string;
}
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const EVERY = '*:*';
/** Looks at every API, on one condition. */
export const looksAtAll = ({ detection }: NamedDetection): boolean => detection.apis.includes(EVERY) && detection.sql !== undefined;

/** Those of `apis` that one of these patterns (`iam:CreateUser`, `iam:*`, `*:*`) names. */
export function named<A extends Api>(patterns: readonly string[], apis: readonly A[]): readonly A[] {
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
/** The condition over `events` for events of these APIs. */
export function isOneOf(apis: readonly Api[]): string {
  const bySource = grouped(apis, ({ eventSource }) => eventSource);
  return [...bySource]
    .map(([source, some]) => `eventName IN (${some.map(({ eventName }) => quoted(eventName)).join(', ')}) AND eventSource = ${quoted(source)}`)
    .join(' OR ');
}
const moreOf = ({ detection: { sql } }: NamedDetection, background: Background): string | undefined => (typeof sql === 'function' ? sql(background) : sql);

/** The condition over `events` for those that may be hits of this detection; undefined when there are none. */
export function conditionOf(one: NamedDetection, apis: readonly Api[], background: Background): string | undefined {
  const more = moreOf(one, background);
  if (looksAtAll(one)) return `(${more})`;
  const names = named(one.detection.apis, apis);
  if (names.length === 0) return undefined;
  return more === undefined ? `(${isOneOf(names)})` : `((${isOneOf(names)}) AND (${more}))`;
}
/** The same for several, each API asked about once: the names first, which costs least, then what is asked of this API's events. */
export function conditionOfAll(detections: readonly NamedDetection[], apis: readonly Api[], background: Background): string | undefined {
  const asked = new Map<Api, string[]>();
  for (const one of detections)
    for (const api of named(one.detection.apis, apis)) asked.set(api, [...(asked.get(api) ?? []), moreOf(one, background) ?? 'true']);
  if (asked.size === 0) return undefined;
  const together = grouped(asked, ([, conditions]) => (conditions.includes('true') ? 'true' : [...new Set(conditions)].map((one) => `(${one})`).join(' OR ')));
  const each = [...together].map(([condition, some]) => `((${isOneOf(some.map(([api]) => api))}) AND (${condition}))`);
  const names = new Set([...asked.keys()].map(({ eventName }) => quoted(eventName)));
  return `(eventName IN (${[...names].join(', ')}) AND (${each.join(' OR ')}))`;
}
