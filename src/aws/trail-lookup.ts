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
/** Where one region stands. Plain JSON. */
interface RegionCursor {
  readonly next?: string;
  /** Oldest event that was given, whole seconds: where to begin again when `next` is not accepted any more. */
  readonly oldest?: string;
  readonly until: string;
  readonly done?: true;
}
export interface LookupCursor {
  readonly of: string;
  readonly since: string;
  readonly until: string;
  readonly regions: Readonly<Record<string, RegionCursor>>;
}
export interface LookupPage {
  readonly region: string;
  /** `CloudTrailEvent` of each, newest first: the record's own text. After a resumption some may come again. */
  readonly events: readonly string[];
  /** The answer's bytes in the case (perhaps inside a pack): `{"Events": [{"CloudTrailEvent": "..."}]}`. */
  readonly body: Stored | null;
  /** Of the answer's bytes. */
  readonly sha256: string;
  /** Where all regions stand once this page is dealt with. */
  readonly cursor: LookupCursor;
}
export interface LookupFailure {
  readonly region: string;
  readonly failed: { readonly code: string; readonly message: string };
  readonly cursor: LookupCursor;
}

/**
 * LookupEvents in every region at once, page by page, at the two requests a second that AWS allows in each. A region that fails is told
 * and stays in the cursor; the others go on. Newest first within a region; between regions as they come.
 * @throws AplombError OutOfReach for a window older than 90 days, OtherListing for a cursor of another question
 */
export async function* lookUpEvents(
  aws: Aws,
  question: LookupQuestion = {},
  options: { readonly cursor?: LookupCursor; readonly as?: string; readonly signal?: AbortSignal } = {},
): AsyncGenerator<LookupPage | LookupFailure> {
  const { cursor, as, signal } = options;
  const regions = question.regions ?? (await aws.regions()).filter((one) => one.optIn !== 'not-opted-in').map((one) => one.name);
  const of = JSON.stringify([question.since ?? null, question.until ?? null, question.attribute ?? null, question.regions ?? null, question.insight === true]);
  if (cursor && cursor.of !== of)
    throw new AplombError('OtherListing', 'These pages were begun for another window or selection.', {
      fix: 'Give the same ones to go on, or begin anew.',
      exit: EXIT.usage,
    });
  const now = aws.clock.now();
  // Events carry whole seconds.
  const since = cursor?.since ?? iso(Math.floor(Math.max(question.since ?? 0, now - LOOKUP_DAYS * 86_400_000) / 1000) * 1000);
  const until = cursor?.until ?? iso(question.until ?? now);
  if (since > until)
    throw new AplombError('OutOfReach', `CloudTrail's event history goes back ${LOOKUP_DAYS} days; this window ends before.`, {
      fix: 'Read the trail’s log files from its bucket.',
      exit: EXIT.usage,
    });
  const standing: Record<string, RegionCursor> = Object.create(null);
  for (const region of regions) standing[region] = (cursor && Object.hasOwn(cursor.regions, region) && cursor.regions[region]) || { until };
  const told = (): LookupCursor => ({ of, since, until, regions: { ...standing } });

  const page = async (
    region: string,
  ): Promise<(Omit<LookupPage, 'cursor'> & { after: RegionCursor }) | (Omit<LookupFailure, 'cursor'> & { after?: undefined })> => {
    const at = standing[region]!;
    const ask = (from: RegionCursor) => {
      const input: JsonObject = {
        StartTime: since,
        EndTime: from.until,
        MaxResults: 50,
        ...(question.attribute ? { LookupAttributes: [{ AttributeKey: question.attribute.name, AttributeValue: question.attribute.value }] } : {}),
        ...(question.insight ? { EventCategory: 'insight' } : {}),
        ...(from.next === undefined ? {} : { NextToken: from.next }),
      };
      const call = { ...(as === undefined ? {} : { as }), service: 'cloudtrail', operation: 'LookupEvents', region, input };
      return aws.send({ call, input, purpose: 'read', keep: true, phase: 'trail lookup', ...(signal ? { signal } : {}) });
    };
    try {
      let from = at;
      const answer = await ask(from).catch((error: unknown) => {
        // Tokens do not live for ever: begin again at the oldest event that was given.
        if (from.next === undefined || !isAwsFailure(error) || error.code !== 'InvalidNextToken') throw error;
        from = { until: at.oldest ?? at.until };
        return ask(from);
      });
      const { Events: events = [], NextToken: next } = answer.output as { Events?: JsonObject[]; NextToken?: string };
      const oldest = events.reduce<string | undefined>(
        (least, one) => (least === undefined || String(one.EventTime) < least ? String(one.EventTime) : least),
        from.oldest ?? at.oldest,
      );
      if (next !== undefined && next === from.next)
        throw new AplombError('EndlessPages', `cloudtrail:LookupEvents in ${region} repeats a page token; the list is not complete.`);
      return {
        region,
        events: events.map((one) => String(one.CloudTrailEvent ?? '')),
        body: answer.body,
        sha256: answer.sha256,
        after: { until: from.until, ...(oldest === undefined ? {} : { oldest }), ...(next ? { next } : { done: true as const }) },
      };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (!isAwsFailure(error)) throw error;
      return { region, failed: { code: error.code, message: error.message } };
    }
  };

  const flying = new Map<string, ReturnType<typeof page>>();
  const launch = (region: string): void => {
    const going = page(region);
    going.catch(() => {});
    flying.set(region, going);
  };
  for (const region of regions) if (!standing[region]!.done) launch(region);
  while (flying.size > 0) {
    const { after, ...got } = await Promise.race(flying.values());
    flying.delete(got.region);
    if ('failed' in got) {
      yield { ...got, cursor: told() };
      continue;
    }
    standing[got.region] = after!;
    const cursorNow = told();
    // Asked for already while this one is dealt with: a place in AWS's two a second is not left empty.
    if (!after!.done) launch(got.region);
    yield { ...got, cursor: cursorNow };
  }
}
const iso = (time: number): string => new Date(time).toISOString();
