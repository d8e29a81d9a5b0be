import { passing } from './flows.ts';
import { groupTraffic, untracked } from './groups.ts';
import { type Path, type PathKind, pathsOf } from './paths.ts';
import { type Box, common, meet, minus, type Range, rangeOf, type Span, TCP, trafficName, UDP } from './space.ts';
import type { Interface, NetworkState } from './state.ts';

export type Protocol = 'tcp' | 'udp' | 'icmp' | 'other';
/** A kind of connection that may have existed when the instance was isolated, and that nothing on its way stops now. */
export interface Flow {
  readonly interface: string;
  readonly family: 4 | 6;
  /** Who opened it: in, the other side. */
  readonly direction: 'in' | 'out';
  readonly peer: PathKind;
  readonly name: string;
  readonly protocol: Protocol;
  readonly traffic: string;
  /** always: whatever the rules (NAT, transit gateway... and ICMP); by-rules: an open group in between makes it untracked; never: ends with its rule. */
  readonly tracked: 'always' | 'by-rules' | 'never';
  /** Seconds it lives on after the last packet; a connection in use has no end. null: EC2 documents none (ICMP). */
  readonly idle: number | null;
  /** The former rule that let it. */
  readonly by: string;
}

/** Seconds a tracked connection may idle (EC2 user guide, connection tracking timeouts). Nitro v6 types say 350 in DescribeInstanceTypes. */
const DEFAULTS = { tcp: 432_000, udpStream: 180, other: 600 } as const;
const PROTOCOLS: readonly (readonly [Protocol, Span])[] = [
  ['tcp', [TCP, TCP]],
  ['udp', [UDP, UDP]],
  ['icmp', [1, 1]],
  ['icmp', [58, 58]],
  ['other', [2, 5]],
  ['other', [7, 16]],
  ['other', [18, 57]],
  ['other', [59, 255]],
];

export function idleSeconds(state: Pick<NetworkState, 'typeTimeouts'>, one: Pick<Interface, 'timeouts'>, protocol: Protocol): number | null {
  if (protocol === 'tcp') return one.timeouts.tcp ?? state.typeTimeouts.tcp ?? DEFAULTS.tcp;
  if (protocol === 'udp') return one.timeouts.udpStream ?? state.typeTimeouts.udpStream ?? DEFAULTS.udpStream;
  return protocol === 'other' ? DEFAULTS.other : null;
}

/**
 * Which kinds of connections may live on after a change of groups: those the former groups let begin and that routes, addresses and ACLs
 * of now still carry. What the present groups say does not matter to them. Flows that were not tracked are listed as `never`.
 */
export function tracking(state: NetworkState): Flow[] {
  return state.interfaces.flatMap((one) => ([4, 6] as const).flatMap((family) => flowsOf(state, one, family)));
}

function flowsOf(state: NetworkState, one: Interface, family: 4 | 6): Flow[] {
  return pathsOf(state, one, family)
    .filter((path) => inhabited(state, path))
    .flatMap((path) =>
      ([false, true] as const).flatMap((egress) => {
        const { open } = passing(state, one, path, egress, groupTraffic(state, one.formerly, egress, family));
        const loose = path.alwaysTracked ? [] : untracked(state, one.formerly, egress, family);
        const found = new Map<string, Flow>();
        for (const { box, by } of open)
          for (const [protocol, proto] of PROTOCOLS) {
            const mine = meet(box, { ...box, proto });
            if (!mine) continue;
            const tied = minus([mine], loose);
            const add = (boxes: readonly Box[], tracked: Flow['tracked']): void => {
              const first = boxes[0];
              const key = `${protocol} ${tracked}`;
              if (!first || found.has(key)) return;
              found.set(key, {
                interface: one.id,
                family,
                direction: egress ? 'out' : 'in',
                peer: path.kind,
                name: path.name,
                protocol,
                traffic: trafficName(protocol === 'icmp' || protocol === 'other' ? { proto, port: [0, 65_535] } : first),
                tracked,
                idle: tracked === 'never' ? 0 : idleSeconds(state, one, protocol),
                by,
              });
            };
            add(tied, path.alwaysTracked || protocol === 'icmp' ? 'always' : 'by-rules');
            add(minus([mine], tied), 'never');
          }
        return [...found.values()];
      }),
    );
}

/** A connection within the VPC needs somebody to have it with. */
const inhabited = (state: NetworkState, path: Path): boolean =>
  (path.kind !== 'subnet' && path.kind !== 'vpc') ||
  state.missing.some((name) => name.startsWith('DescribeNetworkInterfaces')) ||
  state.neighbours.some(
    (other) => other.kind !== 'gateway' && other.addresses.some((address) => path.peers.some((peer) => common(peer, rangeOf(address) ?? NOBODY))),
  );
const NOBODY: Range = { family: 4, lo: 1n, hi: 0n };

/** Kinds that a change of groups leaves alive; those with several subnets of the VPC are one, without a name. */
export function surviving(flows: readonly Flow[]): Flow[] {
  const kinds = new Map<string, Flow>();
  for (const flow of flows.filter((one) => one.tracked !== 'never')) {
    const key = [flow.interface, flow.family, flow.direction, flow.peer, flow.peer === 'vpc' ? '' : flow.name, flow.protocol, flow.tracked].join('|');
    const before = kinds.get(key);
    kinds.set(key, before && before.name !== flow.name ? { ...before, name: '' } : (before ?? flow));
  }
  return [...kinds.values()];
}
