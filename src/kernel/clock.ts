/** The only source of time. Actions never read the system clock; tests inject their own. */
export interface Clock {
  /** Trusted now, milliseconds since the epoch (system clock plus the offset learned from AWS's Date header). */
  now(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', abort);
        resolve();
      }, milliseconds);
      signal?.addEventListener('abort', abort, { once: true });
    }),
};

/** UTC with milliseconds and Z, the only form of time that is written down. */
export const utc = (milliseconds: number): string => new Date(milliseconds).toISOString();
