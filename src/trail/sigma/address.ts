import { isIP } from 'node:net';

/** An address as bits: 32 for version 4 (also inside ::ffff:0:0/96), 128 for version 6. Undefined for anything else, such as 06.1.2.3. */
function bitsOf(address: string): { readonly size: 32 | 128; readonly value: bigint } | undefined {
  if (address.length > 64) return undefined;
  const version = isIP(address);
  if (version === 4) return { size: 32, value: four(address) };
  if (version !== 6 || address.includes('%')) return undefined;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const tail = dotted ? four(dotted[2]!) : 0n;
  const hex = dotted ? `${dotted[1]}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}` : address;
  const [left = '', right] = hex.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [head, rear] = [groups(left), groups(right ?? '')];
  const middle = right === undefined ? 0 : 8 - head.length - rear.length;
  const all = [...head, ...Array<string>(Math.max(0, middle)).fill('0'), ...rear];
  const value = all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
  return value >> 32n === 0xffffn ? { size: 32, value: value & 0xffffffffn } : { size: 128, value };
}
const four = (address: string): bigint => address.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);

/** A test for `10.0.0.0/8`, `2001:db8::/32` or a bare address; undefined when it is none. */
export function networkTest(cidr: string): ((address: string) => boolean) | undefined {
  const match = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(cidr.trim());
  const base = match ? bitsOf(match[1]!) : undefined;
  if (!match || !base) return undefined;
  const written = match[1]!.includes(':') ? 128 : 32;
  const prefix = match[2] === undefined ? base.size : Number(match[2]) - (written - base.size);
  if (prefix < 0 || prefix > base.size) return undefined;
  const shift = BigInt(base.size - prefix);
  const network = base.value >> shift;
  return (address) => {
    const bits = bitsOf(address);
    return bits !== undefined && bits.size === base.size && bits.value >> shift === network;
  };
}
