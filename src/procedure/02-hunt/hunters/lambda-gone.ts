import { codeOf } from '../../../engine/outcome.ts';
import { isAwsFailure } from '../../shared/reading.ts';

const GONE = /NotFound|NotExist|^InvalidDocument$|NoSuch/;
/** ECS and Batch say nearly everything with one code. */
export const CLIENT_ERROR = /^Client$|NotFound/;

/** Asks about a thing that was listed a moment ago. It may be gone by now, or have nothing of the kind: both are no answer, not a failure. */
export async function unlessGone<T>(ask: () => Promise<T>, codes = GONE): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isAwsFailure(error) && codes.test(codeOf(error))) return undefined;
    throw error;
  }
}
