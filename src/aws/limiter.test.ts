import { describe, expect, it } from 'vitest';
import { createLimiter } from './limiter.ts';

const at = (service: string, operation: string, region = 'eu-west-1') => ({ service, operation, region });

describe('limiter', () => {
  it('holds LookupEvents to two a second in one region, and lets regions run side by side', async () => {
    const limiter = createLimiter();
    const started = performance.now();
    const ends = await Promise.all(
      ['eu-west-1', 'eu-west-1', 'us-east-1'].map((region) =>
        limiter.run(at('cloudtrail', 'LookupEvents', region), undefined, async () => performance.now() - started),
      ),
    );
    // Never two within half a second, or four could fall into one.
    expect(ends[1]! - ends[0]!).toBeGreaterThan(450);
    expect(ends[2]! - ends[0]!).toBeLessThan(400);
  });

  it('never has more at work than the service allows, and gives every place back after an error', async () => {
    const limiter = createLimiter();
    let working = 0;
    let most = 0;
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, (_, n) =>
        limiter.run(at('sts', 'GetCallerIdentity'), undefined, async () => {
          most = Math.max(most, ++working);
          await new Promise((resolve) => setTimeout(resolve, 2));
          working--;
          if (n % 2) throw new Error('no');
        }),
      ),
    );
    expect([most, working, results.filter((result) => result.status === 'rejected').length]).toEqual([8, 0, 30]);
  });

  it('stops waiting when the signal is given', async () => {
    const limiter = createLimiter();
    const stop = new AbortController();
    const runs = Array.from({ length: 12 }, () => limiter.run(at('cloudtrail', 'LookupEvents'), stop.signal, async () => 'ran'));
    setTimeout(() => stop.abort(new Error('Ctrl-C')), 30);
    const results = await Promise.allSettled(runs);
    expect(results.filter((result) => result.status === 'fulfilled').length).toBe(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason.message).toBe('Ctrl-C');
  });
});
