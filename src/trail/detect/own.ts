import type { Hit } from '../detection.ts';
import { detect, type NamedDetection } from '../detections/run.ts';
import { rowsOf } from '../store/duckdb.ts';
import type { TrailStore } from '../store/open.ts';
import { conditionOf, conditionOfAll, isOneOf, looksAtAll, named } from './candidates.ts';
import { crowded } from './crowds.ts';
import { recordsOf } from './records.ts';

/** The view `events`; without the search for duplicates, which each row would pay for, when there are none. */
async function eventsOf(store: TrailStore): Promise<string> {
  const [row] = await rowsOf(store.connection, 'SELECT count(*) AS duplicates FROM duplicates');
  return row?.duplicates === 0 ? `(SELECT * FROM all_events WHERE eventCategory IS NULL OR eventCategory NOT IN ('Insight', 'NetworkActivity'))` : 'events';
}

/** Few numbers are a list, which costs least; many are one text that the store takes apart: so many expressions it would not bear. */
const listed = (numbers: readonly number[]): string =>
  numbers.length < 20_000 ? `n IN (${numbers.join()})` : `n IN (SELECT unnest(string_split('${numbers.join()}', ','))::BIGINT)`;

/**
 * Runs our own detections over the store. Nearly all events are ruled out by the store: by their API, by what each hit of a detection has (`Detection.sql`), and,
 * for those that count many events of one actor, because nobody has so many within their window (`Burst.sql`).
 */
export async function detectOwn(store: TrailStore, detections: readonly NamedDetection[]): Promise<Hit[]> {
  const view = await eventsOf(store);
  const counted = detections.filter(({ detection }) => detection.burst?.sql !== undefined);
  const { background, apis, crowds } = await crowded(store, view, counted);
  const exact = new Map(crowds);
  const others = detections.filter((one) => !counted.includes(one));
  for (const one of others.filter(looksAtAll)) {
    const rows = await rowsOf(store.connection, `SELECT n FROM ${view} WHERE ${conditionOf(one, apis, background)}`);
    exact.set(one, new Set(rows.map(({ n }) => n as number)));
  }
  const condition = conditionOfAll(
    others.filter((one) => !exact.has(one)),
    apis,
    background,
  );
  const either = [...(condition === undefined ? [] : [condition])];
  for (const [one, numbers] of exact) {
    if (numbers.size === 0) continue;
    const names = looksAtAll(one) ? 'true' : isOneOf(named(one.detection.apis, apis));
    either.push(`((${names}) AND ${listed([...numbers])})`);
  }
  if (either.length === 0) return [];
  // Whoever counts looks at what was counted; the others at what their condition, asked of these few again, holds for.
  const single = new Set<number>();
  const events = recordsOf(store, view, either.join(' OR '), condition ?? 'false', single);
  return detect(detections, events, background, (one, n) => exact.get(one)?.has(n) ?? (one.detection.burst?.sql === undefined && single.has(n)));
}
