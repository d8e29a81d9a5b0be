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
// S3 takes 5,500 reads a second of a prefix; beyond 32 of small objects this process, not S3, is what they wait for. The rest is for listings.
const CONCURRENT: Record<string, number> = { ec2: 32, iam: 16, ebs: 128, s3: 48 };

/** After a refusal for its rate a place goes at this part of the rate it had, and gains so much of it, and so many requests, each second. */
const CUT = 0.8;
const GAIN = 0.05;
const GAIN_PER_SECOND = 0.2;
/** Refusals of one burst are one sign. Milliseconds. */
const ONE_SIGN = 500;
const SLOWEST = 0.5;
/** Faster than this nothing needs to be held back. */
const FREE = 300;

/** Whose limits: those of an account (a set of credentials), a service and a Region. */
export interface Place {
  readonly as?: string | undefined;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
}
export interface Limiter {
  /** One queue per account, service and Region: so many at once and no more. */
  run<T>(place: Place, signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T>;
  /** Before each attempt: waits for the rate of the API, and, where AWS said "slower", for the rate it seems to allow. A mutation is never held back by the latter. */
  before(place: Place, signal: AbortSignal | undefined, mutation?: boolean): Promise<void>;
  /** After each attempt: did AWS refuse it for its rate? */
  after(place: Place, throttled: boolean): void;
}

/** What is known of a place that was told to go slower. */
interface Slowed {
  cut: number;
  at: number;
  last: number;
  turn: Promise<unknown>;
}

/**
 * Keeps below AWS's limits: queues, token buckets for the documented ones (`rated: false` leaves them out), and for all others what
 * AWS's refusals teach: the rate is cut, and grows again until the next refusal. Waiting is ended by the signal.
 */
export function createLimiter({ rated = true, now = () => performance.now() }: { readonly rated?: boolean; readonly now?: () => number } = {}): Limiter {
  const queues = new Map<string, LimitFunction>();
  const buckets = new Map<string, { tokens: number; at: number }>();
  const slowed = new Map<string, Slowed>();
  const answered = new Map<string, number[]>();
  const rateName = ({ service, operation }: Place): string => (`${service}:${operation}` in RATES ? `${service}:${operation}` : service);
  const placeName = ({ as = '', service, region }: Place): string => `${as} ${service} ${region}`;

  const take = async (name: string, rate: Rate, signal: AbortSignal | undefined): Promise<void> => {
    const time = now();
    const bucket = buckets.get(name) ?? { tokens: rate.burst, at: time };
    buckets.set(name, bucket);
    bucket.tokens = Math.min(rate.burst, bucket.tokens + ((time - bucket.at) / 1000) * rate.perSecond) - 1;
    bucket.at = time;
    // A debt is waited out by whoever made it; later callers see it and wait longer.
    if (bucket.tokens < 0) await systemClock.sleep((-bucket.tokens / rate.perSecond) * 1000, signal);
  };
  const limitOf = (one: Slowed): number => {
    const seconds = Math.max(0, now() - one.at) / 1000;
    return one.cut * (1 + GAIN) ** seconds + GAIN_PER_SECOND * seconds;
  };
  /** In turn, and looking again and again: a rate that recovers meanwhile counts for those who wait. */
  const gate = (name: string, one: Slowed, signal: AbortSignal | undefined): Promise<void> => {
    const mine = one.turn.then(async () => {
      for (;;) {
        signal?.throwIfAborted();
        const limit = limitOf(one);
        if (limit > FREE) {
          slowed.delete(name);
          return;
        }
        const wait = one.last + 1000 / limit - now();
        if (wait <= 0) break;
        await systemClock.sleep(Math.min(wait, 250), signal);
      }
      one.last = now();
    });
    one.turn = mine.catch(() => undefined);
    return mine;
  };
  return {
    run(place, signal, task) {
      const name = `${place.as ?? ''} ${rateName(place)} ${place.region}`;
      let queue = queues.get(name);
      if (!queue) {
        queue = pLimit(CONCURRENT[place.service] ?? 8);
        queues.set(name, queue);
      }
      return queue(async () => {
        signal?.throwIfAborted();
        return task();
      });
    },
    async before(place, signal, mutation = false) {
      const name = rateName(place);
      const rate = rated ? RATES[name] : undefined;
      if (rate) await take(`${place.as ?? ''} ${name} ${place.region}`, rate, signal);
      const one = slowed.get(placeName(place));
      if (one && !mutation) await gate(placeName(place), one, signal);
    },
    after(place, throttled) {
      const name = placeName(place);
      const time = now();
      const recent = (answered.get(name) ?? []).filter((at) => at > time - 1000);
      answered.set(name, recent);
      if (!throttled) {
        recent.push(time);
        return;
      }
      const one = slowed.get(name);
      if (one && time - one.at < ONE_SIGN) return;
      const cut = Math.max(SLOWEST, CUT * Math.min(one ? limitOf(one) : Number.POSITIVE_INFINITY, Math.max(recent.length, 1)));
      // Those who wait already wait at the new rate.
      if (one) Object.assign(one, { cut, at: time });
      else slowed.set(name, { cut, at: time, last: time, turn: Promise.resolve() });
    },
  };
}
