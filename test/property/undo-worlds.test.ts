import { it } from 'vitest';
import { undoneWorld } from '../undo-worlds-run.ts';

/** The whole two hundred worlds are run with the crash suite. */
const WORLDS = 6;
it.each(Array.from({ length: WORLDS }, (_, at) => `world-${at}`))('%s: isolated and released, it is the same again', async (seed) => {
  await undoneWorld(seed);
});
