import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionOf, check } from '../../test/engine/action.ts';
import { create, idOf, paint } from '../../test/engine/plan.ts';
import { playbookOf, type Stand, stand } from '../../test/engine/stand.ts';
import { type Action, type ActionContext, isChange, type PlaybookItem, type Standing, type Verdict } from '../kernel/index.ts';
import { runAction } from './action.ts';
import { contextFor } from './context.ts';
import { runPlaybook } from './playbook.ts';
import { undoPlan } from './undo.ts';
import { watch } from './watch.ts';

let at: Stand;
const request = { target: {}, options: {} };
beforeEach(() => {
  at = stand();
  at.actions.set(
    'paint',
    actionOf('paint', {
      step: 1,
      plan: (things) => (things.some((thing) => thing.Colour === 'red') ? [] : [create('one'), paint('red', idOf('one'), 'red')]),
      check: (things) => [check('red', things.some((thing) => thing.Colour === 'red') ? 'holds' : 'fails')],
    }),
  );
});
afterEach(() => at.close());

const paintIt = () => runAction(at.session(), at.actions.get('paint')!, request);
const standing = (step: 1 | 2 = 1): Promise<readonly Standing[]> => contextFor(at.session(), 'test', {}, {}).standing(step);
const states = async () => Object.fromEntries((await standing()).map((one) => [one.step, one.state]));
const remove = (): void => at.account.change((things) => void delete things['thing-1']);

describe('what stands', () => {
  it('is every change of the step, read through its own probe with what it had sent', async () => {
    await paintIt();
    expect(await states()).toEqual({ one: 'stands', red: 'stands' });
    expect((await standing()).find((one) => one.step === 'red')).toMatchObject({
      action: 'paint',
      call: { operation: 'PaintThing' },
      input: { Colour: 'red', ThingId: 'thing-1' },
    });
    expect(await standing(2)).toEqual([]);
  });
  it.each([
    ['white', 'reverted'],
    ['green', 'changed'],
  ])('painted %s it is %s', async (colour, state) => {
    await paintIt();
    at.account.change((things) => void Object.assign(things['thing-1']!, { Colour: colour }));
    expect(await states()).toEqual({ one: 'stands', red: state });
  });
  it('a thing that is no more is gone; a refused reading is unread, and never stands', async () => {
    await paintIt();
    at.account.trouble('GetThing', { kind: 'error', code: 'AccessDenied', status: 403 }, 1);
    expect((await standing()).find((one) => one.step === 'red')).toMatchObject({ state: 'unread', seen: expect.stringContaining('AccessDenied') });
    remove();
    expect(await states()).toEqual({ one: 'reverted', red: 'gone' });
  });
  it('what we took back ourselves is not expected to stand; done again, it is once more', async () => {
    await paintIt();
    const { apply, plan } = { apply: at.entries('approve')[0]!.apply, plan: at.entries('plan')[0]!.plan };
    const back = undoPlan(at.case.entries, 'IR-1', apply, plan, new Set()).plan;
    expect(back.steps.filter(isChange)).toHaveLength(2);
    const undo = { ...actionOf('undo:paint', { plan: () => [], check: () => [check('back', 'holds')] }), plan: () => [...back.steps] };
    // As the undo command does it: the plan names the apply it takes back.
    at.case.append('plan', { action: back.action, hash: 'undo', plan: back });
    at.case.append('approve', { action: back.action, plan: 'undo', apply: 'u1', by: 'flag' });
    for (const step of undo.plan()) at.case.append('receipt', { action: back.action, apply: 'u1', step: step.id, result: { state: 'done', ours: true } });
    expect(await states()).toEqual({});
    remove();
    await paintIt();
    expect(await states()).toEqual({ one: 'stands', red: 'stands' });
  });
});

