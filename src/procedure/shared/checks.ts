import { type ActionContext, type Check, isAplombError, type Text, text, type Verdict } from '../../kernel/index.ts';
import { failureCode } from './ec2.ts';

export const check = (name: string, verdict: Verdict, why: Text, evidence: readonly string[]): Check => ({ name, verdict, why, evidence });

/** Seconds between readings: short at first, since most are right at once, and long enough in sum for EC2 to catch up. */
const PAUSES = [0.5, 1, 2, 4] as const;
/**
 * Takes a reading again until it is what was hoped for: EC2's reads lag behind its writes by seconds. The last reading
 * counts, so a change that never happened still fails.
 * @param even how many readings, and the same seconds between them, for what lags longer (IAM).
 */
export async function settled<T>(
  ctx: Pick<ActionContext, 'settle'>,
  take: () => Promise<T>,
  good: (reading: T) => boolean,
  even?: { readonly times: number; readonly seconds: number },
): Promise<T> {
  const pauses = even ? Array.from({ length: even.times - 1 }, () => even.seconds) : PAUSES;
  let reading = await take();
  for (const seconds of pauses) {
    if (good(reading)) break;
    await ctx.settle(seconds);
    reading = await take();
  }
  return reading;
}

/**
 * As `settled`, for a reading that throws as long as what it looks for is not there: that something was seen a moment ago
 * does not mean that the next answer shows it. The last error counts.
 * @param codes of the AplombErrors that may be lateness
 */
export async function visible<T>(ctx: Pick<ActionContext, 'settle'>, codes: readonly string[], take: () => Promise<T>): Promise<T> {
  for (const seconds of PAUSES) {
    try {
      return await take();
    } catch (error) {
      if (!isAplombError(error) || !codes.includes(error.code)) throw error;
      await ctx.settle(seconds);
    }
  }
  return take();
}

/** The checks, or every one of them `unknown` with the reason when AWS would not answer: an error is never a success. */
export async function readable(names: readonly string[], take: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await take();
  } catch (error) {
    const code = failureCode(error) ?? (isAplombError(error) ? error.code : undefined);
    if (code === undefined) throw error;
    const reason = `${code}: ${(error as Error).message}`;
    return names.map((name) => check(name, 'unknown', text(`AWS could not be read (${reason}).`, `No se pudo leer AWS (${reason}).`), []));
  }
}

/**
 * One check, read again until it holds or time is up. What stands in its way by our own word (no workstation, no
 * snapshot) is `unknown` with that reason: a playbook goes on.
 */
export const settledCheck = <T>(ctx: Pick<ActionContext, 'settle'>, name: string, take: () => Promise<T>, judge: (reading: T) => Check): Promise<Check[]> =>
  readable([name], async () => {
    try {
      return [judge(await settled(ctx, take, (seen) => judge(seen).verdict === 'holds'))];
    } catch (error) {
      if (!isAplombError(error)) throw error;
      const reason = `${error.message} ${error.fix ?? ''}`;
      return [check(name, 'unknown', text(reason, reason), [])];
    }
  });
