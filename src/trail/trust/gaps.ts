import { AplombError, EXIT, type Text } from '../../kernel/index.ts';
import type { TrailEvent } from '../event.ts';
import { type Blind, CHANGES, changesOf, type TrailChange } from './changes.ts';
import { gapSentences } from './gap-words.ts';
import { common, type Interval, joined, without } from './intervals.ts';
import type { Coverage } from './logs.ts';
import { logName } from './names.ts';
import { isoOf } from './words.ts';

/** What is needed of a store. */
export interface Asked {
  query(sql: string, values?: readonly (string | number | boolean | null)[]): Promise<Record<string, unknown>[]>;
  events(where: string, values?: readonly (string | number | boolean | null)[]): AsyncIterable<TrailEvent>;
}
/**
 * A stretch without an event. `quiet`: proved digests say that nothing was delivered, or all that was is at hand and proved. `lost`: proved digests name log files
 * that are not at hand or were altered. `blind`: logging was stopped, or the trail deleted. `unknown`: nothing says why.
 */
export interface Gap extends Interval {
  readonly why: 'quiet' | 'lost' | 'blind' | 'unknown';
  /** No log file was delivered either; undefined when the files' names do not tell when they were. */
  readonly noFile: boolean | undefined;
}
/** A log file that came long after what it holds, or before it. Times UTC milliseconds. */
export interface Late {
  readonly source: number;
  readonly file: string;
  readonly delivered: number;
  readonly oldest: number;
  readonly newest: number;
  /** `early`: it holds events of a time after its delivery, which cannot be. */
  readonly what: 'late' | 'early';
}
export interface Stretch {
  readonly account: string;
  readonly region: string;
  readonly events: number;
  readonly hoursWithEvents: number;
  readonly files: number;
  /** First and last event, UTC milliseconds; undefined when there is none. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** In order; hours without an event, neighbours made one, cut where their reason changes. */
  readonly gaps: readonly Gap[];
}
export interface GapReport {
  /** What the report is about: given, or from the first to the last event. */
  readonly window: Interval;
  readonly stretches: readonly Stretch[];
  /** Regions of an account of which there is neither an event nor a file nor a digest. */
  readonly uncovered: readonly { readonly account: string; readonly region: string }[];
  readonly changes: readonly TrailChange[];
  /** With the number of events at hand of that account (and region) and time: another trail saw them, or the interval is not what it seems. */
  readonly blind: readonly (Blind & { readonly seen: number })[];
  readonly late: readonly Late[];
  /** There were more; only the first were kept. */
  readonly more: { readonly late: number };
  /** Events whose time is no date: they are in no hour. */
  readonly undated: number;
  readonly sentences: readonly Text[];
}
export interface GapOptions {
  /** From `validateDigests`. */
  readonly coverage?: readonly Coverage[];
  /** The time that the case is about. */
  readonly window?: Interval;
  /** Regions that the accounts use; default: those that no account can switch off. */
  readonly regions?: readonly string[];
  /** Buckets of trails, where they are known. */
  readonly buckets?: readonly string[];
  /** Milliseconds within which CloudTrail delivers; default 30 minutes. What comes later is late. */
  readonly lateness?: number;
}
const HOUR = 3_600_000;
const MOST_LATE = 1000;
/** Enabled in every account of the partition `aws`. Source: "AWS Regions", AWS Account Management Reference Guide. */
export const DEFAULT_REGIONS: readonly string[] = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1'],
  ...['eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ...['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2'],
];
const ACCOUNT = `coalesce(recipientAccountId, accountId, '')`;
const placeOf = (account: string, region: string): string => `${account}|${region}`;

interface Seen {
  readonly account: string;
  readonly region: string;
  events: number;
  /** Hours with events. */
  hours: Interval[];
  first: number | undefined;
  last: number | undefined;
  files: number;
  delivered: Interval[];
}

