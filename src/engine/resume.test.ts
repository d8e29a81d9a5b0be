import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copy, create, fix, idOf, paint, read } from '../../test/engine/plan.ts';
import { type Stand, stand, states } from '../../test/engine/stand.ts';
import { verifyCase } from '../evidence/index.ts';
import type { Step } from '../kernel/index.ts';

let at: Stand;
beforeEach(() => {
  at = stand();
});
afterEach(() => at.close());

const steps = (): Step[] => [
  create('a'),
  create('b'),
  copy('c', idOf('a')),
  paint('p', idOf('a'), 'red'),
  fix('f', idOf('a'), idOf('b'), { after: ['p'] }),
  read('r', idOf('a'), { until: [{ path: 'Thing.Colour', is: 'red' }] }),
];
/** Runs until the account falls silent, as if the process had been killed there, and comes back as another process. */
async function killed(plan: readonly Step[], operation: string, kind: 'silence-before' | 'silence-after', passing = 0): Promise<void> {
  let dead = (): void => undefined;
  const silent = new Promise<void>((resolve) => {
    dead = resolve;
  });
  let calls = 0;
  at.account.onSend(({ call }) => {
    if (call.operation !== operation || calls++ !== passing) return;
    at.account.trouble(operation, { kind });
    setImmediate(() => setImmediate(() => setImmediate(dead)));
  });
  at.run(plan).catch(() => undefined);
  await silent;
  at.account.onSend(() => undefined);
  at.restart();
}
const inputsOf = (step: string) =>
  at
    .entries('intent')
    .filter((intent) => intent.step === step)
    .map((intent) => intent.input);

describe('a run that was killed and is started again from its ledger', () => {
  const points: [string, string, 'silence-before' | 'silence-after', number][] = [
    ['creating, the first call lost', 'CreateThing', 'silence-before', 0],
    ['creating, the first effect made', 'CreateThing', 'silence-after', 0],
    ['creating, the second effect made', 'CreateThing', 'silence-after', 1],
    ['copying, the call lost', 'AddCopy', 'silence-before', 0],
    ['copying, the effect made', 'AddCopy', 'silence-after', 0],
    ['painting, the call lost', 'PaintThing', 'silence-before', 0],
    ['painting, the effect made', 'PaintThing', 'silence-after', 0],
    ['fixing, the call lost', 'FixThing', 'silence-before', 0],
    ['fixing, the effect made', 'FixThing', 'silence-after', 0],
  ];
  it.each(points)('%s: ends where an undisturbed run ends, with no second effect', async (_name, operation, kind, passing) => {
    await killed(steps(), operation, kind, passing);
    expect(at.entries('finish')).toEqual([]);
    const results = await at.run(steps(), { observed: 999_999 });
    expect(states(results)).toEqual({ a: 'done', b: 'done', c: 'done', p: 'done', f: 'done', r: 'done' });
    expect(at.account.effects.map((one) => one.operation).sort()).toEqual(['AddCopy', 'CreateThing', 'CreateThing', 'FixThing', 'PaintThing']);
    const a = at.account.named('a')!;
    expect(a).toMatchObject({ Colour: 'red', FixedTo: [at.account.named('b')!.ThingId] });
    expect(at.account.named(`copy of ${a.ThingId}`)).toBeDefined();
    expect(at.account.things()).toHaveLength(3);
    // What was sent again was the same bytes: frozen by the first intent.
    for (const step of ['a', 'b', 'c', 'p', 'f']) expect(new Set(inputsOf(step).map((input) => JSON.stringify(input))).size, step).toBe(1);
    expect(
      at
        .entries('receipt')
        .map((one) => one.step)
        .sort(),
    ).toEqual(['a', 'b', 'c', 'f', 'p', 'r']);
    expect(Object.values(results).filter((one) => 'ours' in one && one.ours === false)).toEqual([]);
    expect((await verifyCase(at.dir)).problems).toEqual([]);
  });

  it('does not touch what has a receipt, and refs see the receipt’s output', async () => {
    await killed([create('a'), paint('p', idOf('a'), 'red')], 'PaintThing', 'silence-before');
    at.account.seen.length = 0;
    await at.run([create('a'), paint('p', idOf('a'), 'red')], { observed: 999_999 });
    expect(at.account.seen.map((one) => one.operation)).toEqual(['GetThing', 'PaintThing']);
    expect(at.account.seen[1]!.input).toEqual({ ThingId: 'thing-1', Colour: 'red' });
  });

  it('freezes the time that was in the first intent', async () => {
    const timed = create('a', { call: { ...create('a').call, input: { Name: 'a', Colour: { $now: true } } } });
    await killed([timed], 'CreateThing', 'silence-before');
    at.clock.advance(3_600_000);
    await at.run([timed], { observed: 999_999 });
    expect(at.account.named('a')).toMatchObject({ Colour: '2026-11-22T12:00:00.000Z' });
    expect(inputsOf('a')).toHaveLength(2);
  });

  it('waits out the settle window from the intent, not from the restart', async () => {
    await at.run([create('a')], { apply: 'a0' });
    const plan = [copy('c', 'thing-1')];
    await killed(plan, 'AddCopy', 'silence-before');
    at.clock.advance(45_000);
    const resumed = at.clock.now();
    expect(states(await at.run(plan))).toEqual({ c: 'done' });
    expect(at.clock.now() - resumed).toBeLessThanOrEqual(17_000);
    expect(at.clock.now() - resumed).toBeGreaterThanOrEqual(15_000);
  });

  it('a thing that somebody else took away in the meantime is drift, found before the rest is sent', async () => {
    await killed([create('a'), paint('p', idOf('a'), 'red')], 'PaintThing', 'silence-before');
    at.account.change((things) => {
      things['thing-1']!.Colour = 'black';
    });
    const results = await at.run([create('a'), paint('p', idOf('a'), 'red'), create('z', { needs: ['p'] })], { observed: 999_999 });
    expect(results).toMatchObject({ a: { state: 'done' }, p: { state: 'drifted' }, z: { state: 'blocked' } });
    expect(at.account.named('a')).toMatchObject({ Colour: 'black' });
  });

  it('nothing is left to do when only the finish was missing', async () => {
    await at.run([create('a')]);
    at.account.seen.length = 0;
    at.restart();
    expect(states(await at.run([create('a')]))).toEqual({ a: 'done' });
    expect(at.account.seen).toEqual([]);
  });
});
