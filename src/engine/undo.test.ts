import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call } from '../../test/engine/account.ts';
import { copy, create, fix, idOf, paint } from '../../test/engine/plan.ts';
import { planOf, type Stand, stand } from '../../test/engine/stand.ts';
import { type Change, isChange, type Plan, type Step, text } from '../kernel/index.ts';
import { applyPlan } from './action.ts';
import { approve } from './approval.ts';
import { brokenLaws } from './laws.ts';
import { undoable, undoPlan } from './undo.ts';

let at: Stand;
beforeEach(() => {
  at = stand();
  at.account.change((things) => {
    things['thing-0'] = { ThingId: 'thing-0', Name: 'old', Colour: 'white', FixedTo: [] };
  });
});
afterEach(() => at.close());

const title = text('Test', 'Prueba');
/** Approves and applies a plan; answers with its apply id. */
async function apply(plan: Plan): Promise<string> {
  const session = at.session();
  const id = await approve(session, plan, title, null);
  await applyPlan(session, plan, id, session.clock.now());
  return id;
}
const outlook = (id: string, plan: Plan, named: readonly string[] = []) => undoPlan(at.case.entries, 'IR-1', id, plan, new Set(named));
const undo = async (id: string, plan: Plan, named: readonly string[] = []) => {
  const session = at.session();
  const back = outlook(id, plan, named).plan;
  return Object.fromEntries(await applyPlan(session, back, await approve(session, back, title, null), 0));
};
const stepsOf = (plan: Plan) => Object.fromEntries(plan.steps.map((step) => [step.id, step]));

const house: Step[] = [
  create('a'),
  create('b'),
  paint('p', 'thing-0', 'red'),
  fix('f', idOf('a'), idOf('b')),
  fix('g', 'thing-0', idOf('a'), { after: ['p'] }),
];

