import { type ActionContext, type Check, isAplombError, type Text, text, type Verdict } from '../../kernel/index.ts';
import { failureCode } from './ec2.ts';

export const check = (name: string, verdict: Verdict, why: Text, evidence: readonly string[]): Check => ({ name, verdict, why, evidence });

/**
 * Takes a reading again until it is what was hoped for: EC2's reads lag behind its writes by seconds. The last reading
 * counts, so a change that never happened still fails.
 */
export async function settled<T>(
  ctx: Pick<ActionContext, 'settle'>,
  take: () => Promise<T>,
  good: (reading: T) => boolean,
  { times = 5, seconds = 2 }: { times?: number; seconds?: number } = {},
): Promise<T> {
  for (let left = times; ; left -= 1) {
    const reading = await take();
    if (left <= 1 || good(reading)) return reading;
    await ctx.settle(seconds);
  }
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
