import { type LedgerEntry, ofKind } from '../kernel/index.ts';

/** Actions whose changes were undone after their last verdict, with the time: that verdict tells of the past. */
export function takenBack(entries: readonly LedgerEntry[]): ReadonlyMap<string, string> {
  const undone = new Map<string, string>();
  for (const entry of entries) {
    if (ofKind('finish')(entry) && entry.body.action.startsWith('undo:')) undone.set(entry.body.action.slice('undo:'.length), entry.time);
    if (ofKind('verdict')(entry)) undone.delete(entry.body.action);
  }
  return undone;
}
