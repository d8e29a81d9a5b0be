import type { DuckDBConnection, DuckDBVector } from '@duckdb/node-api';
import type { Background } from '../detection.ts';
import type { NamedDetection } from '../detections/run.ts';
import { type Api, conditionOf, looksAtAll, named, scanFor } from './candidates.ts';
import { joinedFor } from './parts.ts';
import { stretchesOf } from './stretches.ts';
import { countedBy, hashed, unique, withActors } from './survey.ts';

/** Bits of an INTEGER that say which detections an event is for. */
const BITS = 30;
type Found = ReadonlyMap<NamedDetection, ReadonlySet<number>>;

/** Numbers of the events of those actors who have so many as a burst needs within its window, by detection: all of these say how the store counts. */
export async function crowdsIn(
  connection: DuckDBConnection,
  calls: string,
  detections: readonly NamedDetection[],
  apis: readonly Api[],
  background: Background,
): Promise<Found> {
  const crowds = new Map<NamedDetection, ReadonlySet<number>>();
  // Those that look at few APIs need not wait for a scan of all.
  for (const by of unique(detections.map((one) => countedBy(one).by))) {
    const alike = detections.filter((one) => countedBy(one).by === by);
    for (let first = 0; first < alike.length; first += BITS)
      for (const [one, numbers] of await within(connection, withActors(calls, [by]), alike.slice(first, first + BITS), apis, background))
        crowds.set(one, numbers);
  }
  return crowds;
}

/** One scan for all of these. */
async function within(
  connection: DuckDBConnection,
  calls: string,
  detections: readonly NamedDetection[],
  apis: readonly Api[],
  background: Background,
): Promise<Found> {
  const conditions = detections.map((one) => conditionOf(one, apis, background) ?? 'false');
  const answers = unique(detections.flatMap((one) => countedBy(one).distinct ?? []));
  const bits = conditions.map((condition, bit) => `CASE WHEN ${condition} THEN ${2 ** bit} ELSE 0 END`).join(' + ');
  const columns = ['actor0', 'epoch_ms(time)::DOUBLE AS ms', `(${bits})::INTEGER`, 'n::DOUBLE', ...answers.map(hashed)];
  // Names that none of these looks at are left out by the scan itself.
  const patterns = detections.flatMap(({ detection }) => detection.apis);
  const only = detections.some(looksAtAll) ? 'true' : scanFor(named(patterns, apis).map(({ eventName }) => eventName));
  const result = await connection.stream(
    `SELECT ${columns.join(', ')} FROM ${joinedFor(calls, conditions.join())} WHERE time IS NOT NULL AND ${only} AND (${conditions.join(' OR ')}) ORDER BY actor0, ms`,
  );
  const places = detections.map((one) => ({
    answer: countedBy(one).distinct === undefined ? undefined : answers.indexOf(countedBy(one).distinct!),
    stretches: stretchesOf(one.detection.burst!),
  }));
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    const [actors, times, masks, numbers, ...answered] = Array.from({ length: columns.length }, (_, place) => chunk.getColumnVector(place));
    const value = (vector: DuckDBVector | undefined, row: number) => vector!.getItem(row) as number;
    for (let [row, rows] = [0, chunk.rowCount]; row < rows; row++)
      for (let mask = value(masks, row); mask !== 0; ) {
        const bit = 31 - Math.clz32(mask);
        mask -= 2 ** bit;
        const { answer, stretches } = places[bit]!;
        stretches.add(value(actors, row), value(times, row), value(numbers, row), answer === undefined ? undefined : value(answered[answer], row));
      }
  }
  const found = detections.map((one, bit) => [one, places[bit]!.stretches.done()] as const);
  return new Map(found.filter(([, numbers]) => numbers.size > 0));
}
