import { text } from '../../kernel/index.ts';
import { type TrailEvent, timeOf } from '../event.ts';
import { meets } from './correlation.ts';
import { headOfHit, type SigmaHit } from './hit.ts';
import type { RuleSet, SigmaCorrelation, SigmaHead } from './rule.ts';
import { pathOf, scalarsOf, valuesAt } from './values.ts';
import { type Occurrence, ordered, settled, sliding, type Window } from './windows.ts';

/** Collects hits of rules and finds the correlations among them. */
export interface Correlator {
  /** Ids of the rules it wants to hear of. */
  readonly wants: ReadonlySet<string>;
  /** Fields of those rules' events it reads. */
  readonly fields: readonly string[];
  /** One hit of a rule; the same rule and event again changes nothing. Events without a time cannot be correlated and are left out. */
  see(rule: string, event: TrailEvent): void;
  /** The correlations found, each hit once, in order of time. */
  finish(): SigmaHit[];
}

/**
 * Sigma correlations over (rule, event) hits, given in any order. An event without any of the group-by fields belongs to no group; one
 * without some of them to the group of those without. Windows: see `sliding` and `settled`. The same event hit by two of the rules counts
 * once in event_count. Events of the same second count as being in the order that temporal_ordered asks for, since the trail has no finer time.
 */
export function correlator(set: Pick<RuleSet, 'correlations'>): Correlator {
  const wants = new Set(set.correlations.flatMap((each) => each.rules));
  const fields = [
    ...new Set(set.correlations.flatMap((each) => [...each.groupBy, ...each.counted, ...[...each.aliases.values()].flatMap((by) => [...by.values()])])),
  ];
  const paths = fields.map((field) => [field, pathOf(field)] as const);
  const seen = new Map<string, Map<number, Occurrence>>();
  const times = new Map<number, number>();
  const see: Correlator['see'] = (rule, event) => {
    if (!wants.has(rule)) return;
    const hits = seen.get(rule) ?? new Map<number, Occurrence>();
    if (hits.size === 0) seen.set(rule, hits);
    const time = timeOf(event.record);
    if (Number.isNaN(time) || hits.has(event.n)) return;
    const values = new Map<string, string>();
    for (const [field, path] of paths) {
      const found = scalarsOf(valuesAt(event.record, path));
      if (found.length > 0) values.set(field, found.length === 1 ? found[0]! : JSON.stringify(found));
    }
    times.set(event.n, time);
    hits.set(event.n, { rule, time, key: event.n, events: [event.n], values });
  };
  const finish = (): SigmaHit[] => {
    const found = new Map<string, readonly Occurrence[]>([...seen].map(([rule, hits]) => [rule, [...hits.values()]]));
    const out: { readonly time: number; readonly hit: SigmaHit }[] = [];
    const withheld = suppressed(set);
    // Those that others count come first (see `resolve`).
    for (const each of set.correlations) {
      const windows = correlate(each, found);
      found.set(
        each.id,
        windows.map((window, index) => ({ rule: each.id, time: window.time, key: `${each.id} ${index}`, events: window.events, values: window.values })),
      );
      if (!withheld.has(each.id))
        for (const window of windows) {
          const events = [...window.events].sort((a, b) => times.get(a)! - times.get(b)! || a - b);
          out.push({ time: window.time, hit: hitOf(each, { ...window, events }) });
        }
    }
    return out.sort((a, b) => a.time - b.time).map(({ hit }) => hit);
  };
  return { wants, fields, see, finish };
}

/**
 * Ids of the rules and correlations whose own hits are withheld: a correlation without `generate: true` counts them (Sigma's default), and
 * none with it does.
 */
export function suppressed(set: Pick<RuleSet, 'correlations'>): ReadonlySet<string> {
  const shown = new Set(set.correlations.filter((each) => each.generate).flatMap((each) => each.rules));
  return new Set(set.correlations.filter((each) => !each.generate).flatMap((each) => each.rules.filter((rule) => !shown.has(rule))));
}

function correlate(correlation: SigmaCorrelation, found: ReadonlyMap<string, readonly Occurrence[]>): Window[] {
  const fieldOf = (name: string, rule: string): string => correlation.aliases.get(name)?.get(rule) ?? name;
  const groups = new Map<string, Occurrence[]>();
  for (const rule of new Set(correlation.rules))
    for (const hit of found.get(rule) ?? []) {
      const group = correlation.groupBy.map((name) => hit.values.get(fieldOf(name, rule)) ?? hit.values.get(name));
      if (group.length > 0 && group.every((value) => value === undefined)) continue;
      // What the parent of this correlation groups by, it reads from the group or from the events themselves.
      const values = new Map(hit.values);
      for (const [index, name] of correlation.groupBy.entries()) if (group[index] !== undefined) values.set(name, group[index]);
      const counted = correlation.counted.map((name) => values.get(fieldOf(name, rule)) ?? values.get(name));
      const key = JSON.stringify(group.map((value) => value ?? null));
      const list = groups.get(key) ?? [];
      if (list.length === 0) groups.set(key, list);
      list.push({ ...hit, values, counted: counted.every((value) => value === undefined) ? undefined : JSON.stringify(counted) });
    }
  const span = correlation.timespan * 1000;
  const fits = (count: number): boolean => meets(correlation.condition, count);
  const measure = { event_count: 'key', value_count: 'counted', temporal: 'rule', temporal_ordered: 'rule' } as const;
  const what = measure[correlation.type];
  const rising = correlation.condition.every(([operator]) => operator === 'gt' || operator === 'gte');
  return [...groups.values()].flatMap((hits) => {
    if (correlation.type === 'temporal_ordered') return ordered(hits, correlation.rules, span);
    const sorted = [...hits].sort((a, b) => a.time - b.time || (a.key < b.key ? -1 : 1));
    return rising ? sliding(sorted, what, span, fits) : settled(sorted, what, span, fits);
  });
}

function hitOf(correlation: SigmaCorrelation, window: Window): SigmaHit {
  const head: SigmaHead = correlation;
  const group = correlation.groupBy.map((name) => `${name}=${(window.values.get(name) ?? '-').slice(0, 200)}`).join(', ');
  const by = head.author || '-';
  const [en, es] = [group && ` for ${group}`, group && ` para ${group}`];
  return {
    ...headOfHit(head),
    attempt: false,
    why: text(
      `Sigma correlation “${head.title}” (author: ${by}): ${window.events.length} events within ${correlation.timespan} s of each other, or several such spans in a row${en}.`,
      `Correlación Sigma «${head.title}» (autor: ${by}): ${window.events.length} sucesos en ${correlation.timespan} s, o en varios plazos seguidos${es}.`,
    ),
    events: window.events,
  };
}
