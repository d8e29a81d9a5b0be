import { afterAll, describe, it, vi } from 'vitest';
import { openCourse, PLAYBOOKS } from './course.ts';
import { differences } from './ends.ts';
import { NEXT_RECEIPT, type Point, pointsOf } from './points.ts';
import { tally } from './tally.ts';

// Every moment at which a killed responder may leave its work half done, taken from the ledger of a run that nothing disturbed.
vi.setConfig({ maxConcurrency: 6 });
const course = await openCourse({ seed: '7', labs: 6 });
const counts = tally('killed');
afterAll(async () => {
  counts.print();
  await course.close();
});

const some = (points: Point[], every: number): Point[] => points.filter((_, index) => index % every === 0);
for (const playbook of PLAYBOOKS) {
  const { start, entries, end } = course.playbooks[playbook];
  const of = (kind: Point['kind'], moment: Point['moment']): Point[] => pointsOf(entries, kind, moment, JSON.stringify(start.world));
  const points: Point[] = [
    // On disk and not sent; the effect made and the answer not written; half of the answer written; the answer on disk.
    ...of('intent', 'after'),
    ...of('receipt', 'before'),
    ...some(of('receipt', 'torn'), 4),
    // The rest of these in the last test, one after the other.
    ...some(of('receipt', 'after'), 2),
    ...some(of('intent', 'torn'), 8),
    // Between two actions.
    ...some(of('approve', 'after'), 3),
    ...some(of('finish', 'after'), 3),
  ];

  it(`${playbook} has moments to be killed at`, ({ expect }) => {
    expect(of('intent', 'after').length).toBeGreaterThanOrEqual(8);
    expect(of('receipt', 'after').length).toBeGreaterThanOrEqual(of('intent', 'after').length);
  });

  describe.concurrent(`${playbook}, killed and started again`, () => {
    it.for(points)('$name', { timeout: 180_000 }, async (point, { expect }) => {
      const begun = Date.now();
      await course.from(playbook, async (scene) => {
        const killed = await scene.respond(point);
        expect({ signal: killed.signal, stderr: killed.stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
        const again = await scene.respond();
        expect(differences(await scene.end(again), end)).toEqual([]);
        expect(await scene.verify()).toMatchObject({ problems: [], signer: { authenticated: true } });
      });
      counts.add(`${point.moment} ${point.kind}`, begun);
    });
  });
}

it('both playbooks, killed at every single receipt one after the other, and no further harm', { timeout: 300_000 }, async ({ expect }) => {
  const begun = Date.now();
  await course.from('leaked-key', async (first) => {
    let scene = first;
    for (const playbook of PLAYBOOKS) {
      const { entries, end } = course.playbooks[playbook];
      let kills = 0;
      let ran = await scene.respond(NEXT_RECEIPT);
      for (; ran.signal === 'SIGKILL' && kills < 100; ran = await scene.respond(NEXT_RECEIPT)) kills += 1;
      expect(kills).toBe(entries.filter((entry) => entry.kind === 'receipt').length);
      expect(differences(await scene.end(ran), end)).toEqual([]);
      expect(await scene.verify()).toMatchObject({ problems: [], signer: { authenticated: true } });
      scene = scene.next();
    }
  });
  counts.add('every receipt in turn', begun);
});
