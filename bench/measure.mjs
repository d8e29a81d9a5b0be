import { performance } from 'node:perf_hooks';

/** Middle value; of an even number the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
export const spread = (values) => ({ median: median(values), min: Math.min(...values), max: Math.max(...values), runs: values.length });

/** Milliseconds that `work` takes. */
export async function clock(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/**
 * Runs A and B in turns (A B A B ...), so that both meet the same noise. Each answers a number: milliseconds, or anything
 * of which the ratio A/B says something. One warm-up of each is thrown away unless `warm` is 0.
 * @returns the numbers of both and the ratio of each pair
 */
export async function interleave(runs, a, b, { warm = 1 } = {}) {
  for (let i = 0; i < warm; i++) {
    await a(-1);
    await b(-1);
  }
  const ours = [];
  const baseline = [];
  for (let i = 0; i < runs; i++) {
    ours.push(await a(i));
    baseline.push(await b(i));
  }
  return { ours, baseline, ratios: ours.map((value, index) => value / baseline[index]) };
}

/** One line of the table: a ratio with its baseline by name. `limit` is the highest median that meets the target. */
export function row(what, { ours, baseline, ratios }, { against, unit, limit }) {
  return {
    what,
    against,
    unit,
    ratio: spread(ratios),
    ours: spread(ours),
    baseline: spread(baseline),
    ...(limit === undefined ? {} : { limit, met: median(ratios) <= limit }),
  };
}

/** One line of the table that is a count or a time by itself. */
export function value(what, values, { unit, limit }) {
  return { what, unit, value: spread(values), ...(limit === undefined ? {} : { limit, met: median(values) <= limit }) };
}
