import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call } from '../../test/engine/account.ts';
import { copy, create, idOf, paint } from '../../test/engine/plan.ts';
import { type Stand, stand } from '../../test/engine/stand.ts';
import { tokenOf } from '../kernel/index.ts';

let at: Stand;
beforeEach(() => {
  at = stand();
});
afterEach(() => at.close());
const begun = () => Date.parse('2026-11-22T12:00:00.000Z');
const seconds = () => (at.clock.now() - begun()) / 1000;
const thing = (more: object = {}) =>
  at.account.change((things) => Object.assign(things, { 'thing-9': { ThingId: 'thing-9', Name: 'there', Colour: 'white', FixedTo: [], ...more } }));

describe('an answer that was lost', () => {
  it('after the effect: found by the probe, done and ours, the output rebuilt, nothing sent twice', async () => {
    at.account.trouble('CreateThing', { kind: 'lost-after' });
    const results = await at.run([create('a'), paint('p', idOf('a'), 'red')]);
    expect(results).toMatchObject({ a: { state: 'done', ours: true, output: { Thing: { ThingId: 'thing-1' } } }, p: { state: 'done' } });
    expect(at.account.effects.map((one) => one.operation)).toEqual(['CreateThing', 'PaintThing']);
    expect(at.account.named('a')).toMatchObject({ Colour: 'red' });
  });

  it('before the effect: a safe change is sent again, with the same bytes', async () => {
    at.account.trouble('CreateThing', { kind: 'lost-before' });
    expect((await at.run([create('a')])).a).toMatchObject({ state: 'done', ours: true });
    const sent = at.account.mutations().map((one) => one.input);
    expect(sent).toEqual([{ Name: 'a' }, { Name: 'a' }]);
    expect(at.account.effects).toHaveLength(1);
    expect(at.entries('intent')).toHaveLength(2);
  });

  it('"look": sent again only when its mark stayed away for the whole settle window', async () => {
    thing();
    at.account.trouble('AddCopy', { kind: 'lost-before' });
    expect((await at.run([copy('c', 'thing-9')])).c).toMatchObject({ state: 'done', ours: true });
    expect(seconds()).toBeGreaterThan(60);
    const [first, second] = at.account.mutations();
    expect(second!.input).toEqual(first!.input);
    expect((first!.input as { Mark: string }).Mark).toBe(tokenOf('IR-1', 'a1', 'c'));
    expect(at.account.effects).toHaveLength(1);
  });

  it('"look": an effect that becomes visible late is found, and no second one is made', async () => {
    thing();
    at.account.trouble('AddCopy', { kind: 'lost-after' });
    at.account.lag(40);
    expect((await at.run([copy('c', 'thing-9')])).c).toMatchObject({ state: 'done', ours: true, output: { Thing: { ThingId: 'thing-1' } } });
    expect(at.account.mutations()).toHaveLength(1);
    expect(seconds()).toBeGreaterThanOrEqual(40);
  });

  it('is looked for a moment later only: reads lag behind writes, and a safe change would be sent twice', async () => {
    thing();
    at.account.trouble('PaintThing', { kind: 'lost-after' });
    const looks: number[] = [];
    at.account.onSend(({ purpose }) => void (purpose === 'read' && looks.push(seconds())));
    expect((await at.run([paint('p', 'thing-9', 'red')])).p).toMatchObject({ state: 'done', ours: true });
    expect(looks[0]).toBeGreaterThanOrEqual(0.5);
    expect(at.account.effects).toHaveLength(1);
  });

  it('is asked for again though it took longer to give up than all patience; "look" waits its window from then on', async () => {
    thing();
    at.account.trouble('CreateThing', { kind: 'lost-before' });
    at.account.trouble('AddCopy', { kind: 'lost-before' });
    at.account.onSend(({ purpose }) => void (purpose === 'mutation' && at.clock.advance(70_000)));
    expect(await at.run([create('a')])).toMatchObject({ a: { state: 'done', ours: true } });
    const before = seconds();
    expect(await at.run([copy('c', 'thing-9')])).toMatchObject({ c: { state: 'done', ours: true } });
    expect(seconds() - before).toBeGreaterThan(70 + 60 + 70);
    expect(at.account.effects.map((one) => one.operation)).toEqual(['CreateThing', 'AddCopy']);
  });

  it('"ask": stays unknown, is sent once, and leaves the apply open', async () => {
    thing();
    at.account.trouble('AddCopy', { kind: 'lost-before' });
    const change = copy('c', 'thing-9', { repeat: 'ask' });
    expect((await at.run([change])).c).toMatchObject({ state: 'unknown' });
    expect(at.account.mutations()).toHaveLength(1);
    expect(at.story()).toEqual(['intent:c']);
    // Asked again, it looks again; when the effect has shown by then it is ours.
    at.account.change((things) => Object.assign(things, { 'thing-10': { ThingId: 'thing-10', Name: 'x', Mark: tokenOf('IR-1', 'a1', 'c'), FixedTo: [] } }));
    expect((await at.run([change])).c).toMatchObject({ state: 'done', ours: true, output: { Thing: { ThingId: 'thing-10' } } });
    expect(at.account.mutations()).toHaveLength(1);
  });

  it('means drift when neither the effect nor the way to it is there any more', async () => {
    thing();
    at.account.trouble('PaintThing', { kind: 'lost-before' });
    at.account.onSend(({ purpose }) => {
      if (purpose === 'mutation') thing({ Colour: 'green' });
    });
    expect((await at.run([paint('p', 'thing-9', 'red')])).p).toMatchObject({ state: 'drifted', why: expect.stringContaining('green') });
    expect(at.account.mutations()).toHaveLength(1);
    expect(at.account.named('there')).toMatchObject({ Colour: 'green' });
  });

  it('is unknown, not failed, when every answer is lost for longer than there is patience', async () => {
    at.account.trouble('CreateThing', { kind: 'lost-before' }, 9999);
    const result = (await at.run([create('a')])).a!;
    expect(result).toMatchObject({ state: 'unknown', code: 'ECONNRESET' });
    expect(seconds()).toBeGreaterThanOrEqual(60);
    // Paced, not hammering: about one a second at the most.
    expect(at.account.mutations().length).toBeLessThan(150);
    expect(at.story().filter((kind) => kind.startsWith('receipt'))).toEqual([]);
  });

  it('a server error of unknown outcome is treated alike', async () => {
    at.account.trouble('CreateThing', { kind: 'error', code: 'InternalError', status: 500 });
    expect((await at.run([create('a')])).a).toMatchObject({ state: 'done' });
    expect(at.account.effects).toHaveLength(1);
  });
});

