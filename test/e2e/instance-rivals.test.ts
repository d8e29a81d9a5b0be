import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ALL, changed, type Trouble, trouble, verdict } from './trouble-stand.ts';

/** Two responders at once, on one case and on one instance: nobody's work is taken for one's own, undone or forced. */
let world: Trouble;
beforeAll(async () => {
  world = await trouble('rivals');
});
afterEach(() => world.settle());
afterAll(() => world?.close());

describe('two responders at once', () => {
  it('on one case: one works, the other is told to wait; there is one group, and either may take it back', async () => {
    const { target, id, interfaces } = await world.victim();
    const ana = await world.fresh();
    const ben = await world.fresh('the same', ana.dir);
    const ends = await Promise.all([ana.run('isolate', target, ALL), ben.run('isolate', target, ALL)]);
    expect(ends.map(verdict).sort()).toEqual(['CaseBusy', 'holds']);
    expect(await world.groupNames(id)).toHaveLength(1);
    expect([verdict(await ben.run('isolate', target, ALL)), changed(await ben.run('isolate', target, ALL))]).toEqual(['holds', {}]);
    expect((await ben.undo()).left).toEqual([]);
    expect([await world.groupsOf(...interfaces), await world.groupNames(id)]).toEqual([['default', 'default'], []]);
  });

  it('on one case in two folders: one group, one set of snapshots, and what the other made is not taken for one’s own', async () => {
    const { target, id, interfaces } = await world.victim();
    const [ana, ben] = [await world.fresh('IR-2026-99'), await world.fresh('IR-2026-99')];
    const ends = await Promise.all([ana, ben].map((one) => one.run('isolate', target, ALL)));
    for (const end of ends) expect(verdict(end)).not.toBe('unknown');
    for (const one of [ana, ben]) expect(verdict(await one.run('isolate', target, ALL))).toBe('holds');
    expect(await world.groupNames(id)).toHaveLength(1);
    for (const one of [ana, ben]) expect(verdict(await one.run('snapshot', target, ALL))).toBe('holds');
    expect(await world.snapshotsOf(id)).toHaveLength(2);
    for (const one of [ben, ana, ben]) await one.undo();
    expect([await world.groupsOf(...interfaces), await world.groupNames(id)]).toEqual([['default', 'default'], []]);
  });

  it('in two cases about one instance: each has its own group, nobody’s is deleted or forced, and all comes back from the last to the first', async () => {
    const { target, id, interfaces } = await world.victim();
    const [ana, ben] = [await world.fresh(), await world.fresh()];
    expect(verdict(await ana.run('isolate', target, ALL))).toBe('holds');
    const first = await world.groupsOf(...interfaces);
    expect(verdict(await ben.run('isolate', target, ALL))).toBe('holds');
    const plan = ben.session.case.entries.findLast((entry) => entry.kind === 'plan');
    expect(JSON.stringify(plan)).toContain(`isolates for another case, ${ana.session.case.info.id}`);
    const second = await world.groupsOf(...interfaces);
    expect([new Set(first).size, new Set(second).size, first[0] === second[0]]).toEqual([1, 1, false]);
    // The first is told the truth: it is no longer its group that closes the instance.
    const told = await ana.undo();
    expect([told.states.filter((state) => state === 'drifted').length, told.checks.every((check) => check.verdict === 'fails'), told.left]).toEqual([
      2,
      true,
      ['isolate'],
    ]);
    expect(await world.groupsOf(...interfaces)).toEqual(second);
    expect(await world.groupNames(id)).toHaveLength(2);
    expect((await ben.undo()).left).toEqual([]);
    expect(await world.groupsOf(...interfaces)).toEqual(first);
    expect((await ana.undo()).left).toEqual([]);
    expect([await world.groupsOf(...interfaces), await world.groupNames(id)]).toEqual([['default', 'default'], []]);
  });

  it('in two cases at the very same time: never both contained by their own group, and the second run of one settles it', async () => {
    const { target, id, interfaces } = await world.victim();
    const [ana, ben] = [await world.fresh(), await world.fresh()];
    const ends = await Promise.all([ana, ben].map((one) => one.run('isolate', target, ALL)));
    expect(ends.map(verdict).filter((one) => one === 'holds').length).toBeLessThanOrEqual(1);
    expect(verdict(await ana.run('isolate', target, ALL))).toBe('holds');
    expect(new Set(await world.groupsOf(...interfaces)).size).toBe(1);
    expect(await world.groupNames(id)).toHaveLength(2);
  });
});
