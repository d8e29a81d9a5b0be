import type { DuckDBConnection } from '@duckdb/node-api';
import type { Background } from '../detection.ts';
import type { NamedDetection } from '../detections/run.ts';
import { conditionsOf } from '../detections/stored.ts';
import { rowsOf } from '../store/duckdb.ts';
import { type Api, named } from './candidates.ts';
import { isOfCalls } from './parts.ts';

/** 53 bits of a hash of these columns. Two that fall together by chance make one actor look more crowded; that they hide an answer happens once in 10^9 trails. */
export const hashed = (columns: string): string => `(hash(${columns}) >> 11)::DOUBLE`;
/** How a detection says that the store counts. */
export const countedBy = ({ detection }: NamedDetection): { readonly by: string; readonly distinct?: string } => detection.burst!.sql!;
export const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];
/** Who acted is worked out for each identity, of which there are few: `actor0` and so on. */
export const withActors = (calls: string, by: readonly string[]): string =>
  by.length === 0 ? calls : `${calls} JOIN (SELECT i, ${by.map((one, i) => `${hashed(one)} AS actor${i}`).join(', ')} FROM parts.identities) USING (i)`;

export interface Survey {
  readonly apis: readonly Api[];
  /** Those of the detections of which somebody has enough events at all, at whatever time. */
  readonly crowded: readonly NamedDetection[];
}
interface Counted extends Api {
  readonly rows: number[];
}
type Columns = ReadonlyMap<string, readonly unknown[]>;

/** Accounts whose trails were read. */
export async function backgroundOf(connection: DuckDBConnection, calls: string): Promise<Background> {
  const rows = await rowsOf(connection, `SELECT DISTINCT recipientAccountId AS account FROM parts.ends WHERE e IN (SELECT e FROM ${calls})`);
  return { accounts: new Set(rows.flatMap(({ account }) => (typeof account === 'string' ? [account] : []))) };
}

/** One look over the whole store: which APIs there are, and which of these detections' actors have enough events. */
export async function survey(connection: DuckDBConnection, calls: string, detections: readonly NamedDetection[], background: Background): Promise<Survey> {
  const by = unique(detections.map((one) => countedBy(one).by));
  const distinctOf = (one: NamedDetection): readonly string[] => countedBy(one).distinct?.split(', ') ?? [];
  // What must hold for each is asked where it costs little; else more are counted than count.
  const conditions = unique(detections.flatMap(({ detection }) => conditionsOf(detection, background))).filter(isOfCalls);
  const columns = unique(['eventSource', 'eventName', ...detections.flatMap(distinctOf)]);
  const held = conditions.map((condition, i) => `coalesce(${condition}, false) AS held${i}`);
  const names = [...columns, ...held.map((_, i) => `held${i}`), ...by.map((_, i) => `actor${i}`), 'events'];
  const reader = await connection.runAndReadAll(
    `SELECT ${[...columns, ...held, ...by.map((_, i) => `actor${i}`), 'count(*)::DOUBLE AS events'].join(', ')} FROM ${withActors(calls, by)} GROUP BY ALL`,
  );
  const read = reader.getColumns();
  const table: Columns = new Map(names.map((name, place) => [name, read[place] ?? []]));
  const apis = apisIn(table);
  return {
    apis: apis.map(({ eventSource, eventName, alone }) => ({ eventSource, eventName, alone })),
    crowded: detections.filter((one) => {
      const must = conditionsOf(one.detection, background).flatMap((condition) =>
        conditions.includes(condition) ? [`held${conditions.indexOf(condition)}`] : [],
      );
      const rows = named(one.detection.apis, apis).flatMap(({ rows: some }) => some.filter((row) => must.every((name) => table.get(name)![row] === true)));
      return isCrowd(table, rows, `actor${by.indexOf(countedBy(one).by)}`, distinctOf(one), one.detection.burst!.atLeast);
    }),
  };
}

function apisIn(table: Columns): readonly Counted[] {
  const [eventSources, eventNames] = [table.get('eventSource')!, table.get('eventName')!];
  const apis = new Map<string, Counted>();
  const sources = new Map<unknown, Set<unknown>>();
  for (const [row, name] of eventNames.entries()) sources.set(name, (sources.get(name) ?? new Set()).add(eventSources[row]));
  for (const [row, eventName] of eventNames.entries()) {
    const eventSource = eventSources[row];
    if (typeof eventSource !== 'string' || typeof eventName !== 'string') continue;
    const key = `${eventSource} ${eventName}`;
    const api = apis.get(key) ?? { eventSource, eventName, alone: sources.get(eventName)!.size === 1, rows: [] };
    api.rows.push(row);
    apis.set(key, api);
  }
  return [...apis.values()];
}

function isCrowd(table: Columns, rows: readonly number[], actor: string, distinct: readonly string[], atLeast: number): boolean {
  const [actors, events] = [table.get(actor)!, table.get('events') as readonly number[]];
  const answers = distinct.map((name) => table.get(name)!);
  const counts = new Map<unknown, number>();
  const seen = new Map<unknown, Set<string>>();
  for (const row of rows) {
    const who = actors[row];
    if (distinct.length === 0) counts.set(who, (counts.get(who) ?? 0) + events[row]!);
    else seen.set(who, (seen.get(who) ?? new Set()).add(answers.map((column) => column[row]).join(' ')));
  }
  return [...counts.values()].some((count) => count >= atLeast) || [...seen.values()].some(({ size }) => size >= atLeast);
}