describe('an answer that says no', () => {
  it('"again" without effect: repeated with the same bytes, whatever its status', async () => {
    at.account.trouble('CreateThing', { kind: 'error', code: 'RequestLimitExceeded', status: 503 }, 3);
    expect((await at.run([create('a')])).a).toMatchObject({ state: 'done', ours: true });
    expect(at.account.mutations()).toHaveLength(4);
    // Nobody looked: nothing had happened.
    expect(at.account.seen.filter((one) => one.purpose === 'read')).toEqual([]);
    expect(new Set(at.clock.slept).size).toBe(3);
  });

  it('"again" for ever is refused in the end, with its code', async () => {
    at.account.trouble('CreateThing', { kind: 'error', code: 'Throttling', status: 400 }, 9999);
    expect((await at.run([create('a')])).a).toMatchObject({ state: 'refused', code: 'Throttling' });
    expect(seconds()).toBeGreaterThanOrEqual(60);
    expect(at.account.effects).toEqual([]);
  });

  it('"there already": believed only if the probe agrees; then it is not ours, so undo leaves it alone', async () => {
    at.account.change((things) => Object.assign(things, { 'thing-5': { ThingId: 'thing-5', Name: 'a', Colour: 'white', FixedTo: [] } }));
    expect((await at.run([create('a')])).a).toMatchObject({
      state: 'already',
      ours: false,
      code: 'InvalidThing.Duplicate',
      output: { Thing: { ThingId: 'thing-5' } },
    });
  });

  it('"there already", and it is not: failed, and both are said', async () => {
    at.account.trouble('CreateThing', { kind: 'error', code: 'InvalidThing.Duplicate', status: 400 });
    expect((await at.run([create('a')])).a).toMatchObject({
      state: 'failed',
      code: 'InvalidThing.Duplicate',
      why: expect.stringMatching(/there already.*it is not/),
    });
    expect(at.account.effects).toEqual([]);
  });

  it('"there already" after an answer of ours was lost: it is ours', async () => {
    at.account.trouble('CreateThing', { kind: 'lost-after' });
    // The look right after the loss does not see it yet, so the same bytes go out again.
    at.account.lag(1);
    const result = (await at.run([create('a')])).a!;
    expect(result).toMatchObject({ state: 'done', ours: true, output: { Thing: { ThingId: 'thing-1' } } });
    expect(at.account.mutations()).toHaveLength(2);
    expect(at.account.effects).toHaveLength(1);
  });

  it('"not there" about an id of our own making is late, and about any other id a refusal', async () => {
    at.account.trouble('PaintThing', { kind: 'error', code: 'InvalidThing.NotFound', status: 400 }, 2);
    const results = await at.run([create('a'), paint('p', idOf('a'), 'red')]);
    expect(results.p).toMatchObject({ state: 'done' });
    expect(at.account.named('a')).toMatchObject({ Colour: 'red' });
    expect((await at.run([paint('q', 'thing-404', 'red')], { apply: 'a2' })).q).toMatchObject({ state: 'refused', code: 'InvalidThing.NotFound' });
  });

  it('a code the step calls late is retried, for as long as reads may lag and no longer', async () => {
    thing();
    at.account.trouble('PaintThing', { kind: 'error', code: 'IncorrectState', status: 400 }, 3);
    expect((await at.run([paint('p', 'thing-9', 'red', { lag: ['IncorrectState'] })])).p).toMatchObject({ state: 'done' });
    at.account.trouble('PaintThing', { kind: 'error', code: 'IncorrectState', status: 400 }, 9999);
    const before = at.clock.now();
    expect((await at.run([paint('q', 'thing-9', 'blue', { lag: ['IncorrectState'] })], { apply: 'a2' })).q).toMatchObject({
      state: 'refused',
      code: 'IncorrectState',
    });
    expect(at.clock.now() - before).toBeGreaterThanOrEqual(60_000);
  });

  it('any other refusal is one: receipt, nothing repeated', async () => {
    at.account.trouble('CreateThing', { kind: 'error', code: 'AccessDenied', status: 403 });
    expect((await at.run([create('a')])).a).toMatchObject({ state: 'refused', code: 'AccessDenied' });
    expect(at.account.mutations()).toHaveLength(1);
    expect(at.story()).toEqual(['intent:a', 'receipt:a', 'finish']);
  });
});

