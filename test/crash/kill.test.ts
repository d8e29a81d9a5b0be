import { afterAll, describe, type ExpectStatic, it, vi } from 'vitest';
import { loadBuilt } from './built.ts';
import { openCourse, type Scene } from './course.ts';
import { differences } from './ends.ts';
import { PARTS, PLAYBOOKS } from './parts.ts';
import { entriesOf, NEXT_RECEIPT, nextIntent, type Point, pointsOf, stepsOf } from './points.ts';
import { tally } from './tally.ts';
import { covered, NEVER_CHANGES, uncovered } from './whole.ts';

// Every moment at which a killed responder may leave its work half done, taken from the ledger of a run that nothing disturbed.
// Most of a run is waiting, so many go on side by side.
const ABREAST = 10;
vi.setConfig({ maxConcurrency: ABREAST });
const course = await openCourse({ seed: '7', labs: ABREAST });
const counts = tally('killed');
afterAll(async () => {
  counts.print();
  await course.close();
});

describe('what is registered', () => {
  const { played } = course;
  it('every action that may change something does so here, and no other', async ({ expect }) => {
    const { actions } = await loadBuilt<typeof import('../../src/generated/procedure.ts')>('generated/procedure.js');
    expect([...new Set([...covered(played).map(({ action }) => action), ...NEVER_CHANGES])].sort()).toEqual(Object.keys(actions).sort());
    expect(covered(played).filter(({ action }) => NEVER_CHANGES.includes(action))).toEqual([]);
  });
  it('every changing call that an action asks permission for is sent here, or only takes back, or is a second way', async ({ expect }) => {
    const { actions } = await loadBuilt<typeof import('../../src/generated/procedure.ts')>('generated/procedure.js');
    const all = await Promise.all(Object.values(actions).map((load) => load()));
    expect(uncovered(all, covered(played))).toEqual([]);
  });
});

const some = (points: Point[], every: number): Point[] => points.filter((_, index) => index % every === 0);
const pointsIn = (id: string, kind: Point['kind'], moment: Point['moment']): Point[] =>
  pointsOf(course.played[id]!.entries, kind, moment, JSON.stringify(course.played[id]!.start.world));
const kindOf = ({ action, operation }: { action: string; operation: string }): string => `${action} ${operation}`;
const inPlaybooks = new Set(covered(Object.fromEntries(PLAYBOOKS.map((id) => [id, course.played[id]!]))).map(kindOf));

/** Not where each start has more to do than the one before (a case to copy that grows), or begins anew what was broken off. */
const UNCHAINED = ['the case in a bucket', ...PARTS.flatMap(({ id, redone }) => (redone ? [id] : []))];
const chained = (id: string): boolean => !UNCHAINED.includes(id);
/**
 * Where a command is killed once and started again. At every so many of its intents: on disk, and not sent (every single one is a
 * moment of the chains below); those of a playbook's calls only in the playbook. Of the other moments (the effect made and the
 * answer not written; half of the answer, or of an intent, written; between two actions) fewer: that one is passed as well as
 * the next is for the engine to see to, which is the same for all of them.
 */
function sampled(id: string): Point[] {
  const whole = PLAYBOOKS.includes(id);
  // What only the engine does is the same for every command.
  const thin = !whole && PARTS.findIndex((one) => one.id === id) % 3 !== 0;
  const sent = covered({ [id]: course.played[id]! }).map(kindOf);
  const own = (_: Point, index: number): boolean => whole || !inPlaybooks.has(sent[index]!);
  return [
    ...some(pointsIn(id, 'intent', 'after').filter(own), whole ? 18 : chained(id) ? 6 : 2),
    ...some(pointsIn(id, 'receipt', 'before').filter(own), whole ? 24 : 10),
    ...(thin ? [] : some(pointsIn(id, 'receipt', 'torn').filter(own), 16)),
    ...(thin ? [] : some(pointsIn(id, 'receipt', 'after').filter(own), 16)),
    ...(thin ? [] : some(pointsIn(id, 'intent', 'torn'), 16)),
    ...(thin ? [] : some(pointsIn(id, 'approve', 'after'), 12)),
    ...(thin ? [] : some(pointsIn(id, 'finish', 'after'), 12)),
  ];
}

for (const { id } of PARTS)
  it(`${id} has moments to be killed at`, ({ expect }) => {
    const whole = PLAYBOOKS.includes(id);
    expect(pointsIn(id, 'intent', 'after').length).toBeGreaterThanOrEqual(whole ? 8 : 1);
    expect(pointsIn(id, 'receipt', 'after').length).toBeGreaterThanOrEqual(pointsIn(id, 'intent', 'after').length);
    expect(sampled(id).length).toBeGreaterThanOrEqual(1);
  });

/** Kills a command at one moment after the other, each time going on from what is left, until it is through. */
async function inTurn(id: string, next: (scene: Scene) => Point, wanted: (entries: readonly any[]) => number, expect: ExpectStatic): Promise<void> {
  const { entries, end } = course.played[id]!;
  const { redone } = PARTS.find((one) => one.id === id)!;
  await course.from(id, async (scene) => {
    const before = wanted(entriesOf(scene.dir));
    let kills = 0;
    let ran = await scene.respond(next(scene));
    for (; ran.signal === 'SIGKILL' && kills < 100; ran = await scene.respond(next(scene))) kills += 1;
    expect(kills).toBe(wanted([...entriesOf(course.played[id]!.start.dir), ...entries]) - before);
    expect(differences(await scene.end(ran), end, redone)).toEqual([]);
    expect(await scene.verify()).toMatchObject({ problems: [], signer: { authenticated: true } });
  });
}
describe.concurrent('killed at every single receipt, one after the other, and no further harm', () => {
  it.for(PLAYBOOKS)('%s', { timeout: 900_000 }, async (id, { expect }) => {
    const begun = Date.now();
    const receipts = (all: readonly any[]): number => all.filter((entry) => entry.kind === 'receipt').length;
    await inTurn(id, () => NEXT_RECEIPT, receipts, expect);
    counts.add('every receipt in turn', begun);
  });
});
describe.concurrent('killed at every single intent, one after the other, and no further harm', () => {
  it.for(PARTS.map((one) => one.id).filter(chained))('%s', { timeout: 900_000 }, async (id, { expect }) => {
    const begun = Date.now();
    await inTurn(
      id,
      (scene) => nextIntent(entriesOf(scene.dir)),
      (all) => stepsOf(all).length,
      expect,
    );
    counts.add('every intent in turn', begun);
  });
});

for (const { id, typed, redone } of PARTS) {
  describe.concurrent(`${id}, killed and started again`, () => {
    it.for(sampled(id))('$name', { timeout: 300_000 }, async (point, { expect }) => {
      const begun = Date.now();
      await course.from(id, async (scene) => {
        const killed = await scene.respond(point);
        // A command for people has shown its plan.
        expect({ signal: killed.signal, stderr: typed ? '' : killed.stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
        const again = await scene.respond();
        expect(differences(await scene.end(again), course.played[id]!.end, redone)).toEqual([]);
        expect(await scene.verify()).toMatchObject({ problems: [], signer: { authenticated: true } });
      });
      counts.add(`${point.moment} ${point.kind}`, begun);
    });
  });
}
