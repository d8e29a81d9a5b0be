import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsFailure, call } from '../../test/engine/account.ts';
import { actionOf, check } from '../../test/engine/action.ts';
import { create, idOf, paint, read } from '../../test/engine/plan.ts';
import { type Stand, stand } from '../../test/engine/stand.ts';
import type { Action } from '../kernel/index.ts';
import { runAction } from './action.ts';
import { type Outcome, planAction } from './judge.ts';

let at: Stand;
beforeEach(() => {
  at = stand();
});
afterEach(() => at.close());
const request = { target: { thing: 'x' }, options: {} };
const run = (action: Action<any>, more = {}): Promise<Outcome> => runAction(at.session(), action, { ...request, ...more });
/** Makes the thing `a`, red. */
const action = actionOf('make', {
  plan: (things) => {
    const a = things.find((thing) => thing.Name === 'a');
    return a ? (a.Colour === 'red' ? [] : [paint('p', a.ThingId, 'red')]) : [create('a'), paint('p', idOf('a'), 'red')];
  },
  check: (things) => [check('red', things.find((thing) => thing.Name === 'a')?.Colour === 'red' ? 'holds' : 'fails')],
});

describe('an action from observation to verdict', () => {
  it('observes, plans, asks, applies and takes the verdict by reading again', async () => {
    const outcome = await run(action);
    expect(outcome).toMatchObject({
      action: 'make',
      step: 4,
      verdict: 'holds',
      changes: [
        { id: 'a', call: 'toy:CreateThing', state: 'done' },
        { id: 'p', call: 'toy:PaintThing', state: 'done' },
      ],
      open: [],
    });
    expect(at.story()).toEqual(['observe', 'plan', 'approve', 'intent:a', 'receipt:a', 'intent:p', 'receipt:p', 'finish', 'verdict']);
    expect(at.entries('observe')[0]).toEqual({ action: 'make', target: { thing: 'x' }, observed: [] });
    expect(at.entries('verdict')[0]).toMatchObject({ action: 'make', step: 4, verdict: 'holds', checks: [{ name: 'red' }] });
    expect(outcome.plan).toBe(at.entries('approve')[0]!.plan);
  });

  it('done already: nothing to plan, nothing to ask, only the verdict', async () => {
    await run(action);
    const asked = at.asked.length;
    expect(await run(action)).toMatchObject({ plan: null, changes: [], verdict: 'holds' });
    expect(at.asked).toHaveLength(asked);
  });

  it('never takes the verdict from a receipt: what says "done" and is not, fails', async () => {
    at.account.trouble('PaintThing', { kind: 'lie' });
    expect(await run(action)).toMatchObject({ verdict: 'fails', changes: [{ state: 'done' }, { id: 'p', state: 'done' }] });
    // The next run plans what is missing, and that alone.
    expect(await run(action)).toMatchObject({ verdict: 'holds', changes: [{ id: 'p', state: 'done' }] });
  });

  it('a check that cannot be taken is unknown, with the reason; the error does not get out', async () => {
    const blind = { ...action, check: () => Promise.reject(awsFailure('AccessDenied', 403)) };
    const outcome = await run(blind);
    expect(outcome).toMatchObject({
      verdict: 'unknown',
      checks: [{ name: 'checked', verdict: 'unknown', why: { en: expect.stringContaining('AccessDenied') } }],
    });
    expect(at.account.named('a')).toMatchObject({ Colour: 'red' });
    expect((await run({ ...action, check: async () => [] })).verdict).toBe('unknown');
  });

  it('an unlawful plan is never shown, never approved, never applied', async () => {
    const unlawful = actionOf('bad', { plan: () => [create('a', { needs: ['ghost'] })], check: () => [] });
    await expect(run(unlawful)).rejects.toMatchObject({ code: 'UnlawfulPlan', message: expect.stringContaining('there is no step ghost') });
    expect(at.story()).toEqual(['observe']);
    expect(at.account.mutations()).toEqual([]);
  });

  it('what is refused is in the outcome with its code; the check says what that means', async () => {
    at.account.trouble('PaintThing', { kind: 'error', code: 'AccessDenied', status: 403 });
    expect(await run(action)).toMatchObject({ verdict: 'fails', changes: [{ state: 'done' }, { id: 'p', state: 'refused', code: 'AccessDenied' }], open: [] });
  });

  it('declined: nothing was changed', async () => {
    at.answer(null);
    await expect(run(action)).rejects.toMatchObject({ code: 'Declined', exit: 5 });
    expect(at.account.things()).toEqual([]);
    expect(at.story()).toEqual(['observe', 'plan', 'decline']);
  });

  describe('an observation that has grown old while people thought', () => {
    const slowly = (meanwhile: () => void, seconds = 16) => {
      const { session } = at;
      at.session = () => {
        const one = session();
        return {
          ...one,
          approver: {
            ...one.approver,
            approve: async (asked) => {
              at.clock.advance(seconds * 1000);
              meanwhile();
              return one.approver.approve(asked);
            },
          },
        };
      };
    };
    it('is made again, and the approved plan applied when it would be the same', async () => {
      slowly(() => undefined);
      expect(await run(action)).toMatchObject({ verdict: 'holds' });
      expect(at.entries('observe')).toHaveLength(2);
    });
    it('stops with exit 6 when the plan would be another one; nothing is changed', async () => {
      slowly(() =>
        at.account.change((things) => {
          things['thing-9'] = { ThingId: 'thing-9', Name: 'a', Colour: 'white', FixedTo: [] };
        }),
      );
      await expect(run(action)).rejects.toMatchObject({ code: 'StalePlan', exit: 6 });
      expect(at.account.mutations()).toEqual([]);
      expect(at.story().filter((kind) => kind.startsWith('intent'))).toEqual([]);
      // The same command plans from what is there now.
      expect(await run(action)).toMatchObject({ verdict: 'holds', changes: [{ id: 'p' }] });
    });
    it('is not made again within fifteen seconds', async () => {
      slowly(() => undefined, 14);
      await run(action);
      expect(at.entries('observe')).toHaveLength(1);
    });
  });

  describe('started again', () => {
    const waiting = actionOf('wait', {
      plan: (things) =>
        things.some((thing) => thing.State === 'ready')
          ? []
          : [create('a'), read('r', idOf('a'), { until: [{ path: 'Thing.State', is: 'ready' }], limit: 10 })],
      check: (things) => [check('ready', things.some((thing) => thing.State === 'ready') ? 'holds' : 'unknown')],
    });
    it('goes on with the approved plan, asks nobody and plans nothing anew', async () => {
      expect(await run(waiting)).toMatchObject({ verdict: 'unknown', open: ['r'], changes: [{ id: 'a', state: 'done' }] });
      at.account.change((things) => {
        things['thing-1']!.State = 'ready';
      });
      at.restart();
      expect(await run(waiting)).toMatchObject({ verdict: 'holds', open: [], changes: [{ id: 'a', state: 'done' }] });
      expect(at.asked).toHaveLength(1);
      expect(at.entries('observe')).toHaveLength(1);
      expect(at.account.effects).toHaveLength(1);
    });

    it('plans anew when every call was answered and the verdict fails all the same: one of the answers lied', async () => {
      at.account.change((things) => Object.assign(things, { 'thing-9': { ThingId: 'thing-9', Name: 'there', Colour: 'white', FixedTo: [] } }));
      const red = (things: any[]) => things.some((thing) => thing.Colour === 'red');
      const painting = actionOf('paint', {
        plan: (things) =>
          red(things) ? [] : [paint('p', 'thing-9', 'red'), read('r', 'thing-9', { until: [{ path: 'Thing.Colour', is: 'red' }], limit: 10 })],
        check: (things) => [check('red', red(things) ? 'holds' : 'fails')],
      });
      at.account.trouble('PaintThing', { kind: 'lie' });
      expect(await run(painting)).toMatchObject({ verdict: 'fails', open: ['r'], changes: [{ id: 'p', state: 'done' }] });
      at.restart();
      expect(await run(painting)).toMatchObject({ verdict: 'holds', open: [], changes: [{ id: 'p', state: 'done' }] });
      expect(at.account.effects).toHaveLength(1);
      expect(at.entries('approve')).toHaveLength(2);
    });

    it('uses an approval that was given and not begun, if the plan is still the same', async () => {
      const { session } = at;
      at.session = () => ({
        ...session(),
        aws: { ...session().aws, identity: () => Promise.reject(Object.assign(new Error('no network'), { code: 'ENETUNREACH' })) },
      });
      await expect(run(action)).rejects.toThrow('no network');
      at.session = session;
      at.restart();
      expect(await run(action)).toMatchObject({ verdict: 'holds' });
      expect(at.asked).toHaveLength(1);
      expect(at.entries('approve')).toHaveLength(1);
    });

    it('inside a playbook an apply that finished is only judged', async () => {
      await run(action, { since: 0 });
      const { length } = at.account.seen;
      const verdicts = at.entries('verdict').length;
      expect(verdicts).toBe(1);
      expect(await run(action, { since: 0 })).toMatchObject({ verdict: 'holds' });
      expect(at.account.mutations()).toHaveLength(2);
      expect(at.account.seen.length).toBeGreaterThan(length);
    });
  });

  it('keeps what it read as evidence, and hostile text does not break the ledger', async () => {
    at.account.change((things) => {
      things['thing-8'] = { ThingId: 'thing-8', Name: '\ud800<script>\u001b[31m', Colour: 'white', FixedTo: [] };
    });
    const seen: string[] = [];
    const curious: Action<any> = {
      ...action,
      observe: async (ctx) => {
        const { output, evidence } = await ctx.read(call('DescribeThings'));
        seen.push(...evidence);
        return (output as any).Things;
      },
    };
    await planAction(at.session(), curious, request);
    expect(seen).toHaveLength(1);
    expect(at.entries('observe')[0]!.observed).toMatchObject([{ Name: '\ufffd<script>\u001b[31m' }]);
  });

  it('refuses to run as somebody whom its plan would lock out', async () => {
    const lockout = actionOf('lock', {
      plan: () => [
        create('a', {
          call: { service: 'iam', operation: 'PutUserPolicy', region: 'us-east-1', input: { UserName: 'Responder', PolicyName: 'x', PolicyDocument: '{}' } },
        }),
      ],
      check: () => [],
    });
    await expect(run(lockout)).rejects.toMatchObject({ code: 'SelfLockout', exit: 2 });
    expect(at.account.mutations()).toEqual([]);
  });
});
