import { codeOf } from '../../engine/outcome.ts';
import type { ActionContext, Json } from '../../kernel/index.ts';
import { inShort, isAwsFailure, isSilence } from '../shared/reading.ts';
import { parseEvent, type TrailEvent } from './event.ts';

export interface Window {
  /** UTC. LookupEvents reaches back 90 days. */
  readonly from: string;
  readonly to: string;
}
export interface Unread {
  readonly of: string;
  readonly region: string;
  readonly why: string;
}
export interface Looked {
  readonly events: readonly TrailEvent[];
  readonly evidence: readonly string[];
  readonly unread: readonly Unread[];
}
export type Attribute = 'AccessKeyId' | 'Username' | 'EventName' | 'EventSource' | 'ResourceName' | 'ResourceType' | 'EventId' | 'ReadOnly';

/** Where a list goes on: with the token of the page before, or, once that token is dead, before the second it had come to. */
interface Cursor {
  readonly token: string | null;
  readonly end: string;
  /** The second of the oldest event so far, and the ids of all that were seen in it: asked again they come again. */
  readonly second: string;
  readonly ids: readonly string[];
  /** Something new came since the list was last begun anew. */
  readonly moved: boolean;
}
interface Page {
  readonly events: readonly TrailEvent[];
  readonly evidence: readonly string[];
  /** Records that could not be parsed, of all in the page. */
  readonly broken: number;
  readonly of: number;
  readonly next: Cursor | null;
}
interface Raw {
  readonly EventId?: string;
  readonly EventTime?: string;
  readonly CloudTrailEvent?: string;
}

/**
 * CloudTrail's event history of one region for one attribute, page by page, newest first; never more than a page is held.
 * Each page is read once for an observation: an interrupted one goes on inside the list, by the page's token while it lives,
 * else from the second it had reached. For that `window` must be the same, so it is best made once itself.
 * Source: CloudTrail API Reference, LookupEvents: 50 a page, 2 requests a second, EndTime inclusive.
 * @throws AwsFailure
 */
export async function* lookupPages(ctx: ActionContext, region: string, attribute: Attribute, value: string, window: Window): AsyncIterable<Looked> {
  let cursor: Cursor = { token: null, end: window.to, second: '', ids: [], moved: true };
  for (let number = 0; ; number++) {
    const at = cursor;
    const name = `lookup ${region} ${attribute} ${value} ${window.from} ${window.to} ${number}`;
    const page = (await ctx.once(name, async () => (await read(ctx, region, attribute, value, window, at)) as unknown as Json)) as unknown as Page;
    const unread = page.broken > 0 ? [{ of: value, region, why: `${page.broken} of ${page.of} records could not be parsed` }] : [];
    yield { events: page.events, evidence: page.of > 0 ? page.evidence : [], unread };
    if (page.next === null) return;
    cursor = page.next;
  }
}

async function read(ctx: ActionContext, region: string, attribute: Attribute, value: string, window: Window, cursor: Cursor): Promise<Page> {
  const ask = (end: string, token: string | null) =>
    ctx.read<{ Events?: Raw[]; NextToken?: string }>({
      service: 'cloudtrail',
      operation: 'LookupEvents',
      region,
      input: {
        LookupAttributes: [{ AttributeKey: attribute, AttributeValue: value }],
        StartTime: window.from,
        EndTime: end,
        MaxResults: 50,
        ...(token === null ? {} : { NextToken: token }),
      },
    });
  let { end, moved } = cursor;
  const answer = await ask(end, cursor.token).catch((error: unknown) => {
    // A token lives as long as AWS likes. Twice dead on the same second with nothing new between: there is no way on.
    if (cursor.token === null || !moved || !isAwsFailure(error) || !/NextToken/.test(codeOf(error))) throw error;
    end = cursor.second === '' ? end : cursor.second;
    moved = false;
    return ask(end, null);
  });
  const raw = answer.output.Events ?? [];
  const known = new Set(cursor.ids);
  const fresh = raw.filter((one) => one.EventId === undefined || !known.has(one.EventId));
  const events = fresh.flatMap((one) => parseEvent(one.CloudTrailEvent) ?? []);
  const second = raw.at(-1)?.EventTime ?? cursor.second;
  const here = raw.flatMap((one) => (one.EventTime === second && one.EventId !== undefined ? [one.EventId] : []));
  const { NextToken: token } = answer.output;
  return {
    events,
    evidence: answer.evidence,
    broken: fresh.length - events.length,
    of: fresh.length,
    next: token
      ? { token, end, second, ids: second === cursor.second ? [...new Set([...cursor.ids, ...here])] : here, moved: moved || fresh.length > 0 }
      : null,
  };
}

/**
 * The same for several regions at once, handed over page by page as they come; the next page of a region waits until `take` is done.
 * A region that does not answer, or answers what is no record, is in the answer; it never just looks empty.
 */
export async function lookupEach(
  ctx: ActionContext,
  regions: readonly string[],
  attribute: Attribute,
  value: string,
  window: Window,
  take: (page: Looked, region: string) => void | Promise<void>,
): Promise<Unread[]> {
  const unread = await Promise.all(
    regions.map(async (region): Promise<Unread[]> => {
      const missing: Unread[] = [];
      let taken = 0;
      const read = async (): Promise<void> => {
        let number = 0;
        for await (const page of lookupPages(ctx, region, attribute, value, window)) {
          // Asked a second time the pages before come again.
          if (number++ < taken) continue;
          taken += 1;
          missing.push(...page.unread);
          await take(page, region);
        }
      };
      try {
        await read().catch((error: unknown) => {
          if (!isSilence(error) || isDark(ctx, region)) throw error;
          return inTurn(ctx, region, read);
        });
      } catch (error) {
        if (!isAwsFailure(error)) throw error;
        missing.push({ of: value, region, why: `cloudtrail:LookupEvents: ${inShort(error)}` });
      }
      return missing;
    }),
  );
  return unread.flat();
}

/** Where an observation had no answer, and the one queue in which those places are asked a second time: one after another. */
const silences = new WeakMap<ActionContext, { readonly dark: Set<string>; last: Promise<unknown> }>();
const silencesOf = (ctx: ActionContext) => {
  const known = silences.get(ctx) ?? { dark: new Set<string>(), last: Promise.resolve() };
  silences.set(ctx, known);
  return known;
};
/** Silent a second time too: it is not asked a second time again, or a dark region would hold up every credential. */
const isDark = (ctx: ActionContext, region: string): boolean => silencesOf(ctx).dark.has(region);

/** @throws what the second pass ended with */
function inTurn(ctx: ActionContext, region: string, again: () => Promise<void>): Promise<void> {
  const place = silencesOf(ctx);
  const mine = place.last.then(async () => {
    try {
      await again();
    } catch (error) {
      if (isSilence(error)) place.dark.add(region);
      throw error;
    }
  });
  place.last = mine.catch(() => undefined);
  return mine;
}

/** All of it in one list, by region in the order given; for lists known to be short. */
export async function lookup(ctx: ActionContext, regions: readonly string[], attribute: Attribute, value: string, window: Window): Promise<Looked> {
  const pages = new Map<string, Looked[]>(regions.map((region) => [region, []]));
  const unread = await lookupEach(ctx, regions, attribute, value, window, (page, region) => void pages.get(region)?.push(page));
  const all = [...pages.values()].flat();
  return { events: all.flatMap((page) => page.events), evidence: all.flatMap((page) => page.evidence), unread };
}
