import { isAwsFailure } from './errors.ts';
import type { Place } from './limiter.ts';

/** Reads that ended without any answer before a place counts as silent. */
const READS = 2;

export interface Silences {
  isSilent(place: Place): boolean;
  heard(place: Place): void;
  /** A request ended in an error; any answer, even a refusal, breaks the silence. */
  ended(place: Place, failure: Error): void;
}

/**
 * Which services of which Regions do not answer. Each read of a silent one is tried once and briefly, so that one dark Region
 * costs minutes and not hours; the first answer makes it a place like any other.
 */
export function silences(): Silences {
  const unanswered = new Map<string, number>();
  const name = ({ service, region }: Place): string => `${service} ${region}`;
  return {
    isSilent: (place) => (unanswered.get(name(place)) ?? 0) >= READS,
    heard: (place) => void unanswered.delete(name(place)),
    ended(place, failure) {
      if (!isAwsFailure(failure)) return;
      if (failure.status === undefined) unanswered.set(name(place), (unanswered.get(name(place)) ?? 0) + 1);
      else unanswered.delete(name(place));
    },
  };
}
