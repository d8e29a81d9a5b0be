/** A stretch of time from `from` up to, not with, `until`; UTC milliseconds. */
export interface Interval {
  readonly from: number;
  readonly until: number;
}
/** In order, without overlaps; stretches that are at most `slack` apart become one. */
export function joined(list: Iterable<Interval>, slack = 0): Interval[] {
  const all: { from: number; until: number }[] = [];
  for (const { from, until } of [...list].filter((one) => one.until > one.from).sort((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last && from <= last.until + slack) last.until = Math.max(last.until, until);
    else all.push({ from, until });
  }
  return all;
}
/** What of `all` lies in `within`; both in order and without overlaps. */
export function common(all: readonly Interval[], within: readonly Interval[]): Interval[] {
  const out: Interval[] = [];
  for (let a = 0, b = 0; a < all.length && b < within.length; ) {
    const from = Math.max(all[a]!.from, within[b]!.from);
    const until = Math.min(all[a]!.until, within[b]!.until);
    if (until > from) out.push({ from, until });
    if (all[a]!.until < within[b]!.until) a++;
    else b++;
  }
  return out;
}
/** `all` without what lies in `off`; both in order and without overlaps. */
export function without(all: readonly Interval[], off: readonly Interval[]): Interval[] {
  const out: Interval[] = [];
  let next = 0;
  for (const { from, until } of all) {
    let at = from;
    while (next < off.length && off[next]!.until <= from) next++;
    for (let i = next; i < off.length && off[i]!.from < until; i++) {
      if (off[i]!.from > at) out.push({ from: at, until: off[i]!.from });
      at = Math.max(at, off[i]!.until);
    }
    if (at < until) out.push({ from: at, until });
  }
  return out;
}
