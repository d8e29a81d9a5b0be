import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { create, idOf, paint, pause, read } from '../../test/engine/plan.ts';
import type { Step } from '../kernel/index.ts';
import { afterOf, insteadOf, needsOf, ordered, planDepth } from './graph.ts';

describe('the order of steps', () => {
  it('needs what it names and what its refs name, in call, probe and tests; never itself', () => {
    expect(needsOf(create('a'))).toEqual([]);
    expect(needsOf(paint('p', idOf('a'), 'red', { needs: ['b'] })).sort()).toEqual(['a', 'b']);
    const probe = { ...create('x').probe, done: [{ path: 'Name', is: { $ref: 'c#Name' } }] };
    expect(needsOf(create('x', { probe }))).toEqual(['c']);
    expect(needsOf(read('r', idOf('a'), { until: [{ path: 'Name', is: { $ref: 'd#Name' } }], fail: [{ path: 'X', is: { $ref: 'e#X' } }] })).sort()).toEqual([
      'a',
      'd',
      'e',
    ]);
    expect(needsOf(paint('p', { $ref: 'self#ThingId' }, 'red'))).toEqual([]);
  });

  it('comes after what it names and after what it stands in for', () => {
    const inline = create('b', { instead: { of: 'a', on: ['LimitExceeded'] } });
    expect(afterOf(inline)).toEqual(['a']);
    expect(afterOf(pause('w', 1, { after: ['a'] }))).toEqual(['a']);
    expect(insteadOf([create('a'), inline], 'a')).toEqual([inline]);
  });

  it('puts every step behind what it waits for, and keeps the order where nothing waits', () => {
    expect(ordered([paint('p', idOf('a'), 'red'), pause('w', 1, { after: ['p'] }), create('b'), create('a')]).map((step) => step.id)).toEqual([
      'a',
      'p',
      'w',
      'b',
    ]);
  });

  it('finds a plan that waits for itself', () => {
    expect(() => ordered([create('a', { needs: ['b'] }), create('b', { after: ['a'] })])).toThrow(/waits for itself/);
  });

  it('holds for any acyclic plan', () => {
    const plans = fc.integer({ min: 1, max: 12 }).chain((size) =>
      fc.tuple(...Array.from({ length: size }, (_, i) => fc.subarray(Array.from({ length: i }, (_, j) => `s${j}`)))).chain((edges) =>
        fc.shuffledSubarray(
          edges.map((needs, i): Step => pause(`s${i}`, 1, { needs })),
          { minLength: size },
        ),
      ),
    );
    fc.assert(
      fc.property(plans, (steps) => {
        const order = ordered(steps).map((step) => step.id);
        expect([...order].sort()).toEqual(steps.map((step) => step.id).sort());
        for (const step of steps) for (const need of needsOf(step)) expect(order.indexOf(need)).toBeLessThan(order.indexOf(step.id));
      }),
    );
  });
});

it('the depth of a plan is its longest chain, with the pauses in it', () => {
  const steps = [create('a'), create('b', { needs: ['a'] }), pause('wait', 2, { after: ['b'] }), create('c', { after: ['wait'] }), create('d')];
  expect(planDepth(steps)).toEqual({ calls: 3, seconds: 2 });
  expect(planDepth([])).toEqual({ calls: 0, seconds: 0 });
});
