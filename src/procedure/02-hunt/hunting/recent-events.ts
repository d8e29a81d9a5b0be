import type { ActionContext } from '../../../kernel/index.ts';
import type { TrailEvent } from '../event.ts';
import { lookupPages } from '../lookup.ts';

const REACH = 90 * 86_400_000 - 60_000;

/**
 * Successful events of one name in one region since a time, newest first: for what leaves no trace but its event. One of the two
 * requests a second that CloudTrail allows a region goes into each page; ask only where there is reason to. @throws AwsFailure
 */
export async function* recentEvents(ctx: ActionContext, region: string, name: string, since: string): AsyncIterable<TrailEvent> {
  const window = await ctx.once(`window ${region} ${name}`, async () => {
    const to = ctx.now();
    return { from: new Date(Math.max(Date.parse(since), to - REACH)).toISOString(), to: new Date(to).toISOString() };
  });
  for await (const page of lookupPages(ctx, region, 'EventName', name, window)) yield* page.events.filter((event) => event.error === null);
}