describe('the undo of an apply', () => {
  it('is a lawful plan, literal, with every edge the other way round', async () => {
    const plan = planOf(house);
    const id = await apply(plan);
    const back = outlook(id, plan);
    expect(brokenLaws(back.plan)).toEqual([]);
    expect(back.plan.action).toBe('undo:test');
    expect(JSON.stringify(back.plan.steps)).not.toMatch(/\$ref|\$token|\$now/);
    const steps = stepsOf(back.plan);
    expect(Object.keys(steps).sort()).toEqual(['undo.a.0', 'undo.b.0', 'undo.f.0', 'undo.g.0', 'undo.p.0']);
    expect([...steps['undo.a.0']!.needs!].sort()).toEqual(['undo.f.0', 'undo.g.0']);
    expect(steps['undo.b.0']!.needs).toEqual(['undo.f.0']);
    expect(steps['undo.p.0']!.needs).toEqual(['undo.g.0']);
    expect(steps['undo.g.0']!.needs).toEqual([]);
    const made = at.account.named('a')!.ThingId;
    expect((steps['undo.a.0'] as Change).call.input).toEqual({ ThingId: made });
    expect((steps['undo.g.0'] as Change).call.input).toEqual({ ThingId: 'thing-0', From: made });
  });

  it('brings the account back to exactly what it was', async () => {
    const before = at.account.picture();
    const plan = planOf(house);
    const id = await apply(plan);
    expect(at.account.picture()).not.toBe(before);
    const results = await undo(id, plan);
    expect(new Set(Object.values(results).map((result) => result.state))).toEqual(new Set(['done']));
    expect(at.account.picture()).toBe(before);
    // What stood on something went first: the account refuses to delete what others are fixed to.
    const order = at.account.effects.slice(house.length).map((one) => one.operation);
    expect(order.lastIndexOf('LoosenThing')).toBeLessThan(order.lastIndexOf('DeleteThing'));
    expect([...order].sort()).toEqual(['DeleteThing', 'DeleteThing', 'LoosenThing', 'LoosenThing', 'PaintThing']);
  });

  it('brings it back as well when answers are lost and calls throttled on the way there and back', async () => {
    const before = at.account.picture();
    for (const operation of ['CreateThing', 'FixThing', 'LoosenThing', 'DeleteThing', 'PaintThing']) {
      at.account.trouble(operation, { kind: 'lost-after' });
      at.account.trouble(operation, { kind: 'error', code: 'RequestLimitExceeded', status: 503 });
      at.account.trouble(operation, { kind: 'lost-before' });
    }
    const plan = planOf(house);
    const id = await apply(plan);
    await undo(id, plan);
    expect(at.account.picture()).toBe(before);
  });

  it('takes back only what is ours', async () => {
    at.account.change((things) => {
      things['thing-7'] = { ThingId: 'thing-7', Name: 'b', Colour: 'white', FixedTo: [] };
    });
    const plan = planOf([create('a'), create('b')]);
    const id = await apply(plan);
    expect(outlook(id, plan).plan.steps.map((step) => step.id)).toEqual(['undo.a.0']);
    await undo(id, plan);
    expect(at.account.things().map((thing) => thing.Name)).toEqual(['old', 'b']);
  });

  it('looks first: what somebody changed since has drifted, and what stands beneath it is left', async () => {
    const plan = planOf([create('a'), paint('p', idOf('a'), 'red')]);
    const id = await apply(plan);
    at.account.change((things) => {
      Object.values(things).find((thing) => thing.Name === 'a')!.Colour = 'green';
    });
    const results = await undo(id, plan);
    expect(results).toMatchObject({
      'undo.p.0': { state: 'drifted', why: expect.stringContaining('green') },
      'undo.a.0': { state: 'blocked', why: 'undo.p.0' },
    });
    expect(at.account.named('a')).toMatchObject({ Colour: 'green' });
  });

  it('what is back already is not sent again', async () => {
    const plan = planOf([paint('p', 'thing-0', 'red')]);
    const id = await apply(plan);
    at.account.change((things) => {
      things['thing-0']!.Colour = 'white';
    });
    const sent = at.account.mutations().length;
    expect(await undo(id, plan)).toMatchObject({ 'undo.p.0': { state: 'already' } });
    expect(at.account.mutations()).toHaveLength(sent);
  });

  it('runs several calls of one change in their order, with the wait between them', async () => {
    const until = [{ path: 'Thing.Colour', is: 'grey' }];
    const paintThen = paint('p', 'thing-0', 'red', {
      undo: {
        calls: [
          call('PaintThing', { ThingId: { $ref: 'self#ThingId' }, Colour: 'grey' }),
          { read: call('GetThing', { ThingId: { $ref: 'self#ThingId' } }), until, every: 2, limit: 60 },
          call('PaintThing', { ThingId: { $ref: 'self#ThingId' }, Colour: 'white' }),
        ],
        done: [{ path: 'Thing.Colour', is: 'white' }],
      },
    });
    // Before the last call the thing is grey, so "still as we left it" must not be asked of it.
    const plan = planOf([paintThen]);
    const id = await apply(plan);
    const back = outlook(id, plan).plan;
    expect(back.steps.map(({ id: step, needs }) => [step, needs])).toEqual([
      ['undo.p.0', []],
      ['undo.p.1', ['undo.p.0']],
      ['undo.p.2', ['undo.p.1']],
    ]);
    expect(await undo(id, plan)).toMatchObject({ 'undo.p.0': { state: 'done' }, 'undo.p.1': { state: 'done' }, 'undo.p.2': { state: 'done' } });
    expect(at.account.effects.slice(-2).map((one) => one.input)).toEqual([
      { ThingId: 'thing-0', Colour: 'grey' },
      { ThingId: 'thing-0', Colour: 'white' },
    ]);
    expect(at.account.named('old')).toMatchObject({ Colour: 'white' });
  });

  it('asks before the first of several calls whether all is still as it was left', async () => {
    const calls = ['grey', 'white'].map((Colour) => call('PaintThing', { ThingId: 'thing-0', Colour }));
    const plan = planOf([paint('p', 'thing-0', 'red', { undo: { calls } })]);
    const id = await apply(plan);
    at.account.change((things) => {
      things['thing-0']!.Colour = 'green';
    });
    expect(await undo(id, plan)).toMatchObject({ 'undo.p.0': { state: 'drifted' }, 'undo.p.1': { state: 'blocked' } });
    expect(at.account.named('old')).toMatchObject({ Colour: 'green' });
  });

  describe('what is not simply taken back', () => {
    const ask = text('alive again?', '¿otra vez viva?');
    const dangerous = paint('p', 'thing-0', 'red', { undo: { calls: [call('PaintThing', { ThingId: 'thing-0', Colour: 'white' })], ask } });
    const never = create('n', { undo: { never: text('gone for good', 'perdido para siempre') } });

    it('asks about the dangerous, and does it only when it is named', async () => {
      const plan = planOf([dangerous, create('a')]);
      const id = await apply(plan);
      expect(outlook(id, plan).plan.steps.map((step) => step.id)).toEqual(['undo.a.0']);
      expect(outlook(id, plan).asks.map((one) => one.id)).toEqual(['p']);
      await undo(id, plan);
      expect(at.account.named('old')).toMatchObject({ Colour: 'red' });
      expect(outlook(id, plan, ['p']).asks).toEqual([]);
      await undo(id, plan, ['p']);
      expect(at.account.named('old')).toMatchObject({ Colour: 'white' });
    });

    it('leaves evidence, and what cannot be taken back, and says so', async () => {
      const plan = planOf([copy('c', 'thing-0'), never]);
      const id = await apply(plan);
      const { plan: back, stays } = outlook(id, plan);
      expect(back.steps).toEqual([]);
      expect(stays.map((step) => step.id)).toEqual(['c', 'n']);
    });

    it('shows what is lost by the undo as its danger', async () => {
      const loses = text('reachable again', 'accesible otra vez');
      const plan = planOf([paint('p', 'thing-0', 'red', { undo: { calls: [call('PaintThing', { ThingId: 'thing-0', Colour: 'white' })], loses } })]);
      const [step] = outlook(await apply(plan), plan).plan.steps.filter(isChange);
      expect(step).toMatchObject({ danger: [loses], why: text('take back: paint it red', 'deshacer: pintarlo de red') });
    });
  });
});

