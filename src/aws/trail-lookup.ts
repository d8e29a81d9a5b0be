import { AplombError, EXIT, type JsonObject, type Stored } from '../kernel/index.ts';
import { isAwsFailure } from './errors.ts';
import type { Aws } from './types.ts';

export const LOOKUP_DAYS = 90;
export const LOOKUP_ATTRIBUTES = ['AccessKeyId', 'EventId', 'EventName', 'EventSource', 'ReadOnly', 'ResourceName', 'ResourceType', 'Username'] as const;
export interface LookupQuestion {
  /** Epoch milliseconds, inclusive. What is older than 90 days is not to be had. Default: 90 days. */
  readonly since?: number;
  /** Default: now, the same for all pages. */
  readonly until?: number;
  /** Exactly one, or none. */
  readonly attribute?: { readonly name: (typeof LOOKUP_ATTRIBUTES)[number]; readonly value: string };
  /** Default: all that are enabled. */
  readonly regions?: readonly string[];
  /** Insights instead of management events. */
  readonly insight?: boolean;
}
/** Whole seconds from first to last, both included, epoch milliseconds: events carry no finer time. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}
export interface LookupPage {
  readonly region: string;
  /** `CloudTrailEvent` of each, newest first: the record's own text. After a resumption those of one second may come again. */
  readonly events: readonly string[];
  /** The answer's bytes in the case (perhaps inside a pack): `{"Events": [{"CloudTrailEvent": "..."}]}`. */
  readonly body: Stored | null;
  /** Of the answer's bytes. */
  readonly sha256: string;
  /** Of which all events were given, with this page: need not be asked for again. Null: nothing more than before. */
  readonly covers: Stretch | null;
}
export interface LookupFailure {
  readonly region: string;
  readonly failed: { readonly code: string; readonly message: string };
}

const SECOND = 1000;
/** An event is shown a quarter of an hour after it happened, or sooner: what is younger than twice that may still grow. */
const LATE = 30 * 60_000;

/** Of one region, newest first: what was asked, and what of it is left. */
interface Piece {
  readonly from: number;
  until: number;
  /** Seconds up to here were whole when they were asked for. */
  settled?: number;
  /** The oldest event that was given. */
  oldest?: number;
  /** One came that is newer than those before: then only the whole piece can be told to be covered. */
  disordered?: true;
  next?: string;
}

/**
 * LookupEvents in every region at once, page by page, at the two requests a second that AWS allows in each. A region that fails is told,
 * and the others go on. Newest first within a region; between regions as they come.
 * @param options `covered`: stretches of a region that need not be asked for
 * @throws AplombError OutOfReach for a window older than 90 days, EndlessPages
 */
