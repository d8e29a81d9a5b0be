import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call } from '../../test/engine/account.ts';
import { copy, create, fix, idOf, paint, pause, read } from '../../test/engine/plan.ts';
import { type Stand, stand, states } from '../../test/engine/stand.ts';
import { AplombError } from '../kernel/index.ts';

let at: Stand;
beforeEach(() => {
  at = stand();
});
afterEach(() => at.close());
const refuse = (operation: string, code = 'AccessDenied', times = 1) => at.account.trouble(operation, { kind: 'error', code, status: 403 }, times);

describe('the executor', () => {
  it('writes the intent before it sends and the receipt after, and finishes', async () => {
    at.account.onSend(({ purpose }) => {
      if (purpose === 'mutation') expect(at.story()).toEqual(['intent:a']);
    });
    expect(states(await at.run([create('a')]))).toEqual({ a: 'done' });
    expect(at.story()).toEqual(['intent:a', 'receipt:a', 'finish']);
    expect(at.entries('intent')[0]).toEqual({
      action: 'test',
      apply: 'a1',
      step: 'a',
      call: { service: 'toy', operation: 'CreateThing', region: 'eu-west-1' },
      input: { Name: 'a' },
    });
    expect(at.entries('receipt')[0]).toMatchObject({
      step: 'a',
      result: { state: 'done', ours: true, output: { Thing: { ThingId: 'thing-1' } } },
      requestId: 'req-1',
    });
    expect(at.entries('finish')[0]!.states).toEqual({ a: 'done' });
    expect(at.account.named('a')).toMatchObject({ ThingId: 'thing-1' });
  });

  it('runs what is independent side by side, and the rest behind what it needs', async () => {
    let inside = 0;
    let most = 0;
    at.account.onSend(async ({ purpose }) => {
      if (purpose !== 'mutation') return;
      most = Math.max(most, ++inside);
      await at.clock.sleep(1000);
      inside -= 1;
    });
    const results = await at.run([paint('p', idOf('a'), 'red'), create('a'), create('b'), create('c'), fix('f', idOf('a'), idOf('b'), { after: ['p'] })]);
    expect(Object.values(states(results))).toEqual(['done', 'done', 'done', 'done', 'done']);
    expect(most).toBe(3);
    // Three creations at once, then the paint, then the fixing: three rounds of one second.
    expect(at.clock.now() - Date.parse('2026-11-22T12:00:00.000Z')).toBe(3000);
    expect(at.account.named('a')).toMatchObject({ Colour: 'red', FixedTo: ['thing-2'] });
  });

  it('blocks what needed a step that was refused, names it, and lets the rest go on', async () => {
    refuse('CreateThing');
    const results = await at.run([create('a'), paint('p', idOf('a'), 'red'), pause('w', 5, { needs: ['p'] }), create('b')]);
    expect(results).toMatchObject({
      a: { state: 'refused', code: 'AccessDenied' },
      p: { state: 'blocked', why: 'a' },
      w: { state: 'blocked', why: 'p' },
      b: { state: 'done' },
    });
    expect(at.account.things().map((thing) => thing.Name)).toEqual(['b']);
    expect(at.story()).not.toContain('intent:p');
    expect(at.entries('finish')[0]!.states).toEqual({ a: 'refused', p: 'blocked', w: 'blocked', b: 'done' });
  });

  it('does what comes after a step however that one ended', async () => {
    refuse('CreateThing');
    expect(states(await at.run([create('a'), create('b', { after: ['a'] })]))).toEqual({ a: 'refused', b: 'done' });
    expect(at.story().indexOf('intent:b')).toBeGreaterThan(at.story().indexOf('receipt:a'));
  });

  describe('an alternative', () => {
    const steps = () => [create('managed'), create('inline', { instead: { of: 'managed', on: ['LimitExceeded'] } }), create('last', { needs: ['managed'] })];
    it('is not needed when the first way worked', async () => {
      expect(states(await at.run(steps()))).toEqual({ managed: 'done', inline: 'unneeded', last: 'done' });
      expect(at.account.mutations().map((one) => one.input)).toEqual([{ Name: 'managed' }, { Name: 'last' }]);
    });
    it('runs when the first way was refused with its code, and satisfies what needs it', async () => {
      refuse('CreateThing', 'LimitExceeded');
      expect(states(await at.run(steps()))).toEqual({ managed: 'refused', inline: 'done', last: 'done' });
      expect(at.account.things().map((thing) => thing.Name)).toEqual(['inline', 'last']);
    });
    it('does not run for another refusal', async () => {
      refuse('CreateThing', 'AccessDenied');
      expect(states(await at.run(steps()))).toEqual({ managed: 'refused', inline: 'blocked', last: 'blocked' });
      expect(at.account.things()).toEqual([]);
    });
  });

  describe('waiting', () => {
    const ready = { until: [{ path: 'Thing.State', is: 'ready' }], fail: [{ path: 'Thing.State', is: 'broken' }] };
    const become = (state: string, after: number) =>
      at.account.onSend(({ call: { operation } }) => {
        if (operation === 'GetThing' && --after < 0)
          at.account.change((things) => {
            things['thing-1']!.State = state;
          });
      });

    it('reads until the tests hold, every so many seconds, and hands its answer on', async () => {
      become('ready', 3);
      const results = await at.run([create('a'), read('r', idOf('a'), ready), create('b', { call: call('CreateThing', { Name: { $ref: 'r#Thing.State' } }) })]);
      expect(results.r).toMatchObject({ state: 'done', output: { Thing: { State: 'ready' } } });
      expect(at.clock.slept).toEqual([5000, 5000, 5000]);
      expect(at.account.named('ready')).toBeDefined();
      expect(at.events.filter((event) => event.code === 'waiting').map((event) => event.data.seconds)).toEqual([0, 5, 10]);
    });

    it('tells how far AWS says it is, where the step knows where that stands', async () => {
      become('ready', 6);
      await at.run([
        create('a'),
        read('r', idOf('a'), { ...ready, progress: 'Thing.[Name, Colour]' }),
        read('s', idOf('a'), { ...ready, progress: 'Thing.Nowhere' }),
      ]);
      expect(at.events.filter((event) => event.code === 'waiting').map(({ data }) => [data.id, data.far])).toContainEqual(['r', 'a, white']);
      expect(at.events.filter((event) => event.code === 'waiting' && event.data.id === 's').every(({ data }) => !('far' in data))).toBe(true);
    });

    it('is waiting, not failed, when the time is up: nothing is finished, and the next run goes on', async () => {
      const steps = [create('a'), read('r', idOf('a'), { ...ready, limit: 20 }), create('b', { needs: ['r'] })];
      const first = await at.run(steps);
      expect(first).toMatchObject({ a: { state: 'done' }, r: { state: 'waiting', why: 'still not so after 20 s' }, b: { state: 'blocked' } });
      expect(at.story()).toEqual(['intent:a', 'receipt:a']);
      become('ready', 0);
      expect(states(await at.run(steps, { observed: 999 }))).toEqual({ a: 'done', r: 'done', b: 'done' });
      expect(at.account.effects.map((one) => one.input)).toEqual([{ Name: 'a' }, { Name: 'b' }]);
      expect(at.entries('finish')).toHaveLength(1);
    });

    it('has failed when AWS says so, and blocks what needs it', async () => {
      become('broken', 1);
      const results = await at.run([create('a'), read('r', idOf('a'), ready), create('b', { needs: ['r'] })]);
      expect(results).toMatchObject({ r: { state: 'failed', code: 'WaitFailed', output: { Thing: { State: 'broken' } } }, b: { state: 'blocked' } });
    });

    it('never waits longer than this command has patience for', async () => {
      at.timing({ patience: 10 });
      expect((await at.run([create('a'), read('r', idOf('a'), { ...ready, limit: 3600 })])).r).toMatchObject({ state: 'waiting' });
      expect(at.clock.slept).toEqual([5000, 5000]);
    });

    it('is patient with ids that are not visible yet, with throttling and with lost answers', async () => {
      at.account.trouble('GetThing', { kind: 'error', code: 'InvalidThing.NotFound', status: 400 }, 2);
      at.account.trouble('GetThing', { kind: 'error', code: 'RequestLimitExceeded', status: 503 }, 1);
      at.account.trouble('GetThing', { kind: 'lost-before' }, 1);
      expect((await at.run([create('a'), read('r', idOf('a'))])).r).toMatchObject({ state: 'done' });
    });

    it('has failed when a read is refused for good', async () => {
      at.account.trouble('GetThing', { kind: 'error', code: 'AccessDenied', status: 403 }, 99);
      expect((await at.run([create('a'), read('r', idOf('a'))])).r).toMatchObject({ state: 'failed', code: 'AccessDenied' });
      expect(at.clock.slept).toEqual([]);
    });

    it('measures a pause from when it began, also across a restart', async () => {
      const steps = [pause('w', 30), create('a', { needs: ['w'] })];
      const controller = new AbortController();
      const first = at.run(steps, { signal: controller.signal });
      while (at.story().length === 0) await Promise.resolve();
      controller.abort(new AplombError('Interrupted', 'stopped', { exit: 130 }));
      await expect(first).rejects.toMatchObject({ code: 'Interrupted' });
      expect(at.story()).toEqual(['pause:w']);
      at.clock.advance(20_000);
      const resumed = at.clock.now();
      expect(states(await at.run(steps))).toEqual({ w: 'done', a: 'done' });
      expect(at.clock.now() - resumed).toBeLessThanOrEqual(10_000);
      expect(at.entries('pause')).toHaveLength(1);
    });
  });

  it('does not send what refers to nothing', async () => {
    const results = await at.run([create('a'), paint('p', { $ref: 'a#Thing.Absent' }, 'red')]);
    expect(results.p).toMatchObject({ state: 'failed', code: 'EmptyRef' });
    expect(at.account.mutations()).toHaveLength(1);
  });

  it('ends the whole apply for an error of our own house: a guard, a full disk', async () => {
    at.account.onSend(({ call: { operation } }) => {
      if (operation === 'PaintThing') throw new AplombError('WrongAccount', 'another account', { exit: 2 });
    });
    await expect(at.run([create('a'), paint('p', idOf('a'), 'red')])).rejects.toMatchObject({ code: 'WrongAccount' });
    expect(at.story()).toEqual(['intent:a', 'receipt:a', 'intent:p']);
    // Nobody was asked what became of it, and nobody waited.
    expect(at.clock.slept).toEqual([]);
  });

  it('tells whoever watches how each step ended', async () => {
    refuse('CreateThing');
    await at.run([create('a'), copy('c', idOf('a'))]);
    expect(at.events.filter((event) => event.code === 'step').map(({ level, data }) => [level, data.id, data.state])).toEqual([
      ['warn', 'a', 'refused'],
      ['warn', 'c', 'blocked'],
    ]);
  });
});
