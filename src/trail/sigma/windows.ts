/** One hit as a correlation sees it: of a rule (one event) or of another correlation (several). */
export interface Occurrence {
  readonly rule: string;
  /** Milliseconds, UTC. Of a correlation: when its condition was first met. */
  readonly time: number;
  /** The event, or the correlation's hit: the same key is the same thing. */
  readonly key: number | string;
  readonly events: readonly number[];
  readonly values: ReadonlyMap<string, string>;
  /** The value that value_count counts. */
  readonly counted?: string | undefined;
}
/** A stretch of hits that met the condition. */
export interface Window {
  readonly time: number;
  /** Numbers of the events, oldest first, each once. */
  readonly events: readonly number[];
  readonly values: ReadonlyMap<string, string>;
}
/** What is counted: different events, different values, or different rules. */
export type Measure = 'key' | 'counted' | 'rule';

const windowOf = (time: number, hits: readonly Occurrence[]): Window => ({
  time,
  events: [...new Set(hits.flatMap((hit) => hit.events))],
  values: hits.at(-1)!.values,
});

/** How many different ones are in the window, kept up to date as hits come and go. */
function counter(measure: Measure): { add(hit: Occurrence): void; drop(hit: Occurrence): void; count(): number } {
  const counts = new Map<number | string, number>();
  return {
    add: (hit) => {
      const value = hit[measure];
      if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
    },
    drop: (hit) => {
      const value = hit[measure];
      if (value === undefined) return;
      const left = counts.get(value)! - 1;
      if (left > 0) counts.set(value, left);
      else counts.delete(value);
    },
    count: () => counts.size,
  };
}

/**
 * For conditions that only ask for enough (gt, gte): a window of the timespan, both ends included, slides over the hits. All windows that
 * meet the condition and share a hit are one finding, however long that lasts.
 */
export function sliding(hits: readonly Occurrence[], measure: Measure, span: number, fits: (count: number) => boolean): Window[] {
  const found: Window[] = [];
  const inside = counter(measure);
  let first = 0;
  let open: { readonly time: number; readonly from: number; last: number } | undefined;
  const close = (): void => {
    if (open) found.push(windowOf(open.time, hits.slice(open.from, open.last + 1)));
    open = undefined;
  };
  for (const [index, hit] of hits.entries()) {
    inside.add(hit);
    while (hits[first]!.time < hit.time - span) inside.drop(hits[first++]!);
    if (!fits(inside.count())) continue;
    if (open && first > open.last) close();
    open ??= { time: hit.time, from: first, last: index };
    open.last = index;
  }
  close();
  return found;
}

/**
 * For conditions that can be too much (lt, lte, eq, neq): hits fall into windows that begin with the first hit after the last window and last
 * one timespan; each is judged when it is over. Where nothing happened no window begins, so nothing is ever found for a count of none.
 */
export function settled(hits: readonly Occurrence[], measure: Measure, span: number, fits: (count: number) => boolean): Window[] {
  const found: Window[] = [];
  for (let from = 0; from < hits.length; ) {
    const inside = counter(measure);
    let until = from;
    while (until < hits.length && hits[until]!.time <= hits[from]!.time + span) inside.add(hits[until++]!);
    if (fits(inside.count())) found.push(windowOf(hits[until - 1]!.time, hits.slice(from, until)));
    from = until;
  }
  return found;
}

/** One hit of each rule, in the order of the rules, different events, all within the timespan. The next finding begins afresh. */
export function ordered(hits: readonly Occurrence[], rules: readonly string[], span: number): Window[] {
  const places = new Map<string, number[]>();
  for (const [index, rule] of rules.entries()) places.set(rule, [...(places.get(rule) ?? []), index]);
  const sorted = [...hits].sort((a, b) => a.time - b.time || places.get(a.rule)![0]! - places.get(b.rule)![0]! || (a.key < b.key ? -1 : 1));
  const found: Window[] = [];
  /** For each number of rules done: the two chains that began last, which have the most time left; two, since one may hold this very event. */
  let chains: (readonly (readonly Occurrence[])[])[] = [];
  for (const hit of sorted)
    for (const place of [...places.get(hit.rule)!].reverse()) {
      const before: readonly (readonly Occurrence[])[] = place === 0 ? [[]] : (chains[place - 1] ?? []);
      const fits = before.find((chain) => chain.every((each) => each.key !== hit.key) && (chain.length === 0 || hit.time - chain[0]!.time <= span));
      if (!fits) continue;
      const chain = [...fits, hit];
      if (place === rules.length - 1) {
        found.push(windowOf(hit.time, chain));
        chains = [];
        break;
      }
      chains[place] = [chain, ...(chains[place] ?? [])].sort((a, b) => b[0]!.time - a[0]!.time).slice(0, 2);
    }
  return found;
}
