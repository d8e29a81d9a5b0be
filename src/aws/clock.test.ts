import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learningClock } from './clock.ts';

const still = (now: number) => ({ now: () => now, sleep: async () => {} });

describe('learningClock', () => {
  it('believes the local clock as long as no answer contradicts it', () => {
    const clock = learningClock(still(1_000_500));
    clock.learn(1_000_000, 1_000_400, 1_000_500);
    expect([clock.offset(), clock.now()]).toEqual([0, 1_000_500]);
  });

  it('comes closer to any true offset with every answer, never leaving its bounds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e8, max: 1e8 }),
        fc.array(fc.tuple(fc.nat(3_000), fc.nat(400), fc.nat(400)), { minLength: 1, maxLength: 20 }),
        (truth, exchanges) => {
          const clock = learningClock(still(0));
          let local = 1_700_000_000_000;
          for (const [pause, there, back] of exchanges) {
            const sent = local + pause;
            local = sent + there + back;
            clock.learn(Math.floor((sent + there + truth) / 1000) * 1000, sent, local);
            expect(Math.abs(clock.offset() - truth)).toBeLessThanOrEqual(Math.abs(truth) < 1800 ? Math.max(Math.abs(truth), 1800) : 1800);
          }
        },
      ),
    );
  });

  it('follows when the local clock is set', () => {
    const clock = learningClock(still(0));
    clock.learn(10_000, 10_100, 10_200);
    expect(clock.offset()).toBe(0);
    clock.learn(3_610_000, 10_300, 10_400);
    expect(clock.offset()).toBe(3_610_000 - 10_400);
  });
});
