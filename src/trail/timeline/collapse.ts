import type { Entry } from './entry.ts';

export interface Collapsing {
  /** Minutes without a repeat that end a line; 0: nothing is collapsed. Default 5. */
  readonly minutes?: number;
}
/** No line spans more, in milliseconds: what comes after it waits for it. */
const LONGEST = 15 * 60_000;
/** Lines held back at most. */
const WAITING = 20_000;
const TARGETS = 4;
/** A long-lived key made, or something seen for the first time, has a line of its own. */
const alone = (entry: Entry): boolean => entry.time === undefined || entry.name === 'CreateAccessKey';
const fresh = (entry: Entry): boolean => entry.marks.some((mark) => mark.startsWith('new-'));

function joined(held: Entry, next: Entry): Entry {
  const target = next.targets[0];
  const known = target === undefined || held.targets.includes(target);
  const room = held.targets.length < TARGETS;
  return {
    ...held,
    count: held.count + 1,
    last: next.time,
    targets: known || !room ? held.targets : [...held.targets, target],
    more: held.more || (!known && !room),
  };
}

/**
 * Entries in order of time, with repeats (the same actor, key, address, API, region, outcome and family of targets, minutes apart) as one, at the place of the
 * first. Lines come in order of their first event; memory is bounded.
 */
export async function* collapse(entries: AsyncIterable<Entry>, { minutes = 5 }: Collapsing = {}): AsyncGenerator<Entry> {
  const gap = minutes * 60_000;
  if (!(gap > 0)) {
    yield* entries;
    return;
  }
  /** In order of the first event; a slot is its own object, so that a line can be replaced where it stands. */
  let waiting: { entry: Entry }[] = [];
  let head = 0;
  const open = new Map<string, { entry: Entry }>();
  const over = ({ entry }: { entry: Entry }, now: number) => entry.time === undefined || now - (entry.last ?? now) > gap || now - entry.time > LONGEST;
  for await (const entry of entries) {
    const now = entry.time ?? Number.POSITIVE_INFINITY;
    const held = open.get(entry.alike);
    if (held && !over(held, now) && !fresh(entry) && !alone(entry)) held.entry = joined(held.entry, entry);
    else {
      const slot = { entry };
      waiting.push(slot);
      if (!alone(entry)) open.set(entry.alike, slot);
    }
    for (
      let first = waiting[head];
      first && (over(first, now) || waiting.length - head > WAITING || open.get(first.entry.alike) !== first);
      first = waiting[head]
    ) {
      if (open.get(first.entry.alike) === first) open.delete(first.entry.alike);
      head += 1;
      yield first.entry;
    }
    if (head > 1_000 && head * 2 > waiting.length) {
      waiting = waiting.slice(head);
      head = 0;
    }
  }
  for (const { entry } of waiting.slice(head)) yield entry;
}
