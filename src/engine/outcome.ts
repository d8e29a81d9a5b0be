/** What an error of a sent call means. `no-effect`: AWS did nothing and says "again"; `unknown`: perhaps it did. */
export type Outcome = 'no-effect' | 'unknown' | 'refused';

// By wire code and before the status: RequestLimitExceeded comes as a 503, yet nothing happened. Clock-skew codes likewise.
const NO_EFFECT =
  /^(RequestExpired|RequestTimeTooSkewed|RequestInTheFuture|RequestLimitExceeded|Throttling|ThrottlingException|Throttled|ThrottledException|TooManyRequests|TooManyRequestsException|RequestThrottled|RequestThrottledException|SlowDown|BandwidthLimitExceeded|ConcurrentModification|ConcurrentModificationException|ConcurrentTagAccess|EntityTemporarilyUnmodifiable|SnapshotCreationPerVolumeRateExceeded|ConcurrentSnapshotLimitExceeded|PriorRequestNotComplete)$/;

export const codeOf = (error: unknown): string => {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'Unknown');
};
export const statusOf = (error: unknown): number | undefined => {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : undefined;
};

export function outcomeOf(error: unknown): Outcome {
  if (NO_EFFECT.test(codeOf(error))) return 'no-effect';
  const status = statusOf(error);
  return status === undefined || status >= 500 ? 'unknown' : 'refused';
}
/** Codes that say "there is no such thing", in EC2's, IAM's and the JSON services' spelling. */
export const saysAbsent = (code: string): boolean => /NotFound|NoSuch|DoesNotExist/.test(code);
/** The responder's credentials are no good any more: no other call could do better, so whatever runs ends with this. */
export const credentialsGone = (error: unknown): boolean => /^(Expired|Invalid|No)Credentials$/.test(codeOf(error));
