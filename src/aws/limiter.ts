import pLimit, { type LimitFunction } from 'p-limit';
import { systemClock } from '../kernel/index.ts';

/** Requests per second and burst, below what AWS documents, so that a response does not throttle itself. */
interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}
const RATES: Record<string, Rate> = {
  // CloudTrail: LookupEvents 2 per second per account and Region; other calls 10.
  // A burst of one: two at once and two a second later would be four within a second.
  'cloudtrail:LookupEvents': { perSecond: 1.9, burst: 1 },
  cloudtrail: { perSecond: 10, burst: 10 },
  support: { perSecond: 2, burst: 4 },
  account: { perSecond: 5, burst: 10 },
  iam: { perSecond: 30, burst: 60 },
  // EBS direct: 1,000 blocks per second per snapshot, 50 listings.
  'ebs:GetSnapshotBlock': { perSecond: 900, burst: 200 },
  'ebs:ListSnapshotBlocks': { perSecond: 40, burst: 40 },
};
const CONCURRENT: Record<string, number> = { ec2: 32, iam: 16, ebs: 128 };

export interface Limiter {
  run<T>(key: { service: string; operation: string; region: string }, signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T>;
}

/** One queue per service and region, one token bucket per rated API and region. Waiting is ended by the signal. `rated: false` leaves the buckets out. */
export function createLimiter({ rated = true }: { readonly rated?: boolean } = {}): Limiter {
  const queues = new Map<string, LimitFunction>();
  const buckets = new Map<string, { tokens: number; at: number }>();
  const take = async (name: string, rate: Rate, signal: AbortSignal | undefined): Promise<void> => {
    const now = performance.now();
    const bucket = buckets.get(name) ?? { tokens: rate.burst, at: now };
    buckets.set(name, bucket);
    bucket.tokens = Math.min(rate.burst, bucket.tokens + ((now - bucket.at) / 1000) * rate.perSecond) - 1;
    bucket.at = now;
    // A debt is waited out by whoever made it; later callers see it and wait longer.
    if (bucket.tokens < 0) await systemClock.sleep((-bucket.tokens / rate.perSecond) * 1000, signal);
  };
  return {
    run({ service, operation, region }, signal, task) {
      const place = `${service} ${region}`;
      let queue = queues.get(place);
      if (!queue) {
        queue = pLimit(CONCURRENT[service] ?? 8);
        queues.set(place, queue);
      }
      return queue(async () => {
        signal?.throwIfAborted();
        const name = `${service}:${operation}` in RATES ? `${service}:${operation}` : service;
        const rate = rated ? RATES[name] : undefined;
        if (rate) await take(`${name} ${region}`, rate, signal);
        return task();
      });
    },
  };
}
