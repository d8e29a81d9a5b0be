import { bothWays, type Decided, type Sorted, throughOther } from './acl.ts';
import type { Path, Shut } from './paths.ts';
import { byTcp, meet, rangeOf } from './space.ts';
import { aclOf, type Interface, type NetworkState } from './state.ts';

export interface Passing {
  /** Traffic that comes through, each piece with everything that lets it. */
  readonly open: readonly Decided[];
  /** What stops the rest: ACL entries, or why there is no way. Each once. */
  readonly stopped: readonly string[];
  readonly shut: Shut | null;
}

/**
 * What of the given traffic comes through on one way, as routes and ACLs are now. Security groups have been asked before.
 * @param offered what the groups let pass, `by` the rule
 */
export function passing(state: NetworkState, one: Interface, path: Path, egress: boolean, offered: readonly Decided[]): Passing {
  const shut = egress ? path.shutOut : path.shutIn;
  if (shut) return { open: [], stopped: [], shut };
  const stopped = new Set<string>();
  const mine = offered.flatMap((piece) =>
    path.peers.flatMap((peer) => meet(piece.box, { proto: [0, 255], port: [0, 65_535], peer }) ?? []).map((box) => ({ box, by: piece.by })),
  );
  if (path.inside) return { open: mine, stopped: [], shut: null };
  const hosts = one.addresses.flatMap((address) => rangeOf(address) ?? []);
  const open = mine
    .flatMap(({ box, by }) => byTcp(box).map((part) => ({ box: part, by })))
    .flatMap((piece) => {
      const own = bothWays(aclOf(state, one.subnetId), egress, piece.box);
      for (const denied of own.denied) stopped.add(denied.by);
      return own.allowed.flatMap((allowed) => {
        const other = beyond(state, path, egress, allowed, hosts);
        for (const denied of other.denied) stopped.add(denied.by);
        return other.allowed.map((last) => ({ box: last.box, by: [piece.by, allowed.by, last.by].filter(Boolean).join(', ') }));
      });
    });
  return { open, stopped: [...stopped].sort(), shut: null };
}

/** Through the ACL of the subnet on the way; where there are several (a load balancer's), any of them will do. */
function beyond(state: NetworkState, path: Path, egress: boolean, piece: Decided, hosts: Parameters<typeof throughOther>[3]): Sorted {
  if (path.through.length === 0) return { allowed: [{ box: piece.box, by: '' }], denied: [] };
  const each = path.through.map((subnetId) => throughOther(aclOf(state, subnetId), !egress, piece.box, hosts));
  const open = each.find((one) => one.allowed.length > 0);
  return { allowed: open?.allowed ?? [], denied: each.flatMap((one) => one.denied) };
}
