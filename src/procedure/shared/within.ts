import type { ActionContext } from '../../kernel/index.ts';

/** What comes in time, else null: a look that makes a plan better must not hold it up. What comes later is let go. */
export async function within<T>(ctx: Pick<ActionContext, 'settle'>, seconds: number, taken: Promise<T>): Promise<T | null> {
  const over = new AbortController();
  const late = ctx.settle(seconds, over.signal).then(() => null);
  try {
    return await Promise.race([taken, late]);
  } finally {
    over.abort();
    taken.catch(() => undefined);
    late.catch(() => undefined);
  }
}
