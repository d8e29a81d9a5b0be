import { afterEach, beforeEach, expect, it } from 'vitest';
import { create, idOf, paint } from '../../test/engine/plan.ts';
import { planOf, type Stand, stand } from '../../test/engine/stand.ts';
import { type Plan, text } from '../kernel/index.ts';
import { applyPlan } from './action.ts';
import { approve } from './approval.ts';
import { undoPlan } from './undo.ts';
import { checkUndone } from './undone.ts';

let at: Stand;
beforeEach(() => {
  at = stand();
  at.account.change((things) => {
    things['thing-0'] = { ThingId: 'thing-0', Name: 'old', Colour: 'white', FixedTo: [] };
  });
});
afterEach(() => at.close());

/** Applies a plan, does something meanwhile, takes it back, does something again, and reads. */
async function judged(plan: Plan, between: () => void = () => undefined, after: () => void = () => undefined) {
  const session = at.session();
  const apply = await approve(session, plan, text('t', 't'), null);
  await applyPlan(session, plan, apply, session.clock.now());
  between();
  const { plan: back, looks } = undoPlan(at.case.entries, 'IR-1', apply, plan, new Set());
  const results = await applyPlan(session, back, await approve(session, back, text('t', 't'), null), 0);
  after();
  const { verdict, checks } = await checkUndone(session, back, 4, looks, results);
  return { verdict, checks: Object.fromEntries(checks.map((check) => [check.name, `${check.verdict} ${check.why.en}`])) };
}
const colour = (now: string) => () =>
  at.account.change((things) => {
    things['thing-0']!.Colour = now;
  });

it('holds when all is read to be as it was, and is on the ledger', async () => {
  const { verdict, checks } = await judged(planOf([create('a'), paint('p', 'thing-0', 'red')]));
  expect([verdict, Object.keys(checks).sort()]).toEqual(['holds', ['a', 'p']]);
  expect(at.entries('verdict').at(-1)).toMatchObject({ action: 'undo:test', step: 4, verdict: 'holds' });
});

it('fails, with both states, when somebody changed it meanwhile', async () => {
  const { verdict, checks } = await judged(planOf([paint('p', 'thing-0', 'red')]), colour('green'));
  expect(verdict).toBe('fails');
  expect(checks.p).toContain('green');
  expect(checks.p).toContain('"red"');
  expect(checks.p).toContain('"white"');
});

it('fails when AWS said yes and it is not so', async () => {
  expect((await judged(planOf([paint('p', 'thing-0', 'red')]), undefined, colour('red'))).verdict).toBe('fails');
});

it('says that a thing is no more, and takes back what stood beneath it', async () => {
  const plan = planOf([create('a'), paint('p', 'thing-0', 'red', { needs: ['a'] })]);
  const { verdict, checks } = await judged(plan, () =>
    at.account.change((things) => {
      delete things['thing-0'];
    }),
  );
  expect([verdict, checks.p]).toEqual(['holds', expect.stringContaining('no more')]);
  expect(at.account.named('a')).toBeUndefined();
  expect(
    at
      .entries('receipt')
      .filter((one) => one.step.startsWith('undo.'))
      .map((one) => [one.step, one.result.state]),
  ).toEqual([
    ['undo.p.0', 'already'],
    ['undo.a.0', 'done'],
  ]);
});

it('shows the part that differs, however long the answer is', async () => {
  const { checks } = await judged(planOf([paint('p', 'thing-0', 'red')]), () =>
    at.account.change((things) => {
      things['thing-0'] = { ...things['thing-0']!, Name: 'x'.repeat(400), Colour: 'green' };
    }),
  );
  expect(checks.p).toContain('Now: Thing.Colour: "green". As this case left it: Thing.Colour: "red".');
});

it('says why AWS would not take it back', async () => {
  const { verdict, checks } = await judged(planOf([paint('p', 'thing-0', 'red')]), () =>
    at.account.trouble('PaintThing', { kind: 'error', code: 'InvalidBrush.NotFound', status: 400 }),
  );
  expect([verdict, checks.p]).toEqual(['fails', expect.stringContaining('InvalidBrush.NotFound')]);
});

it('is unknown when it cannot be read', async () => {
  const { verdict } = await judged(planOf([paint('p', 'thing-0', 'red')]), undefined, () =>
    at.account.trouble('GetThing', { kind: 'error', code: 'UnauthorizedOperation', status: 403 }),
  );
  expect(verdict).toBe('unknown');
});

it('says of what stands on another what became of each', async () => {
  const plan = planOf([create('a'), paint('p', idOf('a'), 'red')]);
  const { verdict, checks } = await judged(plan, () =>
    at.account.change((things) => {
      Object.values(things).find((thing) => thing.Name === 'a')!.Colour = 'green';
    }),
  );
  expect(verdict).toBe('fails');
  expect(Object.values(checks).every((one) => one.startsWith('fails'))).toBe(true);
});
