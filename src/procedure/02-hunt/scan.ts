import { codeOf } from '../../engine/outcome.ts';
import { type ActionContext, type Found, type Hunter, isAplombError } from '../../kernel/index.ts';
import { inShort, isAwsFailure, isSilence, saysDenied } from '../shared/reading.ts';
import { notOfferedHere } from './hunting/not-offered.ts';
import { openSpool, type Spooled, spool } from './spool.ts';

/** One type in one region: what was seen of it, and how that ended. */
export interface ScannedType {
  readonly type: string;
  readonly region: string;
  readonly size: number;
  readonly status: 'inspected' | 'denied' | 'failed';
  /** Names the type and what AWS said; absent when inspected. */
  readonly why?: string;
  /** AWS gave no answer at all, good or bad. */
  readonly silent?: boolean;
  /** AWS has no such service in this region: there was nothing to inspect. */
  readonly notOffered?: boolean;
  /** What was seen, read back from the case a part at a time; may be read several times. What came before an error is there too. */
  found(): AsyncIterable<Found>;
}
export interface Scanned {
  readonly region: string;
  /** What all hunters saw, read back from the case a part at a time; as often as wanted. */
  found(): AsyncIterable<Found>;
  /** Types that could not be looked at, and why. */
  readonly denied: readonly string[];
  readonly failed: readonly string[];
}

/**
 * One hunter over one region. What it yields goes to the case in parts, so that memory does not grow with the account; an
 * interrupted observation does not scan again what was scanned to the end. What was refused or failed is tried again by it.
 */
export async function scanType(ctx: ActionContext, hunter: Hunter, region: string, since: string): Promise<ScannedType> {
  const { type } = hunter;
  const name = `scan ${type} ${region} ${since}`;
  const seen = spool<Found>(ctx, name);
  const row = (spooled: Spooled, status: ScannedType['status'], why?: string): ScannedType => ({
    type,
    region,
    size: spooled.size,
    status,
    ...(why === undefined ? {} : { why }),
    found: () => openSpool<Found>(ctx, spooled),
  });
  try {
    const spooled = await ctx.once(name, async () => {
      for await (const one of hunter.scan(ctx, region, since)) await seen.add(one);
      return seen.end();
    });
    return row(spooled, 'inspected');
  } catch (error) {
    // A list that AWS breaks off (EndlessPages) is the fault of one type, not of the hunt.
    if (!isAwsFailure(error) && !(isAplombError(error) && error.code === 'EndlessPages')) throw error;
    const spooled = await seen.end();
    // Where something was seen the service is there; that it lacks an operation leaves the look incomplete.
    if (isAwsFailure(error) && spooled.size === 0 && (await notOfferedHere(ctx, hunter, region, error)))
      return { ...row(spooled, 'inspected'), notOffered: true };
    return { ...row(spooled, saysDenied(codeOf(error)) ? 'denied' : 'failed', `${type}: ${inShort(error)}`), ...(isSilence(error) ? { silent: true } : {}) };
  }
}

/**
 * All hunters over one region, side by side, each handed over when it is done. An error of one is kept beside what the others
 * found, never lost.
 */
export async function scanEach(
  ctx: ActionContext,
  hunters: readonly Hunter[],
  region: string,
  since: string,
  take?: (scanned: ScannedType) => void | Promise<void>,
): Promise<ScannedType[]> {
  return Promise.all(
    hunters.map(async (hunter) => {
      const scanned = await scanType(ctx, hunter, region, since);
      await take?.(scanned);
      return scanned;
    }),
  );
}

/** The same as one row. */
export async function scanRegion(ctx: ActionContext, hunters: readonly Hunter[], region: string, since: string): Promise<Scanned> {
  const types = await scanEach(ctx, hunters, region, since);
  const why = (status: ScannedType['status']) => types.flatMap((one) => (one.status === status && one.why !== undefined ? [one.why] : []));
  return {
    region,
    async *found() {
      for (const one of types) yield* one.found();
    },
    denied: why('denied'),
    failed: why('failed'),
  };
}