describe('a watch', () => {
  let verdicts: Verdict[];
  let taken: number[];
  const watcher = (): Action<any> => ({
    ...actionOf('watch', { step: 1, plan: () => [], check: () => [check('still', verdicts.shift() ?? 'holds')] }),
    watch: [10, 60, 300, 900],
    observe: async (ctx: ActionContext) => {
      taken.push(Math.round((ctx.now() - Date.parse('2026-11-22T12:00:00.000Z')) / 1000));
      return { reading: taken.length };
    },
  });
  beforeEach(() => {
    verdicts = [];
    taken = [];
    at.actions.set('watch', watcher());
  });

  it('reads at 10 seconds, 1, 5 and 15 minutes after the last change; each is observed, the last is the verdict', async () => {
    await paintIt();
    verdicts = ['unknown', 'holds', 'holds', 'holds'];
    expect(await runAction(at.session(), at.actions.get('watch')!, request)).toMatchObject({ verdict: 'holds', changes: [], plan: null });
    expect(taken).toEqual([10, 60, 300, 900]);
    expect(at.entries('observe').filter((one) => one.action === 'watch')).toHaveLength(4);
    expect(at.entries('verdict').filter((one) => one.action === 'watch')).toMatchObject([{ verdict: 'holds' }]);
    expect(at.events.filter((event) => event.code === 'progress').map((event) => [event.level, event.data.verdict])).toEqual([
      ['warn', 'unknown'],
      ['info', 'holds'],
      ['info', 'holds'],
    ]);
  });
  it('reads once when that is long ago, or when nothing was changed', async () => {
    await runAction(at.session(), at.actions.get('watch')!, request);
    expect(taken).toEqual([0]);
    await paintIt();
    at.clock.advance(400_000);
    await runAction(at.session(), at.actions.get('watch')!, request);
    expect(taken).toEqual([0, 900]);
  });
  it('ends at the first reading that fails: somebody must act', async () => {
    await paintIt();
    verdicts = ['holds', 'fails'];
    expect(await runAction(at.session(), at.actions.get('watch')!, request)).toMatchObject({ verdict: 'fails' });
    expect(taken).toEqual([10, 60]);
  });
  it('a shorter watch keeps its proportions', async () => {
    at.timing({ watch: 90 / 900 });
    await paintIt();
    await runAction(at.session(), at.actions.get('watch')!, request);
    expect(taken).toEqual([1, 6, 30, 90]);
  });
  it('interrupted inside a playbook it has no verdict, and goes on where it was', async () => {
    await paintIt();
    const session = at.session();
    verdicts = ['holds', 'holds'];
    const action = {
      ...watcher(),
      check: async (ctx: ActionContext) => (taken.length === 2 ? Promise.reject(at.abort(new Error('Ctrl-C'))) : watcher().check(ctx)),
    };
    await expect(runAction(session, action, request)).rejects.toThrow();
    expect(at.entries('verdict').filter((one) => one.action === 'watch')).toEqual([]);
    at.restart();
    await runAction(at.session(), at.actions.get('watch')!, request);
    expect(taken).toEqual([10, 60, 300, 900]);
  });
  it('without an end it reads on, red or not, until it is told to stop, and then has the verdict of the last reading', async () => {
    await paintIt();
    verdicts = ['holds', 'holds', 'holds', 'holds', 'fails', 'fails'];
    const action = {
      ...watcher(),
      check: async (ctx: ActionContext) => {
        const checks = await watcher().check(ctx);
        if (taken.length === 6) at.abort(new Error('Ctrl-C'));
        return checks;
      },
    };
    expect(await watch(at.session(), action, request, true)).toMatchObject({ verdict: 'fails' });
    expect(taken).toEqual([10, 60, 300, 900, 1200, 1500]);
    expect(at.entries('verdict').filter((one) => one.action === 'watch')).toMatchObject([{ verdict: 'fails' }]);
  });

  it('red, it has the playbook do anew what it names, once; what holds and is not named stays', async () => {
    for (const id of ['look', 'other'])
      at.actions.set(id, {
        ...actionOf(id, { step: 2, plan: () => [], check: () => [check('looked', 'holds')] }),
        observe: async () => {
          looked.push(id);
          return null;
        },
      });
    const looked: string[] = [];
    const items: PlaybookItem[] = [{ action: 'other' }, { action: 'look' }, { action: 'watch', again: ['look'] }];
    const run = () => runPlaybook(at.session(), playbookOf(items), { target: {}, options: {}, waive: {} });
    verdicts = ['fails', 'fails'];
    await run();
    expect(at.entries('playbook').map((one) => one.state)).toEqual(['started']);
    expect(looked).toEqual(['other', 'look']);
    await run();
    expect(looked).toEqual(['other', 'look', 'look']);
    expect(at.entries('playbook').map((one) => one.state)).toEqual(['started', 'finished']);
  });
});
