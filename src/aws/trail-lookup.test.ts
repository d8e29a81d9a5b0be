import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joined, type Stretch, without } from './trail-lookup.ts';

const stretch = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20 }))
  .map(([from, more]): Stretch => ({ from: from * 1000, until: (from + more) * 1000 }));
const seconds = (stretches: readonly Stretch[]): number[] =>
  stretches.flatMap(({ from, until }) => Array.from({ length: (until - from) / 1000 + 1 }, (_, n) => from / 1000 + n));

it('what is covered and what is left make the window, second by second, each once', () => {
  fc.assert(
    fc.property(stretch, fc.array(stretch, { maxLength: 8 }), (window, covered) => {
      const left = seconds(without(window, covered));
      const there = new Set(seconds(covered));
      expect(left).toEqual(seconds([window]).filter((second) => !there.has(second)));
      const all = joined(covered);
      expect(seconds(all)).toEqual([...there].sort((a, b) => a - b));
      for (const [index, one] of all.entries()) if (index > 0) expect(one.from - all[index - 1]!.until).toBeGreaterThan(1000);
    }),
  );
});
