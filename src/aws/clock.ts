import { type Clock, systemClock } from '../kernel/index.ts';

export interface LearningClock extends Clock {
  /** Milliseconds to add to the local clock. */
  offset(): number;
  /** One answer: its Date header (whole seconds) and the local times around the exchange. */
  learn(date: number, sent: number, received: number): void;
  /** The local clock, without the offset. */
  local(): number;
}

/**
 * A clock that follows AWS's. A Date header has whole seconds, so one answer only bounds the offset:
 * date - received <= offset <= date + 1 s - sent. The bounds of all answers are intersected; as long as zero lies within
 * them the local clock is believed. When they contradict each other (the local clock was set) the last answer counts.
 */
export function learningClock(base: Clock = systemClock): LearningClock {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  const offset = (): number => (low > 0 ? low : high < 0 ? high : 0);
  return {
    local: () => base.now(),
    now: () => base.now() + offset(),
    sleep: (milliseconds, signal) => base.sleep(milliseconds, signal),
    offset,
    learn(date, sent, received) {
      const from = date - received;
      const to = date + 1000 - sent;
      if (from > to) return;
      const contradicts = from > high || to < low;
      low = contradicts ? from : Math.max(low, from);
      high = contradicts ? to : Math.min(high, to);
    },
  };
}
