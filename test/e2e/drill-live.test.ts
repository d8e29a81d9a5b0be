import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCase, verifyCase } from '../../src/evidence/index.ts';
import { ofKind } from '../../src/kernel/index.ts';
import { place, type Ran } from './stand.ts';

/** The drill in which the attacker is still there, and strikes back. */
const at = place('drill-live');
const chained = at.path('chained');
let told: Ran;
beforeAll(async () => {
  told = await at.run(['drill', 'role-chain', '--seed', 'e2e-7', '--case', chained, '--json']);
}, 300_000);
afterAll(() => at.clean());

it('is answered until he is out, in both accounts, and says what he did and that it was caught', () => {
  const { score, exit } = told.result();
  expect(score).toMatchObject({ contained: true, open: [], missed: [], falseAlarms: [], changedMissed: [], secondsToContain: expect.any(Number) });
  expect(score.recreated.made).toBeGreaterThan(0);
  expect(score.recreated).toMatchObject({ caught: score.recreated.made, missed: [] });
  expect(exit).toBe(0);
});

// When he strikes depends on both clocks: where the first response already answered all of it, nothing is left for a second.
it('responds again exactly when a watch saw something come back, and ends with one that holds', () => {
  const watched = readCase(chained)
    .entries.filter(ofKind('verdict'))
    .filter(({ body }) => body.action === 'watch-containment');
  const again = told.result().score.rounds > 1;
  expect(watched.some(({ body }) => body.verdict !== 'holds')).toBe(again);
  expect(watched.at(-1)!.body.verdict).toBe('holds');
  expect(told.lines().some((line) => line.code === 'lab' && /run again/.test(line.text?.en ?? ''))).toBe(again);
});

it('says that steps 4 to 10 are not part of it, and why', () => {
  const rows = told.result().steps.filter((row: any) => row.step >= 4);
  expect(rows.map((row: any) => row.step)).toEqual([4, 5, 6, 7, 8, 9, 10]);
  for (const row of rows) expect(row).toMatchObject({ verdict: 'skipped', why: expect.stringContaining('no instance') });
});

it('leaves a case that verifies', async () => {
  expect((await verifyCase(chained)).problems).toEqual([]);
});
