/** How often a read is tried, first try included, by what went wrong. */
const TRIES = {
  /** The account is throttled: patience pays, and the limiter slows everybody down meanwhile. */
  THROTTLING: 14,
  /** Server errors and connections that broke. */
  other: 8,
  /** No answer at all in good time: a Region that is silent should not hold up the rest. */
  silent: 3,
  /** Signed by a wrong clock: the answer tells the right time, so the next try is right. */
  clock: 3,
} as const;
/** Full jitter up to 10 s: requests throttled together must not come back together. Milliseconds. */
const LONGEST = 10_000;
const delay = (attempt: number): number => Math.round(Math.random() * Math.min(LONGEST, 100 * 2 ** attempt));

interface Token {
  getRetryCount(): number;
  getRetryDelay(): number;
  readonly $retryLog: { acquisitionDelay: number };
}
const token = (count: number, milliseconds: number): Token => ({
  getRetryCount: () => count,
  getRetryDelay: () => milliseconds,
  $retryLog: { acquisitionDelay: 0 },
});
const isSilence = (error: any): boolean => error?.name === 'TimeoutError' || error?.code === 'ETIMEDOUT';

const OF_THE_CLOCK = /^(RequestTimeTooSkewed|RequestExpired|RequestInTheFuture|InvalidSignatureException|SignatureDoesNotMatch|AuthFailure)$/;
/** While the computer's clock is wrong the SDK marks every refusal as the clock's doing; "there is no such user" is not, and stays so however often it is asked. */
const blamedOnClock = (error: any): boolean => error?.$metadata?.clockSkewCorrected === true && (error.$metadata.httpStatusCode ?? 0) < 500;
const isOfClock = (error: any): boolean => OF_THE_CLOCK.test(error?.name ?? '') || /Signature (expired|not yet current)/.test(error?.message ?? '');
const triesOf = (error: any, errorType: string): number => {
  if (isSilence(error)) return TRIES.silent;
  if (errorType === 'THROTTLING') return TRIES.THROTTLING;
  if (errorType === 'CLIENT_ERROR') return 1;
  if (blamedOnClock(error)) return isOfClock(error) ? TRIES.clock : 1;
  return TRIES.other;
};

/**
 * The retry strategy of reads, in the form the SDK asks for (RetryStrategyV2). Without the SDK's retry quota: under a storm of
 * throttling that would give up long before AWS recovers.
 */
export const readRetries = {
  mode: 'standard',
  async acquireInitialRetryToken(): Promise<Token> {
    return token(0, 0);
  },
  async refreshRetryTokenForRetry(last: Token, { error, errorType }: { error?: any; errorType: string }): Promise<Token> {
    const tried = last.getRetryCount() + 1;
    if (tried >= triesOf(error, errorType)) throw new Error('no more tries');
    return token(tried, delay(tried));
  },
  recordSuccess(): void {},
};

const THROTTLED =
  /(?:<Code>|[#":]|^)(?:RequestLimitExceeded|Throttl\w*|TooManyRequests\w*|SlowDown|RequestThrottled\w*|BandwidthLimitExceeded|EC2Throttled\w*|PriorRequestNotComplete)/;
/** Was this answer a refusal for its rate? Read from the wire, since retries happen inside the SDK. */
export function saysThrottled(status: number, errorType: string | undefined, body: Buffer): boolean {
  if (status < 400) return false;
  return status === 429 || THROTTLED.test(errorType ?? '') || THROTTLED.test(body.subarray(0, 2048).toString('latin1'));
}
