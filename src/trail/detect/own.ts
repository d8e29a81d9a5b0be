import type { Hit } from '../detection.ts';
import { detect, type NamedDetection } from '../detections/run.ts';
import { rowsOf } from '../store/duckdb.ts';
import type { TrailStore } from '../store/open.ts';
import { conditionOf, conditionOfAll, looksAtAll } from './candidates.ts';
import { crowded } from './crowds.ts';
import { recordsOf } from './records.ts';

/** The view `events`; without the search for duplicates, which each row would pay for, when there are none. */
async function eventsOf(store: TrailStore): Promise<string> {
  const [row] = await rowsOf(store.connection, 'SELECT count(*) AS duplicates FROM duplicates');
  return row?.duplicates === 0 ? `(SELECT * FROM all_events WHERE eventCategory IS NULL OR eventCategory NOT IN ('Insight', 'NetworkActivity'))` : 'events';
}

/**
 * Runs our own detections over the store. Nearly all events are ruled out by the store: by their API, by what each hit of a detection has (`Detection.sql`), and,
 * for those that count many events of one actor, because nobody has so many within their window (`Burst.sql`).
 */
export async function detectOwn(store: TrailStore, detections: readonly NamedDetection[]): Promise<Hit[]> {
  const view = await eventsOf(store);
  const { background, apis, numbers } = await crowded(
    store,
    view,
    detections.filter(({ detection }) => detection.burst?.sql !== undefined),
  );
  const others = detections.filter(({ detection }) => detection.burst?.sql === undefined);
  const some = new Set(numbers);
  for (const one of others.filter(looksAtAll))
    for (const row of await rowsOf(store.connection, `SELECT n FROM ${view} WHERE ${conditionOf(one, apis, background)}`)) some.add(row.n as number);
  const condition = conditionOfAll(
    others.filter((one) => !looksAtAll(one)),
    apis,
    background,
  );
  // One text, not so many numbers: the store takes a hundred thousand of them at once.
  const listed = some.size === 0 ? undefined : `n IN (SELECT unnest(string_split('${[...some].join()}', ','))::BIGINT)`;
  const either = [condition, listed].filter((one) => one !== undefined);
  return either.length === 0 ? [] : detect(detections, recordsOf(store, view, either.join(' OR ')), background);
}
