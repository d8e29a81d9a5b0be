import type { ActionContext, Found, Hunter } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { isByKey } from '../shared/hunt-result.ts';
import { type Act, indexActs, join } from './join.ts';
import { lookup, type Unread, type Window } from './lookup.ts';
import type { Tree } from './tree.ts';

/**
 * Who made what the key did not make: a thing that came to be in the same hours must be explained, not ignored. The
 * events that create its type are read in its region only.
 */
export async function attribute(
  ctx: ActionContext,
  found: readonly Found[],
  hunters: ReadonlyMap<string, Hunter>,
  globalRegion: string,
  tree: Tree,
  window: Window,
): Promise<{ found: Found[]; unread: Unread[] }> {
  const unexplained = (one: Found) => !isByKey(one) && one.createdBy === undefined;
  const errands = new Map<string, { region: string; event: string }>();
  for (const one of found.filter(unexplained)) {
    const hunter = hunters.get(one.type);
    const region = hunter?.scope === 'global' ? globalRegion : one.region;
    for (const event of hunter?.createdByEvents ?? []) errands.set(`${region} ${event}`, { region, event });
  }
  if (errands.size === 0) return { found: [...found], unread: [] };
  ctx.progress(text('CloudTrail: who made the other things of these hours', 'CloudTrail: quién creó las demás cosas de estas horas'));
  const looked = await Promise.all([...errands.values()].map(({ region, event }) => lookup(ctx, [region], 'EventName', event, window)));
  const credentials = new Set(tree.nodes.map((node) => node.credential));
  const acts = looked
    .flatMap((one) => one.events)
    .map(
      (event): Act => ({
        event,
        credential: event.identity.accessKeyId !== null && credentials.has(event.identity.accessKeyId) ? event.identity.accessKeyId : null,
      }),
    );
  const index = indexActs(acts);
  return { found: found.map((one) => (unexplained(one) ? join(one, hunters, index).found : one)), unread: looked.flatMap((one) => one.unread) };
}