describe('what is checked beside the code', () => {
  it('an answer that does not say what it must say is a failure', async () => {
    at.account.trouble('CreateThing', { kind: 'lie' });
    const change = create('a', { accept: [{ path: 'Thing.ThingId', is: 'thing-1' }] });
    expect((await at.run([change])).a).toMatchObject({ state: 'failed', code: 'NotAccepted', output: { Thing: { ThingId: 'thing-0' } } });
    expect((await at.run([change], { apply: 'a2' })).a).toMatchObject({ state: 'done' });
  });

  it('a fresh observation is not looked at again; an old one is, before anything is sent', async () => {
    thing();
    await at.run([paint('p', 'thing-9', 'red')]);
    expect(at.account.seen.map((one) => one.operation)).toEqual(['PaintThing']);
    at.account.seen.length = 0;
    thing();
    await at.run([paint('p', 'thing-9', 'red')], { apply: 'a2', observed: 16 });
    expect(at.account.seen.map((one) => one.operation)).toEqual(['GetThing', 'PaintThing']);
  });

  it('what is done already is not done again, and is not ours', async () => {
    thing({ Colour: 'red' });
    expect((await at.run([paint('p', 'thing-9', 'red')], { observed: 16 })).p).toMatchObject({ state: 'already', ours: false });
    expect(at.account.mutations()).toEqual([]);
  });

  it('what is neither done nor ready has drifted: nothing is sent', async () => {
    thing({ Colour: 'green' });
    const results = await at.run([paint('p', 'thing-9', 'red'), create('a', { needs: ['p'] })], { observed: 16 });
    expect(results).toMatchObject({ p: { state: 'drifted', why: expect.stringContaining('green') }, a: { state: 'blocked' } });
    expect(at.account.mutations()).toEqual([]);
    expect(at.account.named('there')).toMatchObject({ Colour: 'green' });
  });

  it('reads that lag behind a write are not taken for drift', async () => {
    thing({ Colour: 'green' });
    at.account.lag(3);
    thing();
    expect((await at.run([paint('p', 'thing-9', 'red')], { observed: 16 })).p).toMatchObject({ state: 'done' });
  });

  it('a probe finds its element among many by comparing values', async () => {
    const name = "x'] || [?Name=='a";
    at.account.change((things) => Object.assign(things, { t1: { ThingId: 't1', Name: 'a', FixedTo: [] }, t2: { ThingId: 't2', Name: 'b', FixedTo: [] } }));
    at.account.trouble('CreateThing', { kind: 'lost-after' });
    const change = create('h', {
      call: call('CreateThing', { Name: name }),
      probe: { ...create('h').probe, pick: { from: 'Things', where: [{ path: 'Name', is: name }] } },
    });
    expect((await at.run([change])).h).toMatchObject({ state: 'done', output: { Thing: { ThingId: 'thing-1' } } });
    expect(at.account.mutations()).toHaveLength(1);
  });

  it('the code an absent probe answers with means "not there"', async () => {
    const change = create('a', {
      probe: {
        call: call('GetThing', { ThingId: 'thing-1' }),
        absent: ['InvalidThing.NotFound'],
        done: [{ path: 'Thing.Name', is: 'a' }],
        ready: [{ path: 'Thing' }],
      },
    });
    expect((await at.run([change], { observed: 16 })).a).toMatchObject({ state: 'done' });
    expect(at.clock.slept).toEqual([]);
  });
});
