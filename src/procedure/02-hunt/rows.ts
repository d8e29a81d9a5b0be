import type { Found } from '../../kernel/index.ts';
import { type HuntedRegion, isByKey } from '../shared/hunt-result.ts';
import type { World } from './accounts.ts';
import type { Unread } from './lookup.ts';
import type { ScannedType } from './scan.ts';

const REFUSED = /AccessDenied|Unauthorized|NotAuthorized|UnrecognizedClient|OptInRequired|InvalidClientTokenId|AuthFailure/;

/** One row a region, and account: never silently clean. @param switched when regions were switched on or off, by name */
export function rowsOf(
  world: World,
  scanned: readonly ScannedType[],
  unread: readonly Unread[],
  found: readonly Found[],
  switched: ReadonlyMap<string, readonly string[]>,
  several: boolean,
): HuntedRegion[] {
  return world.known.map(({ region, enabled, why: doubt }): HuntedRegion => {
    const scans = scanned.filter((one) => one.region === region);
    const whyOf = (status: ScannedType['status']) => scans.flatMap((one) => (one.status === status ? [one.why ?? one.type] : []));
    const [denied, failed] = [whyOf('denied'), whyOf('failed')];
    const trail = [...new Set(unread.filter((one) => one.region === region).map((one) => one.why))];
    const why = [...(doubt ? [doubt] : []), ...failed, ...denied, ...trail].join('; ').slice(0, 1000);
    const trailDenied = trail.length > 0 && trail.every((one) => REFUSED.test(one));
    const status = !enabled
      ? 'not-enabled'
      : failed.length > 0 || (trail.length > 0 && !trailDenied)
        ? 'failed'
        : denied.length > 0 || trailDenied
          ? 'denied'
          : 'inspected';
    const mine = found.filter((one) => one.region === region && (!several || one.account === world.account));
    const times = switched.get(region);
    const absent = [...new Set(scans.flatMap((one) => (one.notOffered ? [one.type.split('::')[1]!] : [])))].sort();
    return {
      region,
      status,
      found: mine.length,
      byKey: mine.filter(isByKey).length,
      ...(why ? { why } : {}),
      ...(times ? { switched: times } : {}),
      ...(absent.length > 0 ? { notOffered: absent } : {}),
      ...(several ? { account: world.account } : {}),
      ...(region === world.globalRegion && enabled ? { global: true } : {}),
    };
  });
}
