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
for (const { id, typed } of PARTS) {
  const { start, entries, end } = course.played[id]!;
  const of = (kind: Point['kind'], moment: Point['moment']): Point[] => pointsOf(entries, kind, moment, JSON.stringify(start.world));
  const whole = PLAYBOOKS.includes(id);
  const points: Point[] = [
    // On disk and not sent; the effect made and the answer not written; half of the answer written; the answer on disk.
    ...of('intent', 'after'),
    ...some(of('receipt', 'before'), whole ? 2 : 1),
    ...some(of('receipt', 'torn'), whole ? 6 : 3),
    // The rest of these in the last test, one after the other.
    ...some(of('receipt', 'after'), 6),
    ...some(of('intent', 'torn'), 8),
    // Between two actions.
    ...some(of('approve', 'after'), 4),
    ...some(of('finish', 'after'), 4),
  ];

  it(`${id} has moments to be killed at`, ({ expect }) => {
    expect(of('intent', 'after').length).toBeGreaterThanOrEqual(whole ? 8 : 1);
    expect(of('receipt', 'after').length).toBeGreaterThanOrEqual(of('intent', 'after').length);
  });

  describe.concurrent(`${id}, killed and started again`, () => {
    it.for(points)('$name', { timeout: 300_000 }, async (point, { expect }) => {
      const begun = Date.now();
      await course.from(id, async (scene) => {
        const killed = await scene.respond(point);
        // A command for people has shown its plan.
        expect({ signal: killed.signal, stderr: typed ? '' : killed.stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
        const again = await scene.respond();
        expect(differences(await scene.end(again), end)).toEqual([]);
        expect(await scene.verify()).toMatchObject({ problems: [], signer: { authenticated: true } });
      });
      counts.add(`${point.moment} ${point.kind}`, begun);
    });
  });
}

it('both playbooks, killed at every single receipt one after the other, and no further harm', { timeout: 600_000 }, async ({ expect }) => {
  const begun = Date.now();
  await course.from('leaked-key', async (first) => {
    for (const playbook of PLAYBOOKS) {
      const scene = first.at(playbook);
      const { entries, end } = course.played[playbook]!;
      let kills = 0;
      let ran = await scene.respond(NEXT_RECEIPT);
      for (; ran.signal === 'SIGKILL' && kills < 100; ran = await scene.respond(NEXT_RECEIPT)) kills += 1;
      expect(kills).toBe(entries.filter((entry) => entry.kind === 'receipt').length);
      expect(differences(await scene.end(ran), end)).toEqual([]);
      expect(await scene.verify()).toMatchObject({ problems: [], signer: { authenticated: true } });
    }
  });
  counts.add('every receipt in turn', begun);
});
