import type { Background } from '../detection.ts';
import type { NamedDetection } from '../detections/run.ts';
import { type Row, rowsOf } from '../store/duckdb.ts';
import type { TrailStore } from '../store/open.ts';
import { type Api, conditionOf, named } from './candidates.ts';

/** 53 bits of a hash of these columns. Two that fall together by chance make one actor look more crowded; that they hide an answer happens once in 10^9 trails. */
const hashed = (columns: string): string => `(hash(${columns}) >> 11)::DOUBLE`;
/** Bits of an INTEGER that say which detections an event is for. */
const BITS = 30;

interface Survey {
  readonly background: Background;
  readonly apis: readonly Api[];
  /** By detection: numbers of the events of those who have so many as a burst needs within its window. */
  readonly crowds: ReadonlyMap<NamedDetection, ReadonlySet<number>>;
}
type Counted = Api & { readonly rows: Row[] };
const askedBy = ({ detection }: NamedDetection): { readonly by: string; readonly distinct?: string } => detection.burst!.sql!;

/** One look over the whole store: which accounts and APIs there are, and which of these detections' actors have enough events at all, at whatever time. */
export async function crowded(store: TrailStore, view: string, detections: readonly NamedDetection[]): Promise<Survey> {
  const actors = [...new Set(detections.map((one) => askedBy(one).by))];
  const answers = [...new Set(detections.flatMap((one) => askedBy(one).distinct?.split(', ') ?? []))].filter((name) => !/^event(Source|Name)$/.test(name));
  const columns = ['recipientAccountId AS account', 'eventSource', 'eventName', ...answers, ...actors.map((by, i) => `${hashed(by)} AS actor${i}`)];
  const rows = await rowsOf(store.connection, `SELECT ${columns.join(', ')}, count(*) AS events FROM ${view} GROUP BY ALL`);
  const accounts = new Set(rows.map(({ account }) => account).filter((account) => typeof account === 'string'));
  const apis: Counted[] = [];
  const known = new Map<string, Counted>();
  for (const row of rows) {
    const { eventSource, eventName } = row;
    if (typeof eventSource !== 'string' || typeof eventName !== 'string') continue;
    const key = `${eventSource} ${eventName}`;
    let api = known.get(key);
    if (!api) {
      api = { eventSource, eventName, rows: [] };
      known.set(key, api);
      apis.push(api);
    }
    api.rows.push(row);
  }
  const left = detections.filter((one) => {
    const { by, distinct } = askedBy(one);
    return isCrowd(named(one.detection.apis, apis), `actor${actors.indexOf(by)}`, distinct?.split(', '), one.detection.burst!.atLeast);
  });
  const crowds = new Map<NamedDetection, ReadonlySet<number>>();
  for (let first = 0; first < left.length; first += BITS)
    for (const [one, numbers] of await within(store, view, left.slice(first, first + BITS), apis, { accounts })) crowds.set(one, numbers);
  return { background: { accounts }, apis, crowds };
}
function isCrowd(apis: readonly Counted[], by: string, distinct: readonly string[] | undefined, atLeast: number): boolean {
  const events = new Map<unknown, number>();
  const answers = new Map<unknown, Set<string>>();
  for (const { rows } of apis)
    for (const row of rows) {
      const who = row[by];
      if (!distinct) events.set(who, (events.get(who) ?? 0) + (row.events as number));
      else {
        const seen = answers.get(who) ?? new Set();
        answers.set(who, seen.add(distinct.map((name) => row[name]).join(' ')));
      }
    }
  return [...(distinct ? answers.values() : [])].some(({ size }) => size >= atLeast) || [...events.values()].some((count) => count >= atLeast);
}

interface Actor {
  readonly times: number[];
  readonly numbers: number[];
  readonly answers: number[];
}
/** Numbers of the events that lie in crowds, by detection: one scan for all of these. */
async function within(
  store: TrailStore,
  view: string,
  detections: readonly NamedDetection[],
  apis: readonly Api[],
  background: Background,
): Promise<Map<NamedDetection, Set<number>>> {
  const conditions = detections.map((one) => conditionOf(one, apis, background) ?? 'false');
  const asked = [...new Set(detections.flatMap((one) => [askedBy(one).by, askedBy(one).distinct ?? []].flat()))];
  const bits = conditions.map((condition, bit) => `CASE WHEN ${condition} THEN ${2 ** bit} ELSE 0 END`).join(' + ');
  const result = await store.connection.run(
    `SELECT n::DOUBLE, epoch_ms(time)::DOUBLE, (${bits})::INTEGER, ${asked.map(hashed).join(', ')} FROM ${view} WHERE time IS NOT NULL AND (${conditions.join(' OR ')})`,
  );
  const actors = detections.map(() => new Map<number, Actor>());
  const places = detections.map((one) => {
    const { by, distinct } = askedBy(one);
    return { by: 3 + asked.indexOf(by), distinct: distinct === undefined ? 0 : 3 + asked.indexOf(distinct) };
  });
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    const columns = chunk.getColumns() as number[][];
    for (let row = 0; row < chunk.rowCount; row++) {
      let mask = columns[2]![row]!;
      while (mask !== 0) {
        const bit = 31 - Math.clz32(mask);
        mask -= 2 ** bit;
        const { by, distinct } = places[bit]!;
        const who = columns[by]![row]!;
        let actor = actors[bit]!.get(who);
        if (!actor) {
          actor = { times: [], numbers: [], answers: [] };
          actors[bit]!.set(who, actor);
        }
        actor.times.push(columns[1]![row]!);
        actor.numbers.push(columns[0]![row]!);
        if (distinct > 0) actor.answers.push(columns[distinct]![row]!);
      }
    }
  }
  const found = new Map<NamedDetection, Set<number>>();
  for (const [bit, one] of detections.entries()) {
    const some = new Set<number>();
    for (const actor of actors[bit]!.values()) add(some, actor, one.detection.burst!);
    if (some.size > 0) found.set(one, some);
  }
  return found;
}
/** Adds the events of each stretch without a pause as long as the window, when so many as a burst needs lie within one window of it. */
function add(
  found: Set<number>,
  { times, numbers, answers }: Actor,
  { within: seconds, atLeast }: { readonly within: number; readonly atLeast: number },
): void {
  if (times.length < atLeast) return;
  const window = seconds * 1000;
  const order = times.map((_, index) => index).sort((a, b) => times[a]! - times[b]!);
  const different = answers.length > 0;
  let inside = new Map<number, number>();
  let [stretch, oldest, enough] = [0, 0, false];
  const close = (end: number): void => {
    if (enough) for (const index of order.slice(stretch, end)) found.add(numbers[index]!);
    [stretch, oldest, enough] = [end, end, false];
    inside = new Map();
  };
  for (const [place, index] of order.entries()) {
    const time = times[index]!;
    if (place > 0 && time - times[order[place - 1]!]! > window) close(place);
    for (; time - times[order[oldest]!]! > window; oldest++) {
      if (!different) continue;
      const old = answers[order[oldest]!]!;
      const left = inside.get(old)! - 1;
      if (left > 0) inside.set(old, left);
      else inside.delete(old);
    }
    if (different) inside.set(answers[index]!, (inside.get(answers[index]!) ?? 0) + 1);
    if ((different ? inside.size : place - oldest + 1) >= atLeast) enough = true;
  }
  close(order.length);
}
