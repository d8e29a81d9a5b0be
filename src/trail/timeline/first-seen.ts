import type { Asked, Condition, Value } from './condition.ts';

/** Bits of `firstSeen`: what of an event was new for its principal. */
export const NEW = { address: 1, agent: 2, region: 4, principal: 8 } as const;
/** Marks that one answer of the store brings. */
const PAGE = 500_000;
/** Names that stand in the condition themselves: DuckDB skips by them. */
const NAMED = 100;
/** `time` and `n` in one number: whole microseconds and the lower 50 bits. */
const PLACE = '1125899906842624';

/**
 * User agents that differ by a version, a uuid, brackets, the command line's command or the SDK's service and feature letters are one.
 * Done on the few distinct ones, not on each event.
 */
const SHAPE = [
  [`'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'`, `'#'`],
  [`'\\s+(md/)?(command|prompt|installer|cfg|api|m)[#/][^ ]*|[\\[\\]]'`, `''`],
  [`'[0-9]+'`, `'#'`],
].reduce((sql, [pattern, by]) => `regexp_replace(${sql}, ${pattern}, ${by}, 'g')`, 'userAgent');

const query = (ofThem: string): string => `
  WITH seen AS MATERIALIZED (
    SELECT principal, sourceIPAddress, userAgent, awsRegion, min(epoch_us(time)::HUGEINT * ${PLACE} + n) AS place
    FROM events WHERE time IS NOT NULL AND ${ofThem} GROUP BY ALL),
  begun AS (SELECT principal, min(place) AS place FROM seen GROUP BY ALL),
  firsts AS (
    SELECT principal, min(place) AS place, ${NEW.address} AS bit FROM seen WHERE sourceIPAddress IS NOT NULL GROUP BY principal, sourceIPAddress
    UNION ALL SELECT principal, min(place), ${NEW.agent} FROM seen WHERE userAgent IS NOT NULL GROUP BY principal, ${SHAPE}
    UNION ALL SELECT principal, min(place), ${NEW.region} FROM seen WHERE awsRegion IS NOT NULL GROUP BY principal, awsRegion),
  marked AS (
    SELECT firsts.place, bit FROM firsts JOIN begun USING (principal) WHERE firsts.place > begun.place
    UNION ALL SELECT place, ${NEW.principal} FROM begun),
  event AS (SELECT (((place % ${PLACE}) + ${PLACE}) % ${PLACE})::BIGINT AS n, sum(bit)::INTEGER AS bits FROM marked GROUP BY place)`;

/** Bits by the number of an event, nine bytes for each. */
export interface Firsts {
  readonly size: number;
  get(n: number): number | undefined;
}
function firstsOf(numbers: Float64Array, bits: Uint8Array): Firsts {
  return {
    size: numbers.length,
    get(n) {
      let [low, high] = [0, numbers.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (numbers[middle]! < n) low = middle + 1;
        else high = middle;
      }
      return numbers[low] === n ? bits[low] : undefined;
    },
  };
}

async function marks(store: Pick<Asked, 'query'>, ofThem: string, values: readonly Value[], page: number): Promise<Firsts> {
  const parts: { readonly numbers: Float64Array; readonly bits: Uint8Array }[] = [];
  for (let last = -1; ; ) {
    // Beyond one page they are looked for anew: that seldom happens, and what an answer holds stays bounded.
    const rows = await store.query(`${query(ofThem)} SELECT n, bits FROM event WHERE n > ? ORDER BY n LIMIT ${page}`, [...values, last]);
    parts.push({ numbers: Float64Array.from(rows, ({ n }) => Number(n)), bits: Uint8Array.from(rows, ({ bits }) => Number(bits)) });
    if (rows.length < page) break;
    last = Number(rows.at(-1)!.n);
  }
  const size = parts.reduce((sum, { numbers }) => sum + numbers.length, 0);
  const all = { numbers: new Float64Array(size), bits: new Uint8Array(size) };
  let at = 0;
  for (const { numbers, bits } of parts) {
    all.numbers.set(numbers, at);
    all.bits.set(bits, at);
    at += numbers.length;
  }
  return firstsOf(all.numbers, all.bits);
}

/**
 * Which events of the chosen ones' principals were the first of the whole store from an address, with a user agent or in a region, by number. What a principal's
 * very first event brings is not new: that event is marked `principal` instead. The numbers may lie outside the selection. Two scans of a few columns.
 * @param page marks that are asked for at once
 */
export async function firstSeen(store: Pick<Asked, 'query'>, chosen: Condition, page = PAGE): Promise<Firsts> {
  const parts = chosen.ways ?? [chosen];
  const principals = parts.map(({ sql }) => `SELECT DISTINCT principal FROM events WHERE ${sql}`).join(' UNION ');
  return marks(
    store,
    `principal IN (${principals})`,
    parts.flatMap(({ values }) => values),
    page,
  );
}
/** The same for these principals: one scan. */
export async function firstSeenOf(store: Pick<Asked, 'query'>, principals: readonly string[]): Promise<Firsts> {
  if (principals.length === 0) return firstsOf(new Float64Array(), new Uint8Array());
  return principals.length <= NAMED
    ? marks(store, `principal IN (${principals.map(() => '?').join(', ')})`, principals, PAGE)
    : marks(store, `principal IN (SELECT unnest(from_json(?, '["VARCHAR"]')))`, [JSON.stringify(principals)], PAGE);
}
