import type { TrailEvent } from '../event.ts';
import { type Collapsing, collapse } from './collapse.ts';
import { type Asked, type Condition, some } from './condition.ts';
import { type Entry, entryOf } from './entry.ts';
import { firstSeen } from './first-seen.ts';
import { narrowed, numbered } from './narrowed.ts';
import { halvesOf, type Selection, select } from './select.ts';

/** Two streams in order of time, as one. Events without a time come last. */
async function* merged(a: AsyncIterable<TrailEvent>, b: AsyncIterable<TrailEvent>): AsyncGenerator<TrailEvent> {
  const place = (event: TrailEvent): number => entryOf(event).time ?? Number.POSITIVE_INFINITY;
  const before = (x: TrailEvent, y: TrailEvent) => place(x) < place(y) || (place(x) === place(y) && x.n < y.n);
  const other = b[Symbol.asyncIterator]();
  let next = await other.next();
  for await (const event of a) {
    for (; !next.done && before(next.value, event); next = await other.next()) yield next.value;
    yield event;
  }
  for (; !next.done; next = await other.next()) yield next.value;
}

interface Chosen {
  readonly events: AsyncIterable<TrailEvent>;
  /** The same events, over columns that cost little. */
  readonly condition: Condition;
}
async function chosen(store: Asked, selection: Selection | Condition): Promise<Chosen> {
  const halves = 'sql' in selection ? undefined : halvesOf(selection);
  if (halves === undefined) {
    const condition = await narrowed(store, 'sql' in selection ? selection : select(selection));
    return { events: store.events(condition.sql, condition.values), condition };
  }
  const { used, issued } = halves;
  const calls = (await store.query(`SELECT n FROM events WHERE ${issued.sql}`, issued.values)).map(({ n }) => Number(n));
  const events = store.events(used.sql, used.values);
  if (calls.length === 0) return { events, condition: used };
  const given = numbered(calls);
  return { events: merged(events, store.events(given.sql, given.values)), condition: some([used, given]) };
}

/**
 * The timeline of a selection, oldest first, repeats collapsed; render an entry with `lineOf`. The marks of what is new for a principal look at the whole store.
 * Streams: of the events only what is held back for collapsing, and the numbers of the first ones, are in memory.
 * @throws AplombError TrailSelection, TrailTime
 */
export async function* timelineOf(store: Asked, selection: Selection | Condition = {}, collapsing: Collapsing = {}): AsyncGenerator<Entry> {
  const { events, condition } = await chosen(store, selection);
  const iterator = events[Symbol.asyncIterator]();
  try {
    // Asked for at once: the store has more than one thread, and the events a connection of their own.
    const [firsts, begun] = await Promise.all([firstSeen(store, condition), iterator.next()]);
    async function* entries() {
      for (let next = begun; !next.done; next = await iterator.next()) yield entryOf(next.value, firsts.get(next.value.n));
    }
    yield* collapse(entries(), collapsing);
  } finally {
    await iterator.return?.();
  }
}
