import type { Lead } from '../shared/hunt-result.ts';
import { oneLine } from '../shared/names.ts';
import type { World } from './accounts.ts';
import { named, plainName } from './event.ts';
import { lookup, type Unread, type Window } from './lookup.ts';

/** Changes to the account itself and to its organisation. */
export interface AccountEvents {
  /** When regions were switched on or off within the window, by name: what ran there may have been out of sight. */
  readonly switched: ReadonlyMap<string, readonly string[]>;
  readonly leads: readonly Lead[];
  readonly unread: readonly Unread[];
}
const MOST = 200;

/** Read once, in the region where the account service and Organizations leave their events. */
export async function accountEvents(world: World, window: Window): Promise<AccountEvents> {
  if (!world.regions.includes(world.globalRegion)) return { switched: new Map(), leads: [], unread: [] };
  const looked = await Promise.all(
    ['account.amazonaws.com', 'organizations.amazonaws.com'].map((source) => lookup(world.ctx, [world.globalRegion], 'EventSource', source, window)),
  );
  const switched = new Map<string, string[]>();
  const leads: Lead[] = [];
  for (const event of looked.flatMap((one) => one.events)) {
    if (!event.changes || event.error !== null) continue;
    const region = /^(Enable|Disable)Region$/.test(event.name) ? named(event, 'regionName', false)[0] : undefined;
    if (region) switched.set(region, [...(switched.get(region) ?? []), event.time].sort());
    if (leads.length < MOST)
      leads.push({
        what: 'account-event',
        time: event.time,
        region: event.region,
        by: event.identity.accessKeyId,
        subject: oneLine(`${event.identity.arn || event.identity.type || 'unknown'}${region ? `: ${region}` : ''}`, 200),
        event: oneLine(`${event.source.replace(/\.amazonaws\.com$/, '')}:${plainName(event)}`, 120),
      });
  }
  return { switched, leads, unread: looked.flatMap((one) => one.unread) };
}
