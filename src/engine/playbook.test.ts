import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionOf, check, collectorOf } from '../../test/engine/action.ts';
import { create, idOf, read } from '../../test/engine/plan.ts';
import { playbookOf, type Stand, stand } from '../../test/engine/stand.ts';
import { type Action, AplombError, type PlaybookItem, text, type Verdict } from '../kernel/index.ts';
import { type PlaybookOutcome, playbookIds, runPlaybook } from './playbook.ts';

let at: Stand;
/** What the checks of an action say, by its id; default: that its thing exists. */
let verdicts: Record<string, Verdict>;
beforeEach(() => {
  at = stand();
  verdicts = {};
  for (const id of ['one', 'two', 'three', 'four']) at.actions.set(id, maker(id));
  at.collectors.set('notes', collectorOf('notes', [{ name: 'n', mediaType: 'text/plain', data: Buffer.from('n'), reading: [] }]));
});
afterEach(() => at.close());

/** An action that makes one thing of its own name. */
const maker = (id: string): Action<any> =>
  actionOf(id, {
    plan: (things) => (things.some((thing) => thing.Name === id) ? [] : [create(id)]),
    check: (things) => [check('made', verdicts[id] ?? (things.some((thing) => thing.Name === id) ? 'holds' : 'fails'))],
  });
const run = (items: readonly PlaybookItem[], waive: Record<string, string> = {}): Promise<PlaybookOutcome> =>
  runPlaybook(at.session(), playbookOf(items), { target: { thing: 'x' }, options: {}, waive });
const made = () => at.account.things().map((thing) => thing.Name);
const rows = (outcome: PlaybookOutcome) => outcome.rows.map((row) => [row.action, row.verdict]);
const gate = (needs: Extract<PlaybookItem, { gate: string }>['needs']): PlaybookItem => ({
  gate: 'safe',
  title: text('Only when safe', 'Solo si es seguro'),
  needs,
});
const break_ = (id: string, error: Error): void => {
  at.actions.set(id, { ...at.actions.get(id)!, observe: () => Promise.reject(error) });
};