async function seenIn(store: Asked, window: Interval | undefined): Promise<Map<string, Seen>> {
  const all = new Map<string, Seen>();
  const at = (account: string, region: string): Seen => {
    const key = placeOf(account, region);
    const known = all.get(key) ?? { account, region, events: 0, hours: [], first: undefined, last: undefined, files: 0, delivered: [] };
    all.set(key, known);
    return known;
  };
  const limits = window ? `AND time >= '${isoOf(window.from)}'::TIMESTAMP AND time < '${isoOf(window.until)}'::TIMESTAMP` : '';
  const rows = await store.query(
    `SELECT ${ACCOUNT} AS account, coalesce(awsRegion, '') AS region, epoch_ms(date_trunc('hour', time)) AS hour, count(*) AS events, epoch_ms(min(time)) AS first, epoch_ms(max(time)) AS last
     FROM events WHERE time IS NOT NULL ${limits} GROUP BY ALL ORDER BY hour`,
  );
  for (const row of rows) {
    const one = at(String(row.account), String(row.region));
    const [hour, first, last] = [Number(row.hour), Number(row.first), Number(row.last)];
    one.events += Number(row.events);
    one.hours.push({ from: hour, until: hour + HOUR });
    one.first = Math.min(one.first ?? first, first);
    one.last = Math.max(one.last ?? last, last);
  }
  for (const row of await store.query('SELECT file, account, region FROM sources')) {
    const name = logName(String(row.file));
    const [account, region] = [name?.account ?? row.account, name?.region ?? row.region];
    if (typeof account !== 'string' || typeof region !== 'string') continue;
    const one = at(account, region);
    one.files++;
    if (name) one.delivered.push({ from: name.delivered, until: name.delivered + 1 });
  }
  return all;
}

/** Times of events for which digests say something: deliveries of a stretch hold what happened until a while before its end. */
function told(coverage: readonly Coverage[], lateness: number): { readonly quiet: Interval[]; readonly lost: Interval[] } {
  const proven = coverage.filter((one) => one.proven);
  // Each trail for itself: another one may record something else.
  const trails = new Map<string, Coverage[]>();
  for (const one of proven)
    if (one.complete)
      trails
        .set(one.trail, trails.get(one.trail) ?? [])
        .get(one.trail)!
        .push(one);
  return {
    quiet: joined([...trails.values()].flatMap((list) => joined(list, 1000).map((one) => ({ from: one.from, until: one.until - lateness })))),
    // What is missing may hold events from a while before the hour of its digest.
    lost: joined(proven.filter((one) => !one.complete).map((one) => ({ from: one.from - lateness, until: one.until }))),
  };
}

function gapsIn(seen: Seen, window: Interval, coverage: readonly Coverage[], blind: readonly Interval[], lateness: number): Gap[] {
  const empty = without([window], joined(seen.hours));
  const { quiet, lost } = told(coverage, lateness);
  const gaps: Gap[] = [];
  const put = (list: readonly Interval[], why: Gap['why']): void => {
    for (const one of list) gaps.push({ ...one, why, noFile: undefined });
  };
  let rest = empty;
  // Digests before the calls: a trail that is off writes none, so where one stands some trail was on.
  for (const [why, list] of [
    ['lost', lost],
    ['quiet', quiet],
    ['blind', blind],
  ] as const) {
    put(common(rest, list), why);
    rest = without(rest, list);
  }
  put(rest, 'unknown');
  gaps.sort((a, b) => a.from - b.from);
  if (seen.delivered.length === 0) return gaps;
  const came = joined(seen.delivered);
  return gaps.map((gap) => ({ ...gap, noFile: common([gap], came).length === 0 }));
}

async function lateIn(store: Asked, lateness: number): Promise<{ late: Late[]; more: number }> {
  const rows = await store.query(
    `SELECT s.source AS source, s.file AS file, epoch_ms(e.oldest) AS oldest, epoch_ms(e.newest) AS newest
     FROM sources s JOIN (SELECT source, min(time) AS oldest, max(time) AS newest FROM events WHERE time IS NOT NULL GROUP BY source) e ON e.source = s.source ORDER BY s.file`,
  );
  const late: Late[] = [];
  let more = 0;
  for (const row of rows) {
    const delivered = logName(String(row.file))?.delivered;
    const [oldest, newest] = [Number(row.oldest), Number(row.newest)];
    if (delivered === undefined) continue;
    // Names hold the minute, and clocks differ a little.
    const what = newest > delivered + 5 * 60_000 ? 'early' : oldest < delivered - lateness ? 'late' : undefined;
    if (!what) continue;
    if (late.length < MOST_LATE) late.push({ source: Number(row.source), file: String(row.file), delivered, oldest, newest, what });
    else more++;
  }
  return { late, more };
}

