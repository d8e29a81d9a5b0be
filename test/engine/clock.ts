import type { Clock } from '../../src/kernel/index.ts';

export interface VirtualClock extends Clock {
  /** Moves time on without waking anybody. */
  advance(milliseconds: number): void;
  /** Every sleep asked for, milliseconds, in order. */
  readonly slept: number[];
}

/** Time that passes only when everybody sleeps: hours of waiting take no time, and the order of events is the real one. */
export function virtualClock(start = '2026-11-22T12:00:00.000Z'): VirtualClock {
  let now = Date.parse(start);
  const sleepers: { due: number; wake: () => void }[] = [];
  const slept: number[] = [];
  let ticking = false;
  const tick = (): void => {
    sleepers.sort((a, b) => a.due - b.due);
    const next = sleepers.shift();
    ticking = sleepers.length > 0;
    if (ticking) setImmediate(tick);
    if (!next) return;
    now = Math.max(now, next.due);
    next.wake();
  };
  return {
    slept,
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        slept.push(milliseconds);
        const abort = (): void => reject(signal?.reason);
        signal?.addEventListener('abort', abort, { once: true });
        const wake = (): void => {
          signal?.removeEventListener('abort', abort);
          resolve();
        };
        sleepers.push({ due: now + milliseconds, wake });
        if (!ticking) setImmediate(tick);
        ticking = true;
      }),
  };
}