describe('a playbook', () => {
  it('runs its items in order, those of one "together" side by side, and takes every check once more at the end', async () => {
    const outcome = await run([{ action: 'one' }, { together: [{ action: 'two' }, { collect: ['notes'] }] }, { action: 'three' }]);
    expect(
      rows(outcome)
        .map(([id]) => id)
        .sort(),
    ).toEqual(['notes', 'one', 'three', 'two']);
    expect(outcome).toMatchObject({ closed: null, skipped: [] });
    expect(made()).toEqual(['one', 'two', 'three']);
    const last = at.entries('verdict').slice(-3);
    expect(last.map((one) => [one.action, one.final]).sort()).toEqual([
      ['one', true],
      ['three', true],
      ['two', true],
    ]);
    expect(at.entries('playbook').map((one) => one.state)).toEqual(['started', 'finished']);
  });

  it('counts the last reading: what became true later holds, what came undone fails', async () => {
    verdicts.one = 'unknown';
    at.actions.set(
      'two',
      actionOf('two', {
        plan: () => [],
        check: () => {
          verdicts.one = 'holds';
          return [check('ok', 'holds')];
        },
      }),
    );
    expect(rows(await run([{ action: 'one' }, { action: 'two' }]))).toEqual([
      ['one', 'holds'],
      ['two', 'holds'],
    ]);
  });

  it('runs in another order where there is one, and refuses one it does not know', async () => {
    const order = { id: 'usual', trade: text('a', 'a') };
    const playbook = {
      ...playbookOf([{ action: 'one' }, { action: 'two' }]),
      order,
      others: [{ id: 'turned', trade: text('b', 'b'), items: [{ action: 'two' }, { action: 'one' }] }],
    };
    const request = { target: { thing: 'x' }, options: {}, waive: {} };
    await expect(runPlaybook(at.session(), playbook, { ...request, order: 'odd' })).rejects.toMatchObject({ code: 'UnknownOrder', exit: 2 });
    expect(at.case.entries.filter((entry) => entry.kind === 'playbook')).toEqual([]);
    await runPlaybook(at.session(), playbook, { ...request, order: 'turned' });
    const judged = at.entries('verdict').filter((body) => body.final !== true);
    expect(judged.map((body) => body.action)).toEqual(['two', 'one']);
    expect(at.entries('playbook')[0]).toMatchObject({ state: 'started', order: 'turned' });
  });

  it('looks once more at what it is told to reaffirm, and does again what was undone in between', async () => {
    const undoing: Action<any> = actionOf('two', {
      plan: () => [],
      check: () => {
        // Somebody takes back what the first item did, once.
        if (at.entries('approve').length === 2)
          at.account.change((things) => {
            for (const [id, thing] of Object.entries(things)) if (thing.Name === 'one') delete things[id];
          });
        return [check('ok', 'holds')];
      },
    });
    at.actions.set('two', undoing);
    const items: PlaybookItem[] = [{ action: 'one' }, { action: 'three' }, { action: 'two' }, { reaffirm: ['one', 'three', 'four'] }];
    const outcome = await run(items);
    expect(made()).toContain('one');
    expect(at.entries('approve').map((entry) => entry.action)).toEqual(['one', 'three', 'one']);
    // What never ran is not begun by it.
    expect(made()).not.toContain('four');
    expect(playbookIds(playbookOf(items))).toEqual(['one', 'three', 'two']);
    expect(outcome.rows.map((row) => row.action).sort()).toEqual(['one', 'three', 'two']);
  });

  it('knows the items it runs', () => {
    expect(playbookIds(playbookOf([{ action: 'one' }, gate([]), { together: [{ action: 'two' }, { collect: ['notes'] }] }]))).toEqual(['one', 'two', 'notes']);
  });

  describe('an item that breaks', () => {
    it('is unknown with the reason, and the rest goes on', async () => {
      break_('one', new Error('boom'));
      const outcome = await run([{ action: 'one' }, { action: 'two' }]);
      expect(outcome.rows.find((row) => row.action === 'two')).toMatchObject({ verdict: 'holds' });
      expect(at.entries('verdict')[0]).toMatchObject({ action: 'one', verdict: 'unknown', checks: [{ name: 'carried-out', why: { en: 'Error: boom' } }] });
      expect(made()).toEqual(['two']);
    });

    it.each<[string, number]>([
      ['Declined', 5],
      ['StalePlan', 6],
      ['CaseBroken', 7],
      ['CompromisedIdentity', 2],
    ])('%s ends the whole playbook with exit %i', async (code, exit) => {
      break_('one', new AplombError(code, 'no', { exit: exit as 5 }));
      await expect(run([{ action: 'one' }, { action: 'two' }])).rejects.toMatchObject({ code, exit });
      expect(made()).toEqual([]);
      expect(at.entries('playbook').map((one) => one.state)).toEqual(['started']);
    });

    it('credentials that have expired end it: no other item could do better', async () => {
      break_('one', new AplombError('ExpiredCredentials', 'expired'));
      await expect(run([{ action: 'one' }, { action: 'two' }])).rejects.toMatchObject({ code: 'ExpiredCredentials' });
      expect(at.entries('verdict')).toEqual([]);
      expect(made()).toEqual([]);
    });

    it('side by side with another: that one ends first, so that its receipt is written', async () => {
      break_('one', new AplombError('Declined', 'no', { exit: 5 }));
      at.account.onSend(async ({ purpose }) => {
        if (purpose === 'mutation') await at.clock.sleep(5000);
      });
      await expect(run([{ together: [{ action: 'one' }, { action: 'two' }] }])).rejects.toMatchObject({ code: 'Declined' });
      expect(at.story()).toContain('receipt:two');
    });
  });

  describe('a gate', () => {
    const items = [{ action: 'one' }, gate([{ action: 'one', check: 'made', verdict: 'holds' }]), { action: 'two' }, { collect: ['notes'] }] as const;
    it('opens when what it needs holds, and the ledger says so', async () => {
      expect(await run(items)).toMatchObject({ closed: null });
      expect(at.entries('gate')).toEqual([{ gate: 'safe', open: true, why: '' }]);
      expect(made()).toEqual(['one', 'two']);
    });

    it.each<Verdict>(['fails', 'unknown'])('stays closed when it is "%s": what follows is skipped, and the playbook is not finished', async (verdict) => {
      verdicts.one = verdict;
      const outcome = await run(items);
      expect(outcome).toMatchObject({
        closed: { gate: 'safe', why: 'one/made is not "holds"' },
        skipped: [
          { id: 'two', step: 4 },
          { id: 'notes', step: 6 },
        ],
      });
      expect(made()).toEqual(['one']);
      expect(at.entries('playbook').map((one) => one.state)).toEqual(['started']);
    });

    it('stays closed for a verdict or a check that nobody took', async () => {
      expect((await run([gate([{ action: 'never-run', verdict: 'holds' }]), { action: 'two' }])).closed).toEqual({
        gate: 'safe',
        why: 'never-run is not "holds"',
      });
      expect((await run([{ action: 'one' }, gate([{ action: 'one', check: 'no-such-check', verdict: 'holds' }]), { action: 'two' }])).closed).toMatchObject({
        gate: 'safe',
      });
      expect(made()).toEqual(['one']);
    });

    it('is passed with a waiver, and the reason is on the ledger', async () => {
      verdicts.one = 'unknown';
      expect(await run(items, { safe: 'the owner decided, 10:40' })).toMatchObject({ closed: null, skipped: [] });
      expect(at.entries('waiver')).toEqual([{ gate: 'safe', reason: 'the owner decided, 10:40' }]);
      expect(made()).toEqual(['one', 'two']);
    });

    it('is passed once a person at a terminal gives a reason, which is not asked for again', async () => {
      const asked: string[] = [];
      const approver = {
        ...at.session().approver,
        reason: async (question: { en: string }) => {
          asked.push(question.en);
          return 'no tool at hand';
        },
      };
      const items: PlaybookItem[] = [
        { gate: 'taken', title: text('Taken?', '¿Tomada?'), needs: [{ kept: 'memory' }], asks: text('It is lost', 'Se pierde') },
        { action: 'one' },
      ];
      const go = () => runPlaybook({ ...at.session(), approver }, playbookOf(items), { target: { thing: 'x' }, options: {}, waive: {} });
      expect((await go()).closed).toBeNull();
      expect((await go()).closed).toBeNull();
      expect(asked).toEqual(['It is lost']);
      expect(at.entries('waiver')[0]).toEqual({ gate: 'taken', reason: 'no tool at hand' });
    });

    it('is open when the evidence it needs was kept, not when it was unavailable', async () => {
      const items: PlaybookItem[] = [{ gate: 'taken', title: text('Taken?', '¿Tomada?'), needs: [{ kept: 'memory' }] }, { action: 'one' }];
      const stored = await at.case.store(Buffer.from('ram'));
      const item = { ...stored, name: 'memory', mediaType: 'application/octet-stream', source: { tool: 't', time: '2026-11-22T12:00:00.000Z' } };
      at.case.append('evidence', { items: [{ ...item, source: { ...item.source, unavailable: 'nobody had it' } }] });
      expect((await run(items)).closed).toEqual({ gate: 'taken', why: 'no evidence "memory" was kept' });
      at.case.append('evidence', { items: [item] });
      expect((await run(items)).closed).toBeNull();
    });

    it('is not passed with an empty reason, and an open one needs no waiver', async () => {
      verdicts.one = 'unknown';
      await expect(run(items, { safe: '  ' })).rejects.toMatchObject({ code: 'NoReason', exit: 2 });
      expect(made()).toEqual(['one']);
      verdicts.one = 'holds';
      await run(items, { safe: 'not needed' });
      expect(at.entries('waiver')).toEqual([]);
    });

    it('is looked at again when the playbook is started again', async () => {
      verdicts.one = 'unknown';
      await run(items);
      verdicts.one = 'holds';
      at.restart();
      expect(await run(items)).toMatchObject({ closed: null });
      expect(made()).toEqual(['one', 'two']);
      expect(at.entries('playbook').map((one) => one.state)).toEqual(['started', 'finished']);
    });
  });

  describe('started again after a stop', () => {
    /** Stops, as Ctrl-C does, when this action is about to observe. */
    const stopAt = (id: string) => {
      const whole = at.actions.get(id)!;
      at.actions.set(id, {
        ...whole,
        observe: () => {
          at.abort(new AplombError('Interrupted', 'stopped', { exit: 130 }));
          return Promise.reject(new Error('aborted'));
        },
      });
      return () => at.actions.set(id, whole);
    };
    const items = [{ action: 'one' }, { collect: ['notes'] }, { action: 'two' }, { action: 'three' }] as const;

    it('skips what has its verdict and goes on where it was', async () => {
      const mend = stopAt('two');
      await expect(run(items)).rejects.toThrow('aborted');
      mend();
      at.restart();
      const observed: string[] = [];
      for (const [id, whole] of at.actions) {
        const observe: typeof whole.observe = (ctx) => {
          observed.push(id);
          return whole.observe(ctx);
        };
        at.actions.set(id, { ...whole, observe });
      }
      expect(rows(await run(items))).toEqual([
        ['one', 'holds'],
        ['notes', 'holds'],
        ['two', 'holds'],
        ['three', 'holds'],
      ]);
      expect(observed).toEqual(['two', 'three']);
      expect(at.entries('evidence')).toHaveLength(1);
      expect(at.entries('playbook').map((one) => one.state)).toEqual(['started', 'finished']);
      expect(at.account.effects).toHaveLength(3);
    });

    it('goes on waiting for what was still running', async () => {
      at.actions.set(
        'two',
        actionOf('two', {
          plan: () => [create('two'), read('r', idOf('two'), { until: [{ path: 'Thing.State', is: 'ready' }], limit: 10 })],
          check: (things) => [check('ready', things.some((thing) => thing.State === 'ready') ? 'holds' : 'unknown')],
        }),
      );
      expect(rows(await run(items))).toContainEqual(['two', 'unknown']);
      expect(at.entries('playbook').map((one) => one.state)).toEqual(['started']);
      at.account.change((things) => {
        Object.values(things).find((thing) => thing.Name === 'two')!.State = 'ready';
      });
      at.restart();
      expect(rows(await run(items))).toContainEqual(['two', 'holds']);
      expect(at.account.effects.filter((one) => (one.input as { Name: string }).Name === 'two')).toHaveLength(1);
    });

    it('plans anew what was refused or broke, and only that', async () => {
      at.account.trouble('CreateThing', { kind: 'error', code: 'AccessDenied', status: 403 });
      const mend = stopAt('three');
      await expect(run(items)).rejects.toThrow();
      expect(made()).toEqual(['two']);
      mend();
      at.restart();
      expect(rows(await run(items))).toContainEqual(['one', 'holds']);
      expect(made()).toEqual(['two', 'one', 'three']);
    });

    it('is not finished while something fails: the same command goes on with that alone', async () => {
      at.account.trouble('CreateThing', { kind: 'lie' });
      expect(rows(await run(items))).toContainEqual(['one', 'fails']);
      expect(at.entries('playbook').map((one) => one.state)).toEqual(['started']);
      at.restart();
      expect(rows(await run(items))).toContainEqual(['one', 'holds']);
      expect(at.entries('playbook').map((one) => one.state)).toEqual(['started', 'finished']);
      expect(made()).toEqual(['two', 'three', 'one']);
      expect(at.entries('evidence')).toHaveLength(1);
    });

    it('begins anew once it was finished, and on another target', async () => {
      await run(items);
      await run(items);
      expect(at.entries('playbook').map((one) => one.state)).toEqual(['started', 'finished', 'started', 'finished']);
      expect(at.account.effects).toHaveLength(3);
      await runPlaybook(at.session(), playbookOf([{ action: 'four' }]), { target: { thing: 'y' }, options: {}, waive: {} });
      expect(at.entries('playbook').at(-2)).toMatchObject({ state: 'started', target: { thing: 'y' } });
    });
  });
});
