import { codeOf } from '../../../engine/outcome.ts';
import { isAwsFailure } from '../../shared/reading.ts';

/** Asks about a thing that was listed a moment ago. It may be gone by now, or have nothing of the kind: both are no answer, not a failure. */
export async function unlessGone<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isAwsFailure(error) && /NotFound|NotExist|^InvalidDocument$|NoSuch/.test(codeOf(error))) return undefined;
    throw error;
  }
}
