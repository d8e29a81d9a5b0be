import { product } from './workspace.mjs';

/**
 * Every request that a case's own log of attempts holds, in the order they were sent: what, when it began and ended
 * (epoch milliseconds), how it was answered.
 */
export async function callsOf(dir) {
  const { readCase } = await product('evidence/index.js');
  const file = readCase(dir);
  const calls = [];
  for (const { kind, body } of file.entries) {
    if (kind !== 'reads') continue;
    const log = Buffer.from(await file.load(body.log.sha256)).toString('utf8');
    for (const line of log.trim().split('\n')) {
      const { time, milliseconds, phase, purpose, service, operation, region, status, code } = JSON.parse(line);
      calls.push({ start: Date.parse(time), end: Date.parse(time) + milliseconds, phase, purpose, service, operation, region, status, code });
    }
  }
  return calls.sort((a, b) => a.start - b.start);
}

/**
 * Sequential round trips until an effect: the longest chain of calls, each begun after the one before had been answered,
 * that ends with one of `effects`. Times are whole milliseconds, so that a call may seem to begin up to two too early.
 */
export function longestChain(calls, effects, slack = 2) {
  const best = new Map();
  let longest = [];
  for (const call of calls) {
    let before = [];
    for (const other of calls)
      if (other.end <= call.start + slack && other.start < call.start && (best.get(other)?.length ?? 0) > before.length) before = best.get(other);
    const chain = [...before, call];
    best.set(call, chain);
    if (effects.includes(call) && chain.length > longest.length) longest = chain;
  }
  return longest;
}
