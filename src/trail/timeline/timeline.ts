import { type Collapsing, collapse } from './collapse.ts';
import type { Asked, Condition } from './condition.ts';
import { type Entry, entryOf } from './entry.ts';
import { firstSeen } from './first-seen.ts';
import { type Selection, select } from './select.ts';

/**
 * The timeline of a selection, oldest first, repeats collapsed; render an entry with `lineOf`. The marks of what is new for a principal look at the whole store.
 * Streams: of the events only what is held back for collapsing, and the numbers of the first ones, are in memory.
 * @throws AplombError TrailSelection, TrailTime
 */
export async function* timelineOf(store: Asked, selection: Selection | Condition = {}, collapsing: Collapsing = {}): AsyncGenerator<Entry> {
  const condition = 'sql' in selection ? selection : select(selection);
  const firsts = await firstSeen(store, condition);
  async function* entries() {
    for await (const event of store.events(condition.sql, condition.values)) yield entryOf(event, firsts.get(event.n));
  }
  yield* collapse(entries(), collapsing);
}
