import { AplombError, type ListedObject, type ObjectSource } from '../../kernel/index.ts';
import { dayIn, dayOf, type Place, placer } from './layout.ts';
import { type Selection, wants } from './selection.ts';
import { type Segment, type Survey, survey } from './survey.ts';

export interface TrailObject extends ListedObject {
  readonly place: Place;
}
/** Where a listing stands, plain JSON: with it the next one goes on. Only from the same source and for the same selection. */
export interface ListingCursor {
  readonly of: string;
  readonly segments: readonly Segment[];
}
export interface ListingOptions extends Selection {
  readonly cursor?: ListingCursor;
  /** Stretches listed at the same time. Default 8. */
  readonly atOnce?: number;
  readonly signal?: AbortSignal;
  /** Epoch milliseconds, where a window has no end: stretches are divided up to here. Default: the system's clock. */
  readonly now?: number;
}
export interface Listing extends AsyncIterable<TrailObject> {
  /** What is left to list after all objects that were given out: save it once they are dealt with. */
  cursor(): ListingCursor;
  /** What could not be listed; it stays in the cursor. */
  readonly problems: readonly { readonly prefix: string; readonly code: string; readonly why: string }[];
  /** Folders that the selection, or another service, left out; empty when it went on from a cursor. */
  readonly left: Survey['left'];
  /** False: nothing looked like CloudTrail's layout, everything is listed. */
  readonly recognised: boolean;
}

/** Objects that a worker gathers before it waits for whoever reads; that bounds memory. */
const BATCH = 500;
/** A stretch with so many objects is divided with whoever is idle. */
const LONG = 1_000;
const DAY = 86_400_000;

interface Batch {
  readonly work: Work;
  readonly items: readonly TrailObject[];
  /** Last key that the worker saw, wanted or not. */
  readonly upTo: string | undefined;
  readonly last: boolean;
  release(): void;
}
interface Work {
  readonly segment: Segment;
  /** Last key that the worker has seen. */
  seen?: string;
  count: number;
}

/**
 * Lists CloudTrail's objects below a prefix: by account, kind and region at the same time, a long stretch divided by days, only the
 * days of the window. Nothing is held but the names of the stretches and a few thousand objects. The order is that of arrival.
 * @throws AplombError OtherListing for a cursor of something else; whatever the source throws for the prefix itself
 */
export async function listTrail(source: ObjectSource, prefix: string, options: ListingOptions = {}): Promise<Listing> {
  const { cursor, atOnce = 8, signal, now = Date.now(), ...selection } = options;
  const of = JSON.stringify([
    source.name,
    prefix,
    ...(['since', 'until', 'accounts', 'regions', 'kinds', 'late'] as const).map((name) => selection[name] ?? null),
  ]);
  if (cursor && cursor.of !== of)
    throw new AplombError('OtherListing', 'This listing was begun for another place, window or selection.', {
      fix: 'Give the same ones to go on, or begin anew without the cursor.',
    });
  const found = cursor ? { segments: cursor.segments, left: [], recognised: true } : await survey(source, prefix, selection, atOnce, signal);
  const waiting: Segment[] = found.segments.map((one) => ({ ...one }));
  const open = new Set<Work>();
  const broken: Segment[] = [];
  const problems: { prefix: string; code: string; why: string }[] = [];

  async function* run(): AsyncGenerator<TrailObject> {
    const ready: Batch[] = [];
    let wake = (): void => {};
    let ended = false;
    let failure: { readonly error: unknown } | undefined;
    const working = new Set<Work>();

    const work = async (one: Work): Promise<void> => {
      const { segment } = one;
      const at = placer();
      let items: TrailObject[] = [];
      const offer = (last: boolean): Promise<void> =>
        new Promise((resolve) => {
          ready.push({ work: one, items, upTo: one.seen, last, release: resolve });
          items = [];
          wake();
        });
      for await (const object of objectsOf(source, segment)) {
        signal?.throwIfAborted();
        if (ended) return;
        if (segment.to !== undefined && object.key > `${segment.dated}${segment.to}/\uffff`) break;
        one.seen = object.key;
        one.count += 1;
        const place = at(object.key);
        if (!(object.bytes === 0 && object.key.endsWith('/')) && wants(selection, place)) items.push({ ...object, place });
        if (one.count % LONG === 0 && waiting.length === 0 && working.size < atOnce && divide(one, waiting, now)) start();
        if (items.length >= BATCH) {
          await offer(false);
          if (ended) return;
        }
      }
      await offer(true);
    };
    const start = (): void => {
      while (!ended && working.size < atOnce && waiting.length > 0) {
        const one: Work = { segment: waiting.shift()!, count: 0 };
        open.add(one);
        working.add(one);
        work(one).then(
          () => {
            working.delete(one);
            start();
            wake();
          },
          (error: unknown) => {
            working.delete(one);
            if (signal?.aborted) failure ??= { error: signal.reason };
            else {
              // What it has gathered and not handed over is listed again by whoever goes on.
              open.delete(one);
              broken.push(one.segment);
              problems.push({ prefix: one.segment.prefix, code: codeOf(error), why: error instanceof Error ? error.message : String(error) });
            }
            start();
            wake();
          },
        );
      }
    };
    try {
      start();
      for (;;) {
        if (failure) throw failure.error;
        const batch = ready.shift();
        if (!batch) {
          if (working.size === 0 && waiting.length === 0) return;
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (ready.length > 0 || failure || (working.size === 0 && waiting.length === 0)) resolve();
          });
          continue;
        }
        for (const item of batch.items) {
          // Whoever asks for the next one has dealt with this one.
          yield item;
          batch.work.segment.after = item.key;
        }
        if (batch.upTo !== undefined) batch.work.segment.after = batch.upTo;
        if (batch.last) open.delete(batch.work);
        batch.release();
      }
    } finally {
      ended = true;
      for (const batch of ready) batch.release();
    }
  }

  return {
    [Symbol.asyncIterator]: run,
    cursor: () => ({ of, segments: [...[...open].map((one) => one.segment), ...broken, ...waiting].map((one) => ({ ...one })) }),
    problems,
    left: found.left,
    recognised: found.recognised,
  };
}

async function* objectsOf(source: ObjectSource, segment: Segment): AsyncGenerator<ListedObject> {
  if (!segment.level) {
    yield* source.list(segment.prefix, segment.after === undefined ? {} : { after: segment.after });
    return;
  }
  for await (const entry of source.folders(segment.prefix)) if (!('folder' in entry) && (segment.after === undefined || entry.key > segment.after)) yield entry;
}

/** The second half of the days that a worker has before it becomes a stretch of its own. */
function divide({ segment, seen }: Work, waiting: Segment[], now: number): boolean {
  const { dated, prefix, to } = segment;
  const day = dated === undefined || seen === undefined ? undefined : dayIn(seen, dated);
  if (dated === undefined || day === undefined) return false;
  const first = timeOf(day);
  const days = Math.floor((timeOf(to ?? dayOf(now)) - first) / DAY);
  if (!(days >= 2)) return false;
  const middle = dayOf(first + Math.ceil(days / 2) * DAY);
  const rest: Segment = { prefix, dated, after: dated + middle, ...(to === undefined ? {} : { to }) };
  segment.to = dayOf(timeOf(middle) - DAY);
  waiting.push(rest);
  return true;
}
const timeOf = (day: string): number => Date.parse(`${day.replaceAll('/', '-')}T00:00:00Z`);
const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? (error instanceof Error ? error.name : 'Unknown'));
