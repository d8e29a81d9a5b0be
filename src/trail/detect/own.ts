import type { DuckDBConnection } from '@duckdb/node-api';
import type { Hit } from '../detection.ts';
import { detect, type NamedDetection } from '../detections/run.ts';
import { rowsOf } from '../store/duckdb.ts';
import type { TrailStore } from '../store/open.ts';
import { type Api, conditionOf, isOneOf, looksAtAll, named, scanFor, type Wanted, wantedBy } from './candidates.ts';
import { crowdsIn } from './crowds.ts';
import { callsOf, joinedFor, onlyColumnIn } from './parts.ts';
import { type Candidate, KEPT, recordsOf } from './records.ts';
import { backgroundOf, survey } from './survey.ts';

/** Numbers of events that were found for one detection, whatever its condition says. */
type Exact = ReadonlyMap<NamedDetection, ReadonlySet<number>>;

/** One text that the store takes apart: each number as a constant of its own would be looked at by every step that makes a plan of the statement. */
const listed = (numbers: Iterable<number>): string => `n IN (SELECT unnest(string_split('${[...numbers].join()}', ','))::BIGINT)`;

/** Events of whatever API for which this condition holds. Of a single column each value is asked about once. */
async function everywhere(connection: DuckDBConnection, calls: string, condition: string): Promise<ReadonlySet<number>> {
  const column = onlyColumnIn(condition);
  const find = async (where: string) =>
    new Set((await rowsOf(connection, `SELECT n FROM ${joinedFor(calls, condition)} WHERE ${where}`)).map(({ n }) => n as number));
  if (column === undefined) return find(condition);
  // Materialised, or the condition would be asked of each event after all.
  const values = `WITH known AS MATERIALIZED (SELECT DISTINCT ${column} FROM ${calls}) SELECT ${column} AS value FROM known WHERE ${condition}`;
  const found = (await rowsOf(connection, values)).map(({ value }) => value);
  if (found.length === 0) return new Set();
  return find(`${column} IN (SELECT value FROM (${values}))${found.includes(null) ? ` OR ${column} IS NULL` : ''}`);
}

/** What is asked of identities is asked of each once; most have nothing of it. */
const asking = (who: readonly string[]): string =>
  who.length === 0
    ? ''
    : ` LEFT JOIN (SELECT i, ${who.map((one, i) => `(${one}) AS who${i}`).join(', ')} FROM parts.identities WHERE ${who.map((one) => `(${one})`).join(' OR ')}) USING (i)`;

/** Bits of an INTEGER that say which conditions hold. */
const BITS = 30;

/** Notes in the temporary table `candidates` what may be a hit: by its API and conditions, or found otherwise. @returns how many columns `held` it has */
async function gather(connection: DuckDBConnection, calls: string, wanted: Wanted | undefined, exact: Exact, apis: readonly Api[]): Promise<number> {
  const { condition, who, each } = wanted ?? { condition: 'false', who: [], each: new Map<NamedDetection, string>() };
  const asked = new Set(wanted?.apis);
  // What was found among APIs that are gone through anyway is taken along; the rest lies together as a rule.
  const [along, apart]: [string[], number[]] = [[], []];
  for (const [one, numbers] of exact) {
    if (numbers.size === 0) continue;
    const names = named(one.detection.apis, apis);
    if (names.every((api) => asked.has(api))) along.push(`((${isOneOf(names)}) AND ${listed(numbers)})`);
    else for (const n of numbers) apart.push(n);
  }
  const bits = [...each.values()].map((one, place) => `CASE WHEN ${one} THEN ${2 ** (place % BITS)} ELSE 0 END`);
  const held = Array.from({ length: Math.ceil(bits.length / BITS) }, (_, i) => `(${bits.slice(i * BITS, (i + 1) * BITS).join(' + ')})::INTEGER AS held${i}`);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE candidates AS SELECT ${[KEPT, ...held].join(', ')} FROM ${joinedFor(calls, condition)}${asking(who)}
     WHERE ${scanFor([...asked].map(({ eventName }) => eventName))} AND (${[condition, ...along].join(' OR ')})`,
  );
  if (apart.length > 0)
    await connection.run(
      `INSERT INTO candidates SELECT ${[KEPT, ...held.map(() => '0')].join(', ')} FROM ${calls}
       WHERE ${listed(new Set(apart))} AND n NOT IN (SELECT n FROM candidates)`,
    );
  return held.length;
}

/** The sign-in is refused when its answer says so. */
const FURTHER_APIS = ['signin:ConsoleLogin'];

/**
 * Runs our own detections over the store. Nearly all events are ruled out by the store: by their API, by what each hit of a detection has (`Detection.sql`), and,
 * for those that count many events of one actor, because nobody has so many within their window (`Burst.sql`).
 */
export async function detectOwn(store: TrailStore, detections: readonly NamedDetection[]): Promise<Hit[]> {
  const { connection } = store;
  const calls = await callsOf(store);
  const background = await backgroundOf(connection, calls);
  const counted = detections.filter(({ detection }) => detection.burst?.sql !== undefined);
  const { apis, crowded } = await survey(connection, calls, counted, background);
  const exact = new Map(await crowdsIn(connection, calls, crowded, apis, background));
  const others = detections.filter((one) => !counted.includes(one));
  for (const one of others.filter(looksAtAll)) exact.set(one, await everywhere(connection, calls, conditionOf(one, apis, background)!));
  const wanted = wantedBy(
    others.filter((one) => !exact.has(one)),
    apis,
    background,
  );
  const held = await gather(connection, calls, wanted, exact, apis);
  const places = new Map([...(wanted?.each.keys() ?? [])].map((one, place) => [one, place]));
  // Whoever counts looks at what was counted, the others at what their conditions hold for.
  const looksAt = (one: NamedDetection, event: Candidate): boolean => {
    const found = exact.get(one);
    if (found !== undefined || one.detection.burst?.sql !== undefined) return found?.has(event.n) === true;
    const place = places.get(one);
    return place === undefined || (event.held[Math.floor(place / BITS)]! & (1 << (place % BITS))) !== 0;
  };
  const further = named([...FURTHER_APIS, ...detections.flatMap(({ detection }) => (detection.looksFurther ? detection.apis : []))], apis);
  const search = async (whole: string): Promise<Hit[] | undefined> => {
    let missed = false;
    const events = recordsOf(connection, held, whole, () => {
      missed = true;
    });
    const hits = await detect(detections, events, background, looksAt);
    return missed ? undefined : hits;
  };
  const hits = (await search(further.length > 0 ? isOneOf(further) : 'false')) ?? (await search('true'));
  await connection.run('DROP TABLE candidates');
  return hits!;
}
