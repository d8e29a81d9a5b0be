import type { Hit } from '../detection.ts';
import { apisOf, detect, type NamedDetection } from '../detections/run.ts';
import { apiOf } from '../event.ts';
import { rowsOf } from '../store/duckdb.ts';
import type { TrailStore } from '../store/open.ts';

/** `iam:CreateUser`, `iam:*`, `*:*`. */
const wanted = (apis: readonly string[]) => {
  const exact = new Set(apis.filter((api) => !api.endsWith('*')));
  const prefixes = apis.filter((api) => api.endsWith('*')).map((api) => (api === '*:*' ? '' : api.slice(0, -1)));
  return (api: string): boolean => exact.has(api) || prefixes.some((prefix) => api.startsWith(prefix));
};
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The condition over `events` for those whose API these detections look at: names are asked once, not per event. */
async function conditionOf(store: TrailStore, apis: readonly string[]): Promise<string | undefined> {
  const pairs = await rowsOf(store.connection, 'SELECT DISTINCT eventSource, eventName FROM events');
  const wants = wanted(apis);
  const named = pairs.filter(({ eventSource, eventName }) => wants(apiOf({ eventSource: eventSource as string, eventName: eventName as string })));
  if (named.length === 0) return undefined;
  const names = (source: unknown): string =>
    named
      .filter((row) => row.eventSource === source)
      .map((row) => quoted(String(row.eventName)))
      .join(', ');
  const sources = [...new Set(named.map((row) => row.eventSource))].filter((source) => typeof source === 'string');
  return `(${sources.map((source) => `(eventSource = ${quoted(source as string)} AND eventName IN (${names(source)}))`).join(' OR ')})`;
}

/** Runs our own detections over the store. Those that count many events of one actor ask the store first who has so many. */
export async function detectOwn(store: TrailStore, detections: readonly NamedDetection[]): Promise<Hit[]> {
  const accounts = await rowsOf(store.connection, 'SELECT DISTINCT recipientAccountId AS account FROM events WHERE recipientAccountId IS NOT NULL');
  const background = { accounts: new Set(accounts.map((row) => row.account as string)) };
  const single = detections.filter(({ detection }) => !detection.burst?.sql);
  const hits: Hit[] = [];
  const run = async (some: readonly NamedDetection[], more = ''): Promise<void> => {
    if (some.length === 0) return;
    const condition = await conditionOf(store, apisOf(some));
    if (condition !== undefined) hits.push(...(await detect(some, store.events(`${condition}${more}`), background)));
  };
  await run(single);
  for (const one of detections.filter(({ detection }) => detection.burst?.sql)) {
    const { by, distinct } = one.detection.burst!.sql!;
    const { within, atLeast } = one.detection.burst!;
    const condition = await conditionOf(store, apisOf([one]));
    if (condition === undefined) continue;
    // A burst within a window lies whole in one of two rows of windows twice as long.
    const buckets = [0, within].map(
      (shift) =>
        `SELECT ${by} AS who, (epoch(time)::BIGINT + ${shift}) // ${2 * within} AS bucket FROM events WHERE ${condition} AND time IS NOT NULL GROUP BY ALL HAVING count(${distinct ? `DISTINCT ${distinct}` : '*'}) >= ${atLeast}`,
    );
    const actors = await rowsOf(store.connection, `SELECT DISTINCT who FROM (${buckets.join(' UNION ALL ')}) WHERE who IS NOT NULL`);
    if (actors.length === 0) continue;
    hits.push(...(await detect([one], store.events(`${condition} AND ${by} IN (${actors.map((row) => quoted(String(row.who))).join(', ')})`), background)));
  }
  return hits.sort((a, b) => a.events[0]! - b.events[0]!);
}
