import type { DuckDBConnection } from '@duckdb/node-api';
import type { Background } from '../detection.ts';
import type { NamedDetection } from '../detections/run.ts';
import { type Row, rowsOf } from '../store/duckdb.ts';
import { type Api, conditionOf, looksAtAll, named, namesOf } from './candidates.ts';
import { joinedFor } from './parts.ts';
import { stretchesOf } from './stretches.ts';

/** 53 bits of a hash of these columns. Two that fall together by chance make one actor look more crowded; that they hide an answer happens once in 10^9 trails. */
const hashed = (columns: string): string => `(hash(${columns}) >> 11)::DOUBLE`;
/** Bits of an INTEGER that say which detections an event is for. */
const BITS = 30;

type Counted = Api & { readonly rows: Row[] };
const askedBy = ({ detection }: NamedDetection): { readonly by: string; readonly distinct?: string } => detection.burst!.sql!;
const distinctOf = (one: NamedDetection): readonly string[] => askedBy(one).distinct?.split(', ') ?? [];
const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];

/** Numbers of the events of those actors who have so many as a burst needs within its window, by detection: those of `detections` that say how the store counts. */
export async function crowdsIn(
  connection: DuckDBConnection,
  calls: string,
  detections: readonly NamedDetection[],
  apis: readonly Api[],
  background: Background,
): Promise<ReadonlyMap<NamedDetection, ReadonlySet<number>>> {
  const crowds = new Map<NamedDetection, ReadonlySet<number>>();
  const there = detections.filter((one) => named(one.detection.apis, apis).length > 0);
  for (const by of unique(there.map((one) => askedBy(one).by))) {
    const left = await crowded(
      connection,
      calls,
      by,
      there.filter((one) => askedBy(one).by === by),
      apis,
    );
    for (let first = 0; first < left.length; first += BITS)
      for (const [one, numbers] of await within(connection, calls, by, left.slice(first, first + BITS), apis, background)) crowds.set(one, numbers);
  }
  return crowds;
}
/** Who acted is worked out for each identity, of which there are few. */
const withActor = (calls: string, by: string): string => `${calls} JOIN (SELECT i, ${hashed(by)} AS actor FROM parts.identities) USING (i)`;
/** Names that none of these detections looks at are left out by the scan itself. */
const onlyNamed = (detections: readonly NamedDetection[], apis: readonly Api[]): string =>
  detections.some(looksAtAll)
    ? 'true'
    : namesOf(
        named(
          detections.flatMap(({ detection }) => detection.apis),
          apis,
        ),
      );

/** Those of these detections of which somebody has enough events at all, at whatever time. */
async function crowded(
  connection: DuckDBConnection,
  calls: string,
  by: string,
  detections: readonly NamedDetection[],
  apis: readonly Api[],
): Promise<readonly NamedDetection[]> {
  const columns = unique(['eventSource', 'eventName', ...detections.flatMap(distinctOf)]);
  const rows = await rowsOf(
    connection,
    `SELECT ${columns.join(', ')}, actor, count(*) AS events FROM ${withActor(calls, by)} WHERE ${onlyNamed(detections, apis)} GROUP BY ALL`,
  );
  const known = new Map<string, Counted>(apis.map((api) => [keyOf(api), { ...api, rows: [] }]));
  for (const row of rows) known.get(keyOf(row))?.rows.push(row);
  const counted = [...known.values()].filter(({ rows: some }) => some.length > 0);
  return detections.filter((one) => isCrowd(named(one.detection.apis, counted), distinctOf(one), one.detection.burst!.atLeast));
}
const keyOf = ({ eventSource, eventName }: Row | Api): string => `${String(eventSource)} ${String(eventName)}`;

function isCrowd(apis: readonly Counted[], distinct: readonly string[], atLeast: number): boolean {
  const events = new Map<unknown, number>();
  const answers = new Map<unknown, Set<string>>();
  for (const { rows } of apis)
    for (const row of rows) {
      const who = row.actor;
      events.set(who, (events.get(who) ?? 0) + (row.events as number));
      if (distinct.length === 0) continue;
      const seen = answers.get(who) ?? new Set();
      answers.set(who, seen.add(distinct.map((name) => row[name]).join(' ')));
    }
  return distinct.length > 0 ? [...answers.values()].some(({ size }) => size >= atLeast) : [...events.values()].some((count) => count >= atLeast);
}

/** Numbers of the events that lie in crowds, by detection: one scan for all of these. */
async function within(
  connection: DuckDBConnection,
  calls: string,
  by: string,
  detections: readonly NamedDetection[],
  apis: readonly Api[],
  background: Background,
): Promise<ReadonlyMap<NamedDetection, ReadonlySet<number>>> {
  const conditions = detections.map((one) => conditionOf(one, apis, background) ?? 'false');
  const asked = unique(detections.flatMap((one) => askedBy(one).distinct ?? []));
  const bits = conditions.map((condition, bit) => `CASE WHEN ${condition} THEN ${2 ** bit} ELSE 0 END`).join(' + ');
  const columns = ['actor', 'epoch_ms(time)::DOUBLE AS ms', `(${bits})::INTEGER`, 'n::DOUBLE', ...asked.map(hashed)];
  const from = joinedFor(withActor(calls, by), conditions.join());
  const result = await connection.stream(
    `SELECT ${columns.join(', ')} FROM ${from} WHERE time IS NOT NULL AND ${onlyNamed(detections, apis)} AND (${conditions.join(' OR ')}) ORDER BY actor, ms`,
  );
  const places = detections.map((one) => ({
    answer: askedBy(one).distinct === undefined ? undefined : asked.indexOf(askedBy(one).distinct!),
    stretches: stretchesOf(one.detection.burst!),
  }));
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    const [actors, times, masks, numbers, ...answers] = chunk.getColumns() as number[][];
    for (const [row, all] of masks!.entries())
      for (let mask = all; mask !== 0; ) {
        const bit = 31 - Math.clz32(mask);
        mask -= 2 ** bit;
        const { answer, stretches } = places[bit]!;
        stretches.add(actors![row]!, times![row]!, numbers![row]!, answer === undefined ? undefined : answers[answer]![row]!);
      }
  }
  const found = detections.map((one, bit) => [one, places[bit]!.stretches.done()] as const);
  return new Map(found.filter(([, numbers]) => numbers.size > 0));
}
