import { ANY_PORT, type Box, EPHEMERAL, everywhere, meet, minus, protocolSpan, type Range, rangeOf, TCP } from './space.ts';
import type { Acl, AclEntry } from './state.ts';

/** A piece of traffic and what decided about it: `acl-... entry 100 egress`. */
export interface Decided {
  readonly box: Box;
  readonly by: string;
}
export interface Sorted {
  readonly allowed: readonly Decided[];
  readonly denied: readonly Decided[];
}
const ICMP: ReadonlySet<string> = new Set(['1', '58', 'icmp', 'icmpv6']);

/** The peers of an entry are the source of what comes in and the destination of what goes out: never the host behind the ACL. */
export function entryBox(entry: AclEntry): Box | null {
  const peer = rangeOf(entry.cidr);
  if (!peer) return null;
  const proto = protocolSpan(entry.protocol);
  const from = entry.from ?? -1;
  const port = from < 0 || entry.protocol === '-1' ? ANY_PORT : ([from, ICMP.has(entry.protocol) ? from : (entry.to ?? from)] as const);
  return { proto, port, peer };
}

/**
 * What an ACL lets pass in one direction and what it stops. The lowest number that fits decides (VPC user guide, network ACLs); what
 * fits none is denied. Without an ACL (it could not be read) everything passes.
 */
export function throughAcl(acl: Acl | undefined, egress: boolean, box: Box): Sorted {
  if (!acl) return { allowed: [{ box, by: '' }], denied: [] };
  const entries = acl.entries.filter((entry) => entry.egress === egress).sort((a, b) => a.number - b.number);
  const sorted = { allowed: [] as Decided[], denied: [] as Decided[] };
  let left: Box[] = [box];
  for (const entry of entries) {
    const its = entryBox(entry);
    if (!its) continue;
    for (const part of left) {
      const hit = meet(part, its);
      if (hit) (entry.allow ? sorted.allowed : sorted.denied).push({ box: hit, by: entryName(acl, entry) });
    }
    left = minus(left, [its]);
    if (left.length === 0) break;
  }
  sorted.denied.push(...left.map((part) => ({ box: part, by: `${acl.id} entry * ${egress ? 'egress' : 'ingress'}` })));
  return sorted;
}
const entryName = (acl: Acl, entry: AclEntry): string =>
  `${acl.id} entry ${entry.number >= 32_767 ? '*' : entry.number} ${entry.egress ? 'egress' : 'ingress'}`;

/** As `throughAcl`, and for TCP also the way back: an ACL keeps no state, so a connection needs both. */
export function bothWays(acl: Acl | undefined, egress: boolean, box: Box): Sorted {
  const there = throughAcl(acl, egress, box);
  if (!acl || box.proto[0] !== TCP || box.proto[1] !== TCP) return there;
  const allowed: Decided[] = [];
  const denied: Decided[] = [...there.denied];
  for (const piece of there.allowed) {
    const back = throughAcl(acl, !egress, { proto: [TCP, TCP], port: EPHEMERAL, peer: piece.box.peer });
    const open: Decided[] = back.allowed.map((one) => ({ box: { ...piece.box, peer: one.box.peer }, by: `${piece.by}, ${one.by}` }));
    allowed.push(...distinct(open));
    if (open.length === 0) denied.push(...back.denied.map((one) => ({ box: { ...piece.box, peer: one.box.peer }, by: one.by })));
  }
  return { allowed, denied };
}
/** Several entries may let the same peers answer on different ports: one is enough. */
function distinct(open: readonly Decided[]): Decided[] {
  const taken: Box[] = [];
  return open.flatMap((one) => {
    const left = minus([one.box], taken);
    taken.push(one.box);
    return left.map((box) => ({ ...one, box }));
  });
}

/**
 * The ACL of another subnet on the way (that of a NAT gateway, a neighbour, an endpoint) sees the host as the peer.
 * @param hosts addresses of the host
 */
export function throughOther(acl: Acl | undefined, egress: boolean, box: Box, hosts: readonly Range[]): Sorted {
  if (!acl) return { allowed: [{ box, by: '' }], denied: [] };
  const each = hosts.filter((host) => host.family === box.peer.family).map((host) => bothWays(acl, egress, { ...box, peer: host }));
  const back = (pieces: readonly Decided[]): Decided[] => pieces.map((one) => ({ box: { ...one.box, peer: box.peer }, by: one.by }));
  return { allowed: distinct(back(each.flatMap((one) => one.allowed))), denied: back(each.flatMap((one) => one.denied)) };
}
export const everything = (family: 4 | 6): Box => ({ proto: [0, 255], port: ANY_PORT, peer: everywhere(family) });
