import type { Account, World } from '../contract.ts';

interface Bucket {
  tokens: number;
  at: number;
}
/** Beside the world: a limiter is not state worth saving. */
const buckets = new WeakMap<Account, Map<string, Bucket>>();

/**
 * Takes a token of the account's bucket for this call, by operation and by service where the settings have them; false when one is
 * empty. Real time counts, not the lab's: it is the caller's pace that is limited.
 * Source: EC2 Developer Guide, "Request throttling for the Amazon EC2 API": a bucket per API, account and Region.
 */
export function takeToken(world: World, account: Account, call: { service: string; operation: string; region: string }, now = performance.now()): boolean {
  const { rates } = world.settings;
  if (!rates) return true;
  let mine = buckets.get(account);
  if (!mine) buckets.set(account, (mine = new Map()));
  const taken: Bucket[] = [];
  for (const name of [`${call.service}:${call.operation}`, call.service]) {
    const rate = rates[name];
    if (!rate) continue;
    const key = `${name} ${call.region}`;
    const bucket = mine.get(key) ?? { tokens: rate.burst, at: now };
    mine.set(key, bucket);
    bucket.tokens = Math.min(rate.burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * rate.perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    taken.push(bucket);
  }
  for (const bucket of taken) bucket.tokens -= 1;
  return true;
}
