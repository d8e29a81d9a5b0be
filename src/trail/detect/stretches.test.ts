import { expect, test } from 'vitest';
import { stretchesOf } from './stretches.ts';

interface Made {
  readonly actor: number;
  readonly time: number;
  readonly n: number;
  readonly answer: number;
}
/** Written out: each stretch without a pause, and each window that ends with one of its events. */
function plainly(events: readonly Made[], within: number, atLeast: number, different: boolean): number[] {
  const found: number[] = [];
  for (const actor of new Set(events.map((event) => event.actor))) {
    let stretch: Made[] = [];
    const close = () => {
      const enough = stretch.some((end) => {
        const inside = stretch.filter(({ time }) => time <= end.time && end.time - time <= within * 1000);
        return (different ? new Set(inside.map(({ answer }) => answer)).size : inside.length) >= atLeast;
      });
      if (enough) found.push(...stretch.map(({ n }) => n));
      stretch = [];
    };
    for (const event of events.filter((one) => one.actor === actor)) {
      if (stretch.length > 0 && event.time - stretch.at(-1)!.time > within * 1000) close();
      stretch.push(event);
    }
    close();
  }
  return found.sort((a, b) => a - b);
}
/** The same little random numbers every time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

test.each([true, false])('the same stretches as when every window is looked at (different answers: %s)', (different) => {
  let [hits, misses] = [0, 0];
  for (let seed = 1; seed <= 200; seed++) {
    const next = random(seed);
    const times = Array.from({ length: 60 }, () => Math.floor(next() * 400) * 1000);
    const events = times
      .map((time, n) => ({ actor: Math.floor(next() * 3), time, n, answer: Math.floor(next() * 5) }))
      .sort((a, b) => a.actor - b.actor || a.time - b.time);
    const [within, atLeast] = [1 + Math.floor(next() * 30), 1 + Math.floor(next() * 5)];
    const stretches = stretchesOf({ within, atLeast });
    for (const { actor, time, n, answer } of events) stretches.add(actor, time, n, different ? answer : undefined);
    const found = [...stretches.done()].sort((a, b) => a - b);
    expect(found).toEqual(plainly(events, within, atLeast, different));
    hits += found.length;
    misses += events.length - found.length;
  }
  expect(Math.min(hits, misses)).toBeGreaterThan(1_000);
});
