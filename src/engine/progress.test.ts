import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Stand, stand } from '../../test/engine/stand.ts';
import { verifyCase } from '../evidence/index.ts';
import type { Action, Json } from '../kernel/index.ts';
import { AplombError, text } from '../kernel/index.ts';
import { planAction } from './judge.ts';
import { FRESH_ENOUGH, openProgress } from './progress.ts';
import type { Session } from './session.ts';

let at: Stand;
beforeEach(() => {
  at = stand();
});
afterEach(() => at.close());

/** The stand's door keeps no log of its own: what matters here is that results reach the ledger. */
const session = (): Session => {
  const plain = at.session();
  const flush: Session['aws']['flush'] = async (phase, more = []) => {
    if (more.length === 0) return null;
    const log = await at.case.store(Buffer.from(''));
    at.case.append('reads', { phase, calls: 0, log, kept: more });
    return log;
  };
  return { ...plain, aws: { ...plain.aws, flush } };
};
const KEY = { accessKeyId: 'AKIAEXAMPLE' };
const open = (target: object = KEY, options: object = {}) => openProgress(session(), 'hunt', target as never, options as never);
/** Which of the names were really made. */
async function made(progress: ReturnType<typeof open>, names: readonly string[]): Promise<string[]> {
  const done: string[] = [];
  for (const name of names) {
    const result = await progress.once(name, async () => {
      done.push(name);
      return { of: name, odd: ['\ud800', ' \n', null, 7] };
    });
    expect(result).toMatchObject({ of: name });
  }
  return done;
}

describe('work done once', () => {
  it('is not done again by the same command after an interruption, and reads back what was made', async () => {
    const first = open();
    expect(await made(first, ['a', 'b "quoted" \n'])).toEqual(['a', 'b "quoted" \n']);
    expect(await made(first, ['a'])).toEqual([]);
    await first.flush();
    at.restart();
    const second = open();
    expect(await made(second, ['a', 'b "quoted" \n', 'c'])).toEqual(['c']);
    expect(at.events.filter((event) => event.data.resumed === 2)).toHaveLength(1);
    await second.flush();
    expect((await verifyCase(at.dir)).problems).toEqual([]);
  });

  it.each([
    ['another key', { accessKeyId: 'AKIAOTHER' }, {}],
    ['other options', KEY, { region: 'eu-west-1' }],
  ])('is done again for %s', async (_name, target, options) => {
    const first = open();
    await made(first, ['a']);
    await first.flush();
    expect(await made(open(target, options), ['a'])).toEqual(['a']);
  });

  it('is done again when the alarm says something new, when it has grown old, and once an observation has ended', async () => {
    const first = open();
    await made(first, ['a']);
    await first.flush();
    at.case.append('facts', { alarm: { since: '2026-01-01T00:00:00Z' } });
    const second = open();
    expect(await made(second, ['a'])).toEqual(['a']);
    await second.flush();
    at.case.append('observe', { action: 'hunt', target: { accessKeyId: 'AKIAOTHER' }, observed: null });
    expect(await made(open(), ['a'])).toEqual([]);
    at.clock.advance(FRESH_ENOUGH - 1000);
    expect(await made(open(), ['a'])).toEqual([]);
    at.clock.advance(2000);
    const third = open();
    expect(await made(third, ['a'])).toEqual(['a']);
    await third.flush();
    at.case.append('observe', { action: 'hunt', target: KEY, observed: null });
    expect(await made(open(), ['a'])).toEqual(['a']);
  });

  it('does the work of one name once however many ask at the same time, and tries again what failed', async () => {
    const progress = open();
    let times = 0;
    const slow = () => progress.once('slow', async () => ++times);
    expect(await Promise.all([slow(), slow(), slow()])).toEqual([1, 1, 1]);
    await expect(progress.once('bad', async () => Promise.reject(new Error('denied')))).rejects.toThrow('denied');
    expect(await progress.once('bad', async () => 'good')).toBe('good');
  });

  it('writes batches by size, an entry each, and finds results in any of them', async () => {
    const progress = openProgress(session(), 'hunt', KEY, {}, { milliseconds: 60_000, bytes: 10_000 });
    const long = 'x'.repeat(1000);
    for (let n = 0; n < 100; n++) await progress.once(`n${n}`, async () => ({ n, long }) as Json);
    await progress.flush();
    const packs = at.entries('reads').flatMap((body) => body.kept);
    expect(packs.length).toBeGreaterThan(5);
    expect(packs.reduce((sum, pack) => sum + pack.results!, 0)).toBe(100);
    for (const n of [0, 50, 99]) expect(await progress.once(`n${n}`, async () => 'again')).toMatchObject({ n });
  });

  it('survives an observation that breaks in the middle, and is spent by one that ends', async () => {
    let breaks = true;
    const steps: string[] = [];
    const action: Action = {
      id: 'hunt',
      step: 2,
      title: text('t', 't'),
      permissions: [],
      async observe(ctx) {
        for (const name of ['a', 'b', 'c']) {
          if (breaks && name === 'c') throw new AplombError('ExpiredCredentials', 'expired');
          await ctx.once(name, async () => steps.push(name));
        }
        return steps.length;
      },
      plan: () => [],
      check: async () => [],
    };
    const observe = () => planAction(session(), action, { target: KEY, options: {} });
    await expect(observe()).rejects.toMatchObject({ code: 'ExpiredCredentials' });
    breaks = false;
    at.restart();
    await observe();
    expect(steps).toEqual(['a', 'b', 'c']);
    await observe();
    expect(steps).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });
});
