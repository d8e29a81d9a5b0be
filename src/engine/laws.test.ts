import { describe, expect, it } from 'vitest';
import { call } from '../../test/engine/account.ts';
import { copy, create, fix, idOf, paint, pause, read } from '../../test/engine/plan.ts';
import { planOf } from '../../test/engine/stand.ts';
import type { Change, Step } from '../kernel/index.ts';
import { brokenLaws } from './laws.ts';

const lawful: Step[] = [
  create('a'),
  create('b', { needs: ['a'] }),
  paint('p', idOf('a'), 'red', { after: ['b'] }),
  fix('f', idOf('a'), idOf('b')),
  copy('c', idOf('a')),
  read('r', idOf('a'), { until: [{ path: 'Thing.State', is: 'ready' }] }),
  pause('w', 1, { needs: ['r'] }),
];
const broken = (...steps: Step[]): string => brokenLaws(planOf(steps)).join('; ');
const without = (change: Change, name: keyof Change): Change => ({ ...change, [name]: undefined }) as Change;

describe('the laws of a plan', () => {
  it('finds nothing wrong with a lawful one, nor with an empty one', () => {
    expect(brokenLaws(planOf(lawful))).toEqual([]);
    expect(brokenLaws(planOf([]))).toEqual([]);
  });

  it('finds two steps of one id', () => expect(broken(create('a'), create('a'))).toMatch(/same id/));
  it('finds a need for a step that does not exist', () => {
    expect(broken(create('a', { needs: ['ghost'] }))).toMatch(/a: there is no step ghost/);
    expect(broken(pause('w', 1, { after: ['ghost'] }))).toMatch(/w: there is no step ghost/);
    expect(broken(paint('p', idOf('ghost'), 'red'))).toMatch(/p: there is no step ghost/);
    expect(broken(create('a', { instead: { of: 'ghost', on: ['X'] } }))).toMatch(/a: there is no step ghost/);
  });
  it('finds a circle', () => expect(broken(create('a', { needs: ['b'] }), create('b', { needs: ['a'] }))).toMatch(/waits for itself/));
  it('finds a change without a probe', () => expect(broken(without(create('a'), 'probe'))).toMatch(/a: no probe/));

  it('finds a proof that an empty answer would give', () => {
    const probe = create('a').probe;
    const absence = { ...probe, done: [{ path: '[0]' }] };
    expect(broken(create('a', { probe: absence }))).toMatch(/a: "done" holds on an empty answer/);
    expect(broken(create('a', { probe: { ...probe, done: [{ path: 'length(@)', is: 0 }] } }))).toMatch(/a: "done" holds/);
    const list = { call: call('DescribeThings'), done: [{ path: "Things[?State!='gone']", is: [] }] };
    expect(broken(create('a', { probe: list }))).toMatch(/a: "done" holds/);
    expect(broken(create('a', { probe: { ...list, done: [{ path: 'length(Things)', is: 0 }] } }))).toMatch(/a: "done" holds/);
    expect(broken(create('a', { probe: { ...list, done: [{ path: "length(Things[?State!='gone'])", is: 0 }] } }))).toMatch(/a: "done" holds/);
    expect(broken(read('r', 'thing-1', { until: [{ path: "Things[?State!='ready']", is: [] }] }))).toMatch(/r: "until" holds on an empty answer/);
  });
  it('lets absence be proven inside something that is shown present', () => {
    const probe = {
      call: call('DescribeThings'),
      done: [
        { path: 'length(Things)', is: 1 },
        { path: "Things[?State!='ready']", is: [] },
      ],
    };
    expect(broken(create('a', { probe }))).toBe('');
  });

  it('finds a change that is looked for without carrying a mark', () => {
    expect(broken(create('a', { repeat: 'look' }))).toMatch(/a: "look" needs a \$token mark/);
  });
  it('finds a ref to a change whose output could not be rebuilt after a crash', () => {
    const { output: _, ...probe } = create('a').probe;
    expect(broken(create('a', { probe }), paint('p', idOf('a'), 'red'))).toMatch(/p: a is referred to, so its probe must rebuild the output/);
  });
  it('finds a ref to a change that another one may stand in for', () => {
    expect(broken(create('a'), create('b', { instead: { of: 'a', on: ['LimitExceeded'] } }), paint('p', idOf('a'), 'red'))).toMatch(
      /p: refers to a, which has an alternative/,
    );
  });
});
