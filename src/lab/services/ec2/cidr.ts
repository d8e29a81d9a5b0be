import { isIPv4, isIPv6 } from 'node:net';
import { LabError } from '../../contract.ts';

/** An address as a number. IPv6 may be in any of its written forms. */
export function toNumber(ip: string): bigint {
  if (isIPv4(ip)) return ip.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = '', tail] = ip.split('::');
  const parts = (text: string) => (text ? text.split(':') : []);
  const groups = tail === undefined ? parts(head) : [...parts(head), ...Array(8 - parts(head).length - parts(tail).length).fill('0'), ...parts(tail)];
  return groups.reduce((sum, part) => sum * 65536n + BigInt(`0x${part || '0'}`), 0n);
}
export const v4 = (value: bigint): string => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
/** The short written form (RFC 5952): lower case, the longest run of zero groups as `::`. */
export function v6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - index * 16)) & 0xffffn).toString(16));
  const runs = [...groups.join(':').matchAll(/(?:^|:)(0(?::0)+)(?=:|$)/g)].map((match) => match[1]!).sort((a, b) => b.length - a.length);
  return runs[0] ? groups.join(':').replace(new RegExp(`(^|:)${runs[0]}(:|$)`), '::') : groups.join(':');
}

export interface Range {
  version: 4 | 6;
  first: bigint;
  bits: number;
  /** Canonical: host bits cleared, as EC2 stores it. */
  text: string;
}
/** Reads a CIDR block of one family. */
export function cidr(text: string, version: 4 | 6): Range {
  const [ip = '', length, extra] = text.split('/');
  const width = version === 4 ? 32 : 128;
  const bits = Number(length);
  if (!(version === 4 ? isIPv4(ip) : isIPv6(ip) && !ip.includes('.')) || !/^\d{1,3}$/.test(length ?? '') || bits > width || extra !== undefined)
    throw new LabError('InvalidParameterValue', `CIDR block ${text} is malformed`);
  const host = BigInt(width - bits);
  const first = (toNumber(ip) >> host) << host;
  return { version, first, bits, text: `${version === 4 ? v4(first) : v6(first)}/${bits}` };
}
export const contains = (outer: Range, inner: Range): boolean =>
  outer.version === inner.version &&
  outer.bits <= inner.bits &&
  inner.first >> BigInt((outer.version === 4 ? 32 : 128) - outer.bits) === outer.first >> BigInt((outer.version === 4 ? 32 : 128) - outer.bits);