describe('what can still be taken back', () => {
  const left = () => undoable(at.case.entries).map((one) => one.apply);

  it('is every apply of the case, newest first, until it is taken back', async () => {
    const [one, two] = [planOf([create('a')]), planOf([create('b')], { action: 'other' })];
    const first = await apply(one);
    const second = await apply(two);
    expect(left()).toEqual([second, first]);
    await undo(second, two);
    expect(left()).toEqual([first]);
    expect(undoable(at.case.entries)[0]!.plan).toMatchObject({ action: 'test' });
    await undo(first, one);
    expect(left()).toEqual([]);
  });

  it('is still an apply of which a dangerous part was left out', async () => {
    const ask = text('alive again?', '¿otra vez viva?');
    const plan = planOf([paint('p', 'thing-0', 'red', { undo: { calls: [call('PaintThing', { ThingId: 'thing-0', Colour: 'white' })], ask } }), create('a')]);
    const id = await apply(plan);
    await undo(id, plan);
    expect(left()).toEqual([id]);
    // The part that is back already is not planned again.
    expect(outlook(id, plan, ['p']).plan.steps.map((step) => step.id)).toEqual(['undo.p.0']);
    await undo(id, plan, ['p']);
    expect(left()).toEqual([]);
  });

  it('is still an apply whose undo was refused: with better credentials it is tried again', async () => {
    const plan = planOf([create('a')]);
    const id = await apply(plan);
    at.account.trouble('DeleteThing', { kind: 'error', code: 'AccessDenied', status: 403 });
    expect(await undo(id, plan)).toMatchObject({ 'undo.a.0': { state: 'refused' } });
    expect(left()).toEqual([id]);
    await undo(id, plan);
    expect(at.account.named('a')).toBeUndefined();
    expect(left()).toEqual([]);
  });

  it('is no apply that changed nothing of ours', async () => {
    at.account.trouble('CreateThing', { kind: 'error', code: 'AccessDenied', status: 403 });
    await apply(planOf([create('a')]));
    expect(left()).toEqual([]);
  });

  it('is nothing that only a plan spoke of', async () => {
    at.answer(null);
    await expect(apply(planOf([create('a')]))).rejects.toMatchObject({ code: 'Declined' });
    expect(left()).toEqual([]);
  });
});
