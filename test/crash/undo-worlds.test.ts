import { it } from 'vitest';
import { undoneWorld } from '../undo-worlds-run.ts';

/** Not crashes, but here is the time for it: two hundred worlds, isolated as chance has it, are the same again after release. */
const WORLDS = 200;
it(`${WORLDS} generated worlds are the same again`, { timeout: 900_000 }, async () => {
  let changes = 0;
  for (let at = 0; at < WORLDS; at++) changes += (await undoneWorld(`world-${at}`)).changes;
  console.log(`${WORLDS} worlds, ${changes} changes made and taken back`);
});
