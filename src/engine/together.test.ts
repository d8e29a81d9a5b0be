import { expect, it } from 'vitest';
import { together } from './together.ts';

const later = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

it('answers in the order of the work, not of its ending', async () => {
  const slow = later(20).then(() => 'slow');
  expect(await together([slow, Promise.resolve('quick')])).toEqual(['slow', 'quick']);
});

it('fails only when nothing is at work any more', async () => {
  let written = false;
  const slow = later(20).then(() => {
    written = true;
  });
  await expect(together([Promise.reject(new Error('first')), slow])).rejects.toThrow('first');
  expect(written).toBe(true);
});
