import { describe, expect, it } from 'vitest';
import { createLimiter } from './limiter.ts';

const at = (service: string, operation: string, region = 'eu-west-1') => ({ service, operation, region });

describe('limiter', () => {
  it('holds LookupEvents to two a second in one region, and lets regions run side by side', async () => {
    const limiter = createLimiter();
    const started = performance.now();
    const ends = await Promise.all(
      ['eu-west-1', 'eu-west-1', 'us-east-1'].map((region) =>
        limiter.before(at('cloudtrail', 'LookupEvents', region), undefined).then(() => performance.now() - started),
      ),
    );
    // Never two within half a second, or four could fall into one.
    expect(ends[1]! - ends[0]!).toBeGreaterThan(450);
    expect(ends[2]! - ends[0]!).toBeLessThan(400);
  });

  it.each([
    ['sts', 'GetCallerIdentity', 8],
    ['s3', 'GetObject', 48],
  ])('never has more of %s at work than it allows, and gives every place back after an error', async (service, operation, allowed) => {
    const limiter = createLimiter();
    let working = 0;
    let most = 0;
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, (_, n) =>
        limiter.run(at(service, operation), undefined, async () => {
          most = Math.max(most, ++working);
          await new Promise((resolve) => setTimeout(resolve, 2));
          working--;
          if (n % 2) throw new Error('no');
        }),
      ),
    );
    expect([most, working, results.filter((result) => result.status === 'rejected').length]).toEqual([allowed, 0, 30]);
  });

  it('stops waiting when the signal is given', async () => {
    const limiter = createLimiter();
    const stop = new AbortController();
    const place = at('cloudtrail', 'LookupEvents');
    const runs = Array.from({ length: 12 }, () => limiter.run(place, stop.signal, () => limiter.before(place, stop.signal)));
    setTimeout(() => stop.abort(new Error('Ctrl-C')), 30);
    const results = await Promise.allSettled(runs);
    expect(results.filter((result) => result.status === 'fulfilled').length).toBe(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason.message).toBe('Ctrl-C');
  });

  /** A place of AWS's with a token bucket of its own; answers whether a request is refused. Time is the test's. */
  function storm(perSecond: number, burst: number) {
    let tokens = burst;
    let at = performance.now();
    return (): boolean => {
      const now = performance.now();
      tokens = Math.min(burst, tokens + ((now - at) / 1000) * perSecond);
      at = now;
      if (tokens < 1) return true;
      tokens -= 1;
      return false;
    };
  }

  it('learns the rate that AWS allows from its refusals, and stops being refused', async () => {
    const limiter = createLimiter();
    const place = at('ec2', 'DescribeVolumes');
    const refuses = storm(40, 20);
    const until = performance.now() + 4000;
    const halves = [
      { sent: 0, refused: 0 },
      { sent: 0, refused: 0 },
    ];
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        while (performance.now() < until) {
          await limiter.before(place, undefined);
          const refused = refuses();
          limiter.after(place, refused);
          const half = halves[performance.now() < until - 2000 ? 0 : 1]!;
          half.sent += 1;
          half.refused += refused ? 1 : 0;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }),
    );
    // Without any holding back, sixteen callers every 5 ms would be refused 98 times of 100.
    expect(halves[1]!.refused / halves[1]!.sent).toBeLessThan(0.2);
    expect(halves[1]!.sent - halves[1]!.refused).toBeGreaterThan(40);
  });

  it('recovers when the storm is over, and holds no other place and no mutation back', async () => {
    let time = 0;
    const limiter = createLimiter({ now: () => time });
    const place = at('ec2', 'DescribeVolumes');
    for (let n = 0; n < 20; n++) {
      time += 600;
      limiter.after(place, true);
    }
    const waits = async (where: typeof place, mutation = false): Promise<boolean> => {
      const stop = new AbortController();
      const ended = limiter.before(where, stop.signal, mutation).then(
        () => false,
        () => true,
      );
      await new Promise((resolve) => setTimeout(resolve, 20));
      stop.abort(new Error('enough'));
      return ended;
    };
    await limiter.before(place, undefined);
    expect(await waits(place)).toBe(true);
    expect(await waits(place, true)).toBe(false);
    expect(await waits(at('ec2', 'DescribeVolumes', 'us-east-1'))).toBe(false);
    expect(await waits(at('rds', 'DescribeDBInstances'))).toBe(false);
    expect(await waits({ ...place, as: 'arn:aws:iam::444455556666:role/Responder' } as typeof place)).toBe(false);
    time += 180_000;
    for (let n = 0; n < 3; n++) expect(await waits(place)).toBe(false);
  });
});
