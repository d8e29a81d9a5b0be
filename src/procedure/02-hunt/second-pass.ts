import type { ActionContext, Hunter } from '../../kernel/index.ts';
import { type ScannedType, scanType } from './scan.ts';

/** Services that in a row had no answer a second time either, after which a region is taken for dark. */
const DARK = 3;
const serviceOf = (type: string): string => type.split('::')[1] ?? type;

/**
 * What had no answer at all is asked once more before it is called failed, gently: one type after another. A service that is silent
 * again is left, and after some of those the region, so that a dark one costs seconds and not minutes. Whatever AWS answered, a
 * refusal too, stands.
 * @param scanned every type of the region after the first pass
 * @returns the same list, with what was learned since
 */
export async function askedAgain(
  ctx: ActionContext,
  hunters: readonly Hunter[],
  scanned: readonly ScannedType[],
  region: string,
  since: string,
): Promise<ScannedType[]> {
  const byType = new Map(hunters.map((hunter) => [hunter.type, hunter]));
  const silent = new Set<string>();
  const result: ScannedType[] = [];
  let inARow = 0;
  for (const one of scanned) {
    const hunter = byType.get(one.type);
    if (!one.silent || hunter === undefined || silent.has(serviceOf(one.type)) || inARow >= DARK) {
      result.push(one);
      continue;
    }
    const again = await scanType(ctx, hunter, region, since);
    // The fuller of two halves: neither says that there is no more.
    result.push(again.silent && again.size < one.size ? one : again);
    if (again.silent) {
      silent.add(serviceOf(one.type));
      inARow += 1;
    } else inARow = 0;
  }
  return result;
}
