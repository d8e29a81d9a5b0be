import type { Asked, Condition } from './condition.ts';

/** Bits of `firstSeen`: what of an event was new for its principal. */
export const NEW = { address: 1, agent: 2, region: 4, principal: 8 } as const;
/** More marks than these are not kept in memory; the oldest are. */
const MOST = 500_000;
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

const query = (where: string) => `
  WITH chosen AS (SELECT DISTINCT principal FROM events WHERE ${where}),
  seen AS MATERIALIZED (
    SELECT principal, sourceIPAddress, userAgent, awsRegion, min(epoch_us(time)::HUGEINT * ${PLACE} + n) AS place
    FROM events WHERE time IS NOT NULL AND principal IN (SELECT principal FROM chosen) GROUP BY ALL),
  begun AS (SELECT principal, min(place) AS place FROM seen GROUP BY ALL),
  firsts AS (
    SELECT principal, min(place) AS place, ${NEW.address} AS bit FROM seen WHERE sourceIPAddress IS NOT NULL GROUP BY principal, sourceIPAddress
    UNION ALL SELECT principal, min(place), ${NEW.agent} FROM seen WHERE userAgent IS NOT NULL GROUP BY principal, ${SHAPE}
    UNION ALL SELECT principal, min(place), ${NEW.region} FROM seen WHERE awsRegion IS NOT NULL GROUP BY principal, awsRegion),
  marked AS (
    SELECT firsts.place, bit FROM firsts JOIN begun USING (principal) WHERE firsts.place > begun.place
    UNION ALL SELECT place, ${NEW.principal} FROM begun)
  SELECT (((place % ${PLACE}) + ${PLACE}) % ${PLACE})::BIGINT AS n, sum(bit)::INTEGER AS bits FROM marked GROUP BY place ORDER BY place LIMIT ${MOST}`;

/**
 * Which events of the chosen ones' principals were the first of the whole store from an address, with a user agent or in a region, by number. What a principal's
 * very first event brings is not new: that event is marked `principal` instead. The numbers may lie outside the selection. Two scans of a few columns.
 */
export async function firstSeen(store: Pick<Asked, 'query'>, { sql, values }: Condition): Promise<ReadonlyMap<number, number>> {
  const rows = await store.query(query(sql), values);
  return new Map(rows.map(({ n, bits }) => [Number(n), Number(bits)]));
}
