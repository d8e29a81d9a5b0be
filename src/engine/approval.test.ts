import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { create, paint, pause } from '../../test/engine/plan.ts';
import { planOf, type Stand, stand } from '../../test/engine/stand.ts';
import { type Step, text } from '../kernel/index.ts';
import { applyPlan } from './action.ts';
import { approve, openApply } from './approval.ts';
import { planHash } from './hash.ts';

let at: Stand;
beforeEach(() => {
  at = stand();
});
afterEach(() => at.close());
const title = text('Test', 'Prueba');
const ask = (steps: readonly Step[], more = {}) => approve(at.session(), planOf(steps, more), title, 4);

describe('approval', () => {
  it('shows the plan, binds its hash to one apply id and writes both down', async () => {
    const plan = planOf([create('a', { danger: [text('it smells', 'huele')] })]);
    const apply = await ask(plan.steps);
    expect(at.asked).toMatchObject([{ action: 'test', step: 4, hash: planHash(plan), plan }]);
    expect(at.story()).toEqual(['plan', 'approve']);
    expect(at.entries('plan')[0]).toMatchObject({ hash: planHash(plan), plan });
    expect(at.entries('approve')[0]).toEqual({ action: 'test', plan: planHash(plan), apply, by: 'flag' });
    expect(at.events.find((event) => event.code === 'plan')?.data).toMatchObject({
      hash: planHash(plan),
      changes: [{ id: 'a', call: 'toy:CreateThing', region: 'eu-west-1', danger: [{ en: 'it smells', es: 'huele' }] }],
    });
    expect(await ask([create('b')])).not.toBe(apply);
  });

  it('declined: exit 5, entered, nothing approved', async () => {
    at.answer(null);
    await expect(ask([create('a')])).rejects.toMatchObject({ code: 'Declined', exit: 5, fix: expect.stringContaining('--yes') });
    expect(at.story()).toEqual(['plan', 'decline']);
  });

  it('a plan that only waits asks nobody', async () => {
    await ask([pause('w', 1)]);
    expect(at.asked).toEqual([]);
    expect(at.story()).toEqual(['plan', 'approve']);
  });

  describe('a word that must be typed', () => {
    const dangerous = create('a', { typed: 'delete', danger: [text('for ever', 'para siempre')] });
    it('is asked for even when the plan is approved by a flag, and what was typed for is entered', async () => {
      await ask([dangerous, create('b')]);
      expect(at.words).toEqual(['delete']);
      expect(at.entries('approve')[0]).toMatchObject({ by: 'flag', typed: ['a'] });
    });
    it('declines when it is not typed', async () => {
      at.answer('flag', false);
      await expect(ask([dangerous])).rejects.toMatchObject({ code: 'Declined', exit: 5 });
      expect(at.entries('approve')).toEqual([]);
    });
    it('is not asked for after the plan was declined', async () => {
      at.answer(null);
      await expect(ask([dangerous])).rejects.toMatchObject({ code: 'Declined' });
      expect(at.words).toEqual([]);
    });
  });

  describe('a follow-up plan', () => {
    it('asks nothing when every change was approved before in this case', async () => {
      await ask([create('a'), create('b')]);
      await ask([create('b')]);
      expect(at.asked).toHaveLength(1);
      expect(at.entries('approve')).toHaveLength(2);
    });
    it('also when only its sentences differ', async () => {
      await ask([create('a')]);
      await ask([create('a', { why: text('again', 'otra vez') })]);
      expect(at.asked).toHaveLength(1);
    });
    it('asks as soon as one change is new', async () => {
      await ask([create('a')]);
      await ask([create('a'), create('b')]);
      expect(at.asked).toHaveLength(2);
    });
    it('asks when a change has another input, and about another action', async () => {
      await ask([paint('p', 'thing-1', 'red')]);
      await ask([paint('p', 'thing-2', 'red')]);
      await ask([paint('p', 'thing-1', 'red')], { action: 'other' });
      expect(at.asked).toHaveLength(3);
    });
    it('asks when the earlier plan was declined', async () => {
      at.answer(null);
      await ask([create('a')]).catch(() => undefined);
      at.answer('flag');
      await ask([create('a')]);
      expect(at.asked).toHaveLength(2);
    });
    it('always asks about what cannot be taken back', async () => {
      const never = create('a', { undo: { never: text('gone', 'perdido') } });
      await ask([never]);
      await ask([never]);
      expect(at.asked).toHaveLength(2);
      const typed = create('b', { typed: 'delete' });
      await ask([typed]);
      await ask([typed]);
      expect(at.words).toEqual(['delete', 'delete']);
    });
  });

  it('of plans that come side by side one is asked about at a time, and none after a no', async () => {
    at.answer(null);
    const ends = await Promise.allSettled([ask([create('a')]), ask([create('b')])]);
    expect(ends.map((end) => end.status)).toEqual(['rejected', 'rejected']);
  });
});

describe('an approved apply', () => {
  const open = () => openApply(at.case.entries, 'test', { thing: 'x' });
  it('is open until it is finished, and begun with its first intent', async () => {
    expect(open()).toBeNull();
    const plan = planOf([create('a')]);
    const apply = await approve(at.session(), plan, title, 4);
    expect(open()).toMatchObject({ apply, plan, begun: false });
    at.account.trouble('CreateThing', { kind: 'lost-before' }, 9999);
    await applyPlan(at.session(), plan, apply, at.clock.now());
    expect(open()).toMatchObject({ apply, begun: true });
    expect(openApply(at.case.entries, 'test', { thing: 'y' })).toBeNull();
    expect(openApply(at.case.entries, 'other', { thing: 'x' })).toBeNull();
    expect(openApply(at.case.entries, 'test', { thing: 'x' }, at.case.entries.length)).toBeNull();
  });
  it('is over when it is finished, whatever its steps came to', async () => {
    at.account.trouble('CreateThing', { kind: 'error', code: 'AccessDenied', status: 403 });
    const plan = planOf([create('a')]);
    await applyPlan(at.session(), plan, await approve(at.session(), plan, title, 4), at.clock.now());
    expect(open()).toBeNull();
  });
});