/** Whole hours from the first event to the last. */
function spanOf(all: Iterable<Seen>): Interval {
  let [from, until] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { hours } of all)
    for (const hour of hours) {
      from = Math.min(from, hour.from);
      until = Math.max(until, hour.until);
    }
  return until > from ? { from, until } : { from: 0, until: 0 };
}

/** Is this stretch of an account and region one that the interval is about? */
const concerns = (blind: Blind, account: string, region: string): boolean =>
  blind.account === account && (blind.regions === 'all-others' ? blind.region !== region : blind.regions === 'home' ? blind.region === region : true);

async function seenDuring(store: Asked, one: Blind, window: Interval): Promise<number> {
  const here = one.regions === 'all-others' ? 'AND awsRegion != ?' : one.regions === 'home' ? 'AND awsRegion = ?' : '';
  const values = [one.account, isoOf(one.from), isoOf(one.until ?? window.until), ...(here ? [one.region] : [])];
  let n = 0;
  const numbered = `${ACCOUNT} = ? AND time > ?::TIMESTAMP AND time < ?::TIMESTAMP ${here}`.replace(/\?/g, () => `$${++n}`);
  return Number((await store.query(`SELECT count(*) AS events FROM events WHERE ${numbered}`, values))[0]?.events ?? 0);
}

/**
 * Where the trail has holes, by account and region: hours without an event and why, times when logging was off or saw less, regions that were never recorded,
 * log files that came late.
 * @throws AplombError `BadWindow`
 */
export async function gapsOf(store: Asked, options: GapOptions = {}): Promise<GapReport> {
  const { coverage = [], lateness = 30 * 60_000, regions = DEFAULT_REGIONS } = options;
  if (options.window && !(options.window.until > options.window.from))
    throw new AplombError('BadWindow', 'The time to report on ends before it begins.', { exit: EXIT.usage });
  const seen = await seenIn(store, options.window);
  const shown = options.window ?? spanOf(seen.values());
  const { changes, blind } = await changesOf(store.events(CHANGES), options.buckets);
  for (const { account, region } of coverage) {
    const key = placeOf(account, region);
    if (!seen.has(key)) seen.set(key, { account, region, events: 0, hours: [], first: undefined, last: undefined, files: 0, delivered: [] });
  }
  const dark = blind.filter(({ degree }) => degree === 'blind');
  const byPlace = new Map<string, Coverage[]>();
  for (const one of coverage) {
    const list = byPlace.get(placeOf(one.account, one.region));
    if (list) list.push(one);
    else byPlace.set(placeOf(one.account, one.region), [one]);
  }
  const stretches = [...seen.values()]
    .sort((a, b) => (placeOf(a.account, a.region) < placeOf(b.account, b.region) ? -1 : 1))
    .map((one): Stretch => {
      const here = joined(dark.filter((each) => concerns(each, one.account, one.region)).map(({ from, until }) => ({ from, until: until ?? shown.until })));
      const gaps = shown.until > shown.from ? gapsIn(one, shown, byPlace.get(placeOf(one.account, one.region)) ?? [], here, lateness) : [];
      return {
        account: one.account,
        region: one.region,
        events: one.events,
        hoursWithEvents: one.hours.length,
        files: one.files,
        first: one.first,
        last: one.last,
        gaps,
      };
    });
  // Names of files may say an account that no event in them has.
  const known = stretches.filter(({ account, region, events }) => /^\d{12}$/.test(account) && (events > 0 || byPlace.has(placeOf(account, region))));
  const accounts = [...new Set(known.map(({ account }) => account))];
  const uncovered = accounts.flatMap((account) => regions.filter((region) => !seen.has(placeOf(account, region))).map((region) => ({ account, region })));
  const withSeen = [];
  for (const one of blind) withSeen.push({ ...one, seen: await seenDuring(store, one, shown) });
  const { late, more } = await lateIn(store, lateness);
  const undated = Number((await store.query('SELECT count(*) AS events FROM events WHERE time IS NULL'))[0]?.events ?? 0);
  const report = { window: shown, stretches, uncovered, changes, blind: withSeen, late, more: { late: more }, undated };
  return { ...report, sentences: gapSentences(report) };
}