export async function* lookUpEvents(
  aws: Aws,
  question: LookupQuestion = {},
  options: { readonly covered?: (region: string) => readonly Stretch[]; readonly as?: string; readonly signal?: AbortSignal } = {},
): AsyncGenerator<LookupPage | LookupFailure> {
  const { covered = () => [], as, signal } = options;
  const regions = question.regions ?? (await aws.regions()).filter((one) => one.optIn !== 'not-opted-in').map((one) => one.name);
  const now = aws.clock.now();
  const since = whole(Math.max(question.since ?? 0, now - LOOKUP_DAYS * 86_400_000));
  const until = whole(question.until ?? now);
  if (since > until)
    throw new AplombError('OutOfReach', `CloudTrail's event history goes back ${LOOKUP_DAYS} days; this window ends before.`, {
      fix: 'Read the trail’s log files from its bucket.',
      exit: EXIT.usage,
    });
  const left = new Map<string, Piece[]>();
  for (const region of new Set(regions))
    left.set(
      region,
      without({ from: since, until }, covered(region)).map((one) => ({ ...one })),
    );

  const page = async (region: string): Promise<LookupPage | LookupFailure> => {
    const pieces = left.get(region)!;
    const piece = pieces.at(-1)!;
    const ask = () => {
      const input: JsonObject = {
        StartTime: iso(piece.from),
        EndTime: iso(piece.until),
        MaxResults: 50,
        ...(question.attribute ? { LookupAttributes: [{ AttributeKey: question.attribute.name, AttributeValue: question.attribute.value }] } : {}),
        ...(question.insight ? { EventCategory: 'insight' } : {}),
        ...(piece.next === undefined ? {} : { NextToken: piece.next }),
      };
      piece.settled ??= whole(aws.clock.now() - LATE);
      const call = { ...(as === undefined ? {} : { as }), service: 'cloudtrail', operation: 'LookupEvents', region, input };
      return aws.send({ call, input, purpose: 'read', keep: true, phase: 'trail lookup', ...(signal ? { signal } : {}) });
    };
    try {
      const answer = await ask().catch((error: unknown) => {
        // Tokens do not live for ever: begin again at the oldest event that was given.
        if (piece.next === undefined || !isAwsFailure(error) || error.code !== 'InvalidNextToken') throw error;
        delete piece.next;
        piece.until = piece.oldest ?? piece.until;
        return ask();
      });
      const { Events: events = [], NextToken: next } = answer.output as { Events?: JsonObject[]; NextToken?: string };
      if (next !== undefined && next !== '' && next === piece.next)
        throw new AplombError('EndlessPages', `cloudtrail:LookupEvents in ${region} repeats a page token; the list is not complete.`);
      const top = piece.oldest ?? piece.until;
      const times = events.map((one) => whole(Date.parse(String(one.EventTime)))).filter((time) => !Number.isNaN(time));
      if (times.some((time) => time > top)) piece.disordered = true;
      piece.oldest = Math.min(top, ...times);
      // The seconds above the oldest event are whole; of its own second more may be on the next page.
      const from = next ? Math.max(piece.oldest + SECOND, piece.from) : piece.from;
      const covers = piece.disordered && next ? null : { from, until: Math.min(piece.disordered ? piece.until : top, piece.settled!) };
      if (next) piece.next = next;
      else pieces.pop();
      return {
        region,
        events: events.map((one) => String(one.CloudTrailEvent ?? '')),
        body: answer.body,
        sha256: answer.sha256,
        covers: covers && covers.from <= covers.until ? covers : null,
      };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (!isAwsFailure(error)) throw error;
      left.set(region, []);
      return { region, failed: { code: error.code, message: error.message } };
    }
  };
  const flying = new Map<string, ReturnType<typeof page>>();
  const launch = (region: string): void => {
    if (left.get(region)!.length === 0) return;
    const going = page(region);
    going.catch(() => {});
    flying.set(region, going);
  };
  for (const region of left.keys()) launch(region);
  while (flying.size > 0) {
    const got = await Promise.race(flying.values());
    flying.delete(got.region);
    // Asked for already while this one is dealt with: a place in AWS's two a second is not left empty.
    launch(got.region);
    yield got;
  }
}
const iso = (time: number): string => new Date(time).toISOString();
const whole = (time: number): number => Math.floor(time / SECOND) * SECOND;

/** Stretches in order, those that touch or overlap as one. */
export function joined(stretches: readonly Stretch[]): Stretch[] {
  const all: { from: number; until: number }[] = [];
  for (const { from, until } of stretches.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last && from <= last.until + SECOND) last.until = Math.max(last.until, until);
    else all.push({ from, until });
  }
  return all;
}
/** What of a window is left, oldest first. */
export function without(window: Stretch, covered: readonly Stretch[]): Stretch[] {
  const left: Stretch[] = [];
  let from = window.from;
  for (const one of joined(covered)) {
    if (one.until < from) continue;
    if (one.from > window.until) break;
    if (one.from > from) left.push({ from, until: one.from - SECOND });
    from = one.until + SECOND;
  }
  return from <= window.until ? [...left, { from, until: window.until }] : left;
}
