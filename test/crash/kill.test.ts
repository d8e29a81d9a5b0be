import { afterAll, describe, it, vi } from 'vitest';
import { loadBuilt } from './built.ts';
import { openCourse } from './course.ts';
import { differences } from './ends.ts';
import { PARTS, PLAYBOOKS } from './parts.ts';
import { NEXT_RECEIPT, type Point, pointsOf } from './points.ts';
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

/**
 * Where a command is killed. In a playbook at every intent: on disk, and not sent. By its own command at every intent for a kind of
 * call that no playbook makes. Of the other moments (the effect made and the answer not written; half of the answer, or of an intent,
 * written; between two actions) every so many are taken: that one is passed as well as the next is for the engine to see to, which is the same
 * for all of them. Each receipt on disk is a moment of the tests below.
 */
function sampled(id: string): Point[] {
  const whole = PLAYBOOKS.includes(id);
  // What only the engine does is the same for every command.
  const thin = !whole && PARTS.findIndex((one) => one.id === id) % 3 !== 0;
  const sent = covered({ [id]: course.played[id]! }).map(kindOf);
  const own = (_: Point, index: number): boolean => whole || !inPlaybooks.has(sent[index]!);
  return [
    ...pointsIn(id, 'intent', 'after').filter(own),
    ...some(pointsIn(id, 'receipt', 'before').filter(own), whole ? 4 : 3),
    ...(thin ? [] : some(pointsIn(id, 'receipt', 'torn').filter(own), 8)),
    ...(thin ? [] : some(pointsIn(id, 'receipt', 'after').filter(own), 12)),
    ...(thin ? [] : some(pointsIn(id, 'intent', 'torn'), 12)),
    ...(thin ? [] : some(pointsIn(id, 'approve', 'after'), 6)),
    ...(thin ? [] : some(pointsIn(id, 'finish', 'after'), 6)),
  ];
}

for (const { id } of PARTS)
  it(`${id} has moments to be killed at`, ({ expect }) => {
    const whole = PLAYBOOKS.includes(id);
    expect(pointsIn(id, 'intent', 'after').length).toBeGreaterThanOrEqual(whole ? 8 : 1);
    expect(pointsIn(id, 'receipt', 'after').length).toBeGreaterThanOrEqual(pointsIn(id, 'intent', 'after').length);
    expect(sampled(id).length).toBeGreaterThanOrEqual(1);
  });

describe.concurrent('a playbook killed at every single receipt, one after the other, and no further harm', () => {
  it.for(PLAYBOOKS)('%s', { timeout: 900_000 }, async (playbook, { expect }) => {
    const begun = Date.now();
    const { entries, end } = course.played[playbook]!;
    await course.from(playbook, async (scene) => {
      let kills = 0;
      let ran = await scene.respond(NEXT_RECEIPT);
      for (; ran.signal === 'SIGKILL' && kills < 100; ran = await scene.respond(NEXT_RECEIPT)) kills += 1;
      expect(kills).toBe(entries.filter((entry) => entry.kind === 'receipt').length);
      expect(differences(await scene.end(ran), end)).toEqual([]);
      expect(await scene.verify()).toMatchObject({ problems: [], signer: { authenticated: true } });
    });
    counts.add('every receipt in turn', begun);
  });
});

for (const { id, typed } of PARTS) {
  describe.concurrent(`${id}, killed and started again`, () => {
    it.for(sampled(id))('$name', { timeout: 300_000 }, async (point, { expect }) => {
      const begun = Date.now();
      await course.from(id, async (scene) => {
        const killed = await scene.respond(point);
        // A command for people has shown its plan.
        expect({ signal: killed.signal, stderr: typed ? '' : killed.stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
        const again = await scene.respond();
        expect(differences(await scene.end(again), course.played[id]!.end)).toEqual([]);
        expect(await scene.verify()).toMatchObject({ problems: [], signer: { authenticated: true } });
      });
      counts.add(`${point.moment} ${point.kind}`, begun);
    });
  });
}
