import type { TrailEvent } from '../event.ts';
import { type Collapsing, collapse } from './collapse.ts';
import type { Asked, Condition } from './condition.ts';
import { dateOf, type Entry, entryOf } from './entry.ts';
import { ENTRY_COLUMNS, type EntryRow, eventsOf, withAdded } from './entry-record.ts';
import { type Firsts, firstSeen, firstSeenOf } from './first-seen.ts';
import { MOST, narrowed } from './narrowed.ts';
import { type Selection, select } from './select.ts';

const before = (x: TrailEvent, y: TrailEvent): boolean => {
  const [a, b] = [dateOf(x.record) ?? Number.POSITIVE_INFINITY, dateOf(y.record) ?? Number.POSITIVE_INFINITY];
  return a < b || (a === b && x.n < y.n);
};
/** Two streams in order of time, as one. Events without a time come last. */
async function* merged(a: AsyncIterable<TrailEvent>, b: AsyncIterable<TrailEvent>): AsyncGenerator<TrailEvent> {
  const other = b[Symbol.asyncIterator]();
  try {
    let next = await other.next();
    for await (const event of a) {
      for (; !next.done && before(next.value, event); next = await other.next()) yield next.value;
      yield event;
    }
    for (; !next.done; next = await other.next()) yield next.value;
  } finally {
    await other.return?.();
  }
}

interface Few {
  readonly events: readonly TrailEvent[];
  readonly principals: readonly string[];
}
/** The chosen events when they are few: only what a line needs of them is read. Undefined when there are many. */
async function few(store: Asked, chosen: Condition): Promise<Few | undefined> {
  // Nearly all is in the first way, and DuckDB skips the rest of the trail; of the others, and where it cannot skip, numbers alone cost least.
  const [most, ...others] = chosen.ways ?? [];
  const unskipped = others.length > 0 ? { ...chosen, ways: others } : chosen;
  const rest = await narrowed(store, unskipped);
  if (rest === unskipped) return undefined;
  const rows: EntryRow[] = [];
  for (const { sql, values } of [...(most ? [most] : []), ...(rest.sql === 'false' ? [] : [rest])]) {
    rows.push(...((await store.query(`SELECT ${ENTRY_COLUMNS} FROM events WHERE ${sql} LIMIT ${MOST + 1}`, values)) as EntryRow[]));
    if (rows.length > MOST) return undefined;
  }
  const events = eventsOf(await withAdded(store, rows));
  return { events, principals: [...new Set(rows.map(({ principal }) => principal))] };
}

async function* entriesOf(events: AsyncIterable<TrailEvent> | readonly TrailEvent[], firsts: Firsts): AsyncGenerator<Entry> {
  for await (const event of events) yield entryOf(event, firsts.get(event.n));
}

/**
 * The timeline of a selection, oldest first, repeats collapsed; render an entry with `lineOf`. The marks of what is new for a principal look at the whole store.
 * At most ten thousand chosen events are in memory; more are streamed, and held is only what waits for collapsing, beside the numbers of the events with marks.
 * @throws AplombError TrailSelection, TrailTime
 */
export async function* timelineOf(store: Asked, selection: Selection | Condition = {}, collapsing: Collapsing = {}): AsyncGenerator<Entry> {
  const chosen = 'sql' in selection ? selection : select(selection);
  const found = await few(store, chosen);
  if (found !== undefined) {
    yield* collapse(entriesOf(found.events, await firstSeenOf(store, found.principals)), collapsing);
    return;
  }
  const streams = (chosen.ways ?? [chosen]).map(({ sql, values }) => store.events(sql, values));
  const iterator = streams.reduce(merged)[Symbol.asyncIterator]();
  try {
    // Asked for at once: the store has more than one thread, and the events a connection of their own.
    const [firsts, begun] = await Promise.all([firstSeen(store, chosen), iterator.next()]);
    async function* events() {
      for (let next = begun; !next.done; next = await iterator.next()) yield next.value;
    }
    yield* collapse(entriesOf(events(), firsts), collapsing);
  } finally {
    await iterator.return?.();
  }
}
