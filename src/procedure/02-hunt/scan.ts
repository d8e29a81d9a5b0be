import { codeOf } from '../../engine/outcome.ts';
import type { ActionContext, Found, Hunter } from '../../kernel/index.ts';
import { inShort, isAwsFailure, saysDenied } from '../shared/reading.ts';

export interface Scanned {
  readonly region: string;
  readonly found: readonly Found[];
  /** Types that could not be looked at, and why. */
  readonly denied: readonly string[];
  readonly failed: readonly string[];
}

/** All hunters over one region, side by side. An error of one is kept beside what the others found, never lost. */
export async function scanRegion(ctx: ActionContext, hunters: readonly Hunter[], region: string, since: string): Promise<Scanned> {
  const found: Found[] = [];
  const denied: string[] = [];
  const failed: string[] = [];
  await Promise.all(
    hunters.map(async (hunter) => {
      try {
        for await (const one of hunter.scan(ctx, region, since)) found.push(one);
      } catch (error) {
        if (!isAwsFailure(error)) throw error;
        (saysDenied(codeOf(error)) ? denied : failed).push(`${hunter.type}: ${inShort(error)}`);
      }
    }),
  );
  return { region, found, denied, failed };
}
