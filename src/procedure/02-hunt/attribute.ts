import type { Hunter } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { isByKey } from '../shared/hunt-result.ts';
import type { World } from './accounts.ts';
import { type Act, type ActIndex, indexActs, namesOf } from './acts.ts';
import { type Joined, join } from './join.ts';
import { lookupEach, type Unread, type Window } from './lookup.ts';
import type { Tree } from './tree.ts';

/**
 * Who made what the key did not make, and what only its name ties to the key: a thing that came to be in the same hours must be
 * explained, not ignored, and not blamed either. The events that create its type are read in its region only.
 */
export async function attribute(
  worlds: readonly World[],
  joined: readonly Joined[],
  hunters: ReadonlyMap<string, Hunter>,
  index: ActIndex,
  tree: Tree,
  window: Window,
): Promise<{ joined: Joined[]; unread: Unread[] }> {
  const open = ({ found, contested }: Joined) => contested || (!isByKey(found) && found.createdBy === undefined);
  const errands = new Map<string, { world: World; region: string; event: string }>();
  for (const one of joined.filter(open)) {
    const { found, contested } = one;
    // What is older than the window was made by nobody whose event could be read.
    if (!contested && (found.createdAt === null || found.createdAt < window.from)) continue;
    const hunter = hunters.get(found.type);
    const world = worlds.find(({ account }) => account === found.account) ?? worlds[0]!;
    const region = hunter?.scope === 'global' ? world.globalRegion : found.region;
    for (const event of hunter?.createdByEvents ?? []) errands.set(`${world.account} ${region} ${event}`, { world, region, event });
  }
  if (errands.size === 0) return { joined: [...joined], unread: [] };
  worlds[0]!.ctx.progress(text('CloudTrail: who made the other things of these hours', 'CloudTrail: quién creó las demás cosas de estas horas'));
  const credentials = new Set(tree.nodes.map((node) => node.credential));
  const names = new Set(joined.filter(open).flatMap(({ found }) => namesOf(found)));
  const acts: Act[] = [];
  const unread = await Promise.all(
    [...errands.values()].map(({ world, region, event }) =>
      lookupEach(world.ctx, [region], 'EventName', event, window, (page) => {
        for (const one of page.events) {
          const { accessKeyId } = one.identity;
          const ours = accessKeyId !== null && credentials.has(accessKeyId);
          // A busy account makes things by the thousand: only what names one of these is kept.
          if (!ours && one.values.some(([, value]) => names.has(value))) acts.push({ event: one, credential: null });
        }
      }),
    ),
  );
  const others = indexActs(acts);
  // Both sides' acts: the later making of a name counts.
  const both: ActIndex = { get: (key) => merged(index.get(key), others.get(key)) };
  return {
    joined: joined.map((one) => (open(one) ? { ...join(bare(one), hunters, both), contested: false } : one)),
    unread: unread.flat(),
  };
}
const merged = (one: readonly Act[] | undefined, other: readonly Act[] | undefined): readonly Act[] | undefined =>
  one && other ? [...one, ...other] : (one ?? other);

/** As the hunter gave it. */
function bare({ found }: Joined) {
  const { createdBy: _by, session: _session, event: _event, byKey: _key, ...rest } = found;
  return rest;
}
