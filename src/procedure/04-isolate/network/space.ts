/** Addresses, ports and protocols as boxes of integers: what a rule permits, and what is left when another takes a part away, is exact. */

/** Addresses from `lo` to `hi`, both included. */
export interface Range {
  readonly family: 4 | 6;
  readonly lo: bigint;
  readonly hi: bigint;
}
/** Both ends included. */
export type Span = readonly [number, number];
/** Traffic with a set of peers. `port` is the destination port; for ICMP it is the type. Protocols by IANA number. */
export interface Box {
  readonly proto: Span;
  readonly port: Span;
  readonly peer: Range;
}

export const ANY_PORT: Span = [0, 65_535];
export const ANY_PROTOCOL: Span = [0, 255];
export const TCP = 6;
export const UDP = 17;
/** Ports that answers go to: the widest range in use (NAT gateways and Windows; Linux uses a part of it). */
export const EPHEMERAL: Span = [1024, 65_535];
const NUMBERS: Readonly<Record<string, number>> = { icmp: 1, tcp: TCP, udp: UDP, icmpv6: 58 };
/** Name or number as security groups and ACLs give it; `-1` is every protocol. */
export function protocolSpan(name: string | undefined): Span {
  const number = NUMBERS[name ?? '-1'] ?? Number(name ?? -1);
  return Number.isInteger(number) && number >= 0 && number <= 255 ? [number, number] : ANY_PROTOCOL;
}

const BITS = { 4: 32, 6: 128 } as const;
export const everywhere = (family: 4 | 6): Range => ({ family, lo: 0n, hi: (1n << BigInt(BITS[family])) - 1n });

/** An address or a network in CIDR form; undefined when the text is neither. Bits behind the prefix are ignored, as EC2 does. */
export function rangeOf(cidr: string): Range | undefined {
  const [address = '', prefix] = cidr.split('/');
  const family = address.includes(':') ? 6 : 4;
  const value = family === 4 ? parse4(address) : parse6(address);
  const length = prefix === undefined ? BITS[family] : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (value === undefined || length < 0 || length > BITS[family]) return undefined;
  const host = BigInt(BITS[family] - length);
  const lo = (value >> host) << host;
  return { family, lo, hi: lo + (1n << host) - 1n };
}
function parse4(address: string): bigint | undefined {
  const parts = address.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  return parts.length === 4 && parts.every((part) => part < 256) ? parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) : undefined;
}
function parse6(address: string): bigint | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (dotted) {
    const four = parse4(dotted[2]!);
    return four === undefined ? undefined : parse6(`${dotted[1]}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`);
  }
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) ? groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n) : undefined;
}

/** What both have, or null. */
export function common(a: Range, b: Range): Range | null {
  if (a.family !== b.family) return null;
  const lo = a.lo > b.lo ? a.lo : b.lo;
  const hi = a.hi < b.hi ? a.hi : b.hi;
  return lo <= hi ? { family: a.family, lo, hi } : null;
}
/** What is in `from` and in none of `taken`. */
export function without(from: readonly Range[], taken: readonly Range[]): Range[] {
  return taken.reduce<Range[]>(
    (left, gone) =>
      left.flatMap((range) => {
        const hit = common(range, gone);
        if (!hit) return [range];
        return [...(range.lo < hit.lo ? [{ ...range, hi: hit.lo - 1n }] : []), ...(range.hi > hit.hi ? [{ ...range, lo: hit.hi + 1n }] : [])];
      }),
    [...from],
  );
}

const overlap = (a: Span, b: Span): Span | null => (a[0] <= b[1] && b[0] <= a[1] ? [Math.max(a[0], b[0]), Math.min(a[1], b[1])] : null);
const cut = (span: Span, hit: Span): Span[] => [
  ...(span[0] < hit[0] ? [[span[0], hit[0] - 1] as const] : []),
  ...(span[1] > hit[1] ? [[hit[1] + 1, span[1]] as const] : []),
];

/** What both boxes have, or null. */
export function meet(a: Box, b: Box): Box | null {
  const proto = overlap(a.proto, b.proto);
  const port = overlap(a.port, b.port);
  const peer = common(a.peer, b.peer);
  return proto && port && peer ? { proto, port, peer } : null;
}
/** What is in one of `from` and in none of `taken`, as boxes that do not overlap where the given ones did not. */
export function minus(from: readonly Box[], taken: readonly Box[]): Box[] {
  return taken.reduce<Box[]>(
    (left, gone) =>
      left.flatMap((box) => {
        const hit = meet(box, gone);
        if (!hit) return [box];
        return [
          ...cut(box.proto, hit.proto).map((proto) => ({ ...box, proto })),
          ...cut(box.port, hit.port).map((port) => ({ ...box, proto: hit.proto, port })),
          ...without([box.peer], [hit.peer]).map((peer) => ({ proto: hit.proto, port: hit.port, peer })),
        ];
      }),
    [...from],
  );
}
/** The same traffic in boxes that are TCP alone, or have no TCP: only TCP needs the way back to exist. */
export const byTcp = (box: Box): Box[] =>
  (
    [
      [0, TCP - 1],
      [TCP, TCP],
      [TCP + 1, 255],
    ] as const
  ).flatMap((part) => {
    const proto = overlap(box.proto, part);
    return proto ? [{ ...box, proto }] : [];
  });

const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6' };
/** @example trafficName(box) // 'tcp 22', 'all', 'udp 1024-65535' */
export function trafficName({ proto, port }: Pick<Box, 'proto' | 'port'>): string {
  const [from, to] = proto;
  const name = from === 0 && to === 255 ? 'all' : from === to ? (PROTOCOLS[from] ?? `protocol ${from}`) : `protocols ${from}-${to}`;
  const whole = port[0] === 0 && port[1] === 65_535;
  return whole ? name : `${name} ${port[0] === port[1] ? port[0] : `${port[0]}-${port[1]}`}`;
}
