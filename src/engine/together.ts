/**
 * Waits until all have ended, however they end, and only then fails with the first failure: nobody closes the case under
 * an action that is still writing its receipt.
 */
export async function together<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const ends = await Promise.allSettled(work);
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
