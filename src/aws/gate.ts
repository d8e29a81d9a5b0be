/** A place among the requests at work; given back once, however often it is called. */
export type Leave = () => void;
export interface Gate {
  /** Waits for a place, in turn. @throws the signal's reason */
  enter(signal: AbortSignal | undefined): Promise<Leave>;
}

/**
 * So many at work at once, over all services and Regions: more would only wait for each other, in this process and in the network,
 * until answers that are there count as late. Who waits longer than `patience` milliseconds for an answer gives the place back: a
 * dark Region must not hold up the others.
 */
export function createGate(most: number, patience: number): Gate {
  const waiting = new Set<() => void>();
  let working = 0;
  const take = (): Leave => {
    working += 1;
    let held = true;
    const leave = (): void => {
      if (!held) return;
      held = false;
      clearTimeout(timer);
      working -= 1;
      const [next] = waiting;
      if (next) next();
    };
    const timer = setTimeout(leave, patience);
    timer.unref();
    return leave;
  };
  return {
    async enter(signal) {
      signal?.throwIfAborted();
      if (working < most) return take();
      return new Promise<Leave>((resolve, reject) => {
        const admit = (): void => {
          waiting.delete(admit);
          signal?.removeEventListener('abort', abandon);
          resolve(take());
        };
        const abandon = (): void => {
          waiting.delete(admit);
          reject(signal?.reason);
        };
        waiting.add(admit);
        signal?.addEventListener('abort', abandon, { once: true });
      });
    },
  };
}
