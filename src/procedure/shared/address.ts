import { BlockList, isIP } from 'node:net';
import { AplombError, EXIT } from '../../kernel/index.ts';

/** One address, in the spelling AWS gives back (IPv6: RFC 5952). `cidr` is its /32 or /128. */
export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
  readonly cidr: string;
}
/** undefined when the text is no address. */
export function parseAddress(text: string): Address | undefined {
  const family = isIP(text);
  if (family === 4) return { address: text, family, cidr: `${text}/32` };
  if (family !== 6 || text.includes('%')) return undefined;
  const address = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  return { address, family, cidr: `${address}/128` };
}
/** A network in CIDR form with no bits set behind the prefix, or undefined. */
export function parseNetwork(text: string): { cidr: string; family: 4 | 6; prefix: number } | undefined {
  const match = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text);
  const address = match && parseAddress(match[1]!);
  const prefix = Number(match?.[2]);
  if (!address || prefix > (address.family === 4 ? 32 : 128)) return undefined;
  return { cidr: `${address.address}/${prefix}`, family: address.family, prefix };
}

/** Ranges from which no responder on the internet can come (IANA special-purpose registries, RFC 6890, 6598, 4193). */
const ranges: readonly (readonly [string, string, number, 'ipv4' | 'ipv6'])[] = [
  ['"this network"', '0.0.0.0', 8, 'ipv4'],
  ['private', '10.0.0.0', 8, 'ipv4'],
  ['private', '172.16.0.0', 12, 'ipv4'],
  ['private', '192.168.0.0', 16, 'ipv4'],
  ['carrier-grade NAT (shared)', '100.64.0.0', 10, 'ipv4'],
  ['loopback', '127.0.0.0', 8, 'ipv4'],
  ['link-local', '169.254.0.0', 16, 'ipv4'],
  ['multicast', '224.0.0.0', 4, 'ipv4'],
  ['reserved', '240.0.0.0', 4, 'ipv4'],
  ['loopback', '::1', 128, 'ipv6'],
  ['unspecified', '::', 128, 'ipv6'],
  ['IPv4-mapped', '::ffff:0:0', 96, 'ipv6'],
  ['private (unique local)', 'fc00::', 7, 'ipv6'],
  ['link-local', 'fe80::', 10, 'ipv6'],
  ['multicast', 'ff00::', 8, 'ipv6'],
];
const lists = ranges.map(([name, network, prefix, family]) => {
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return { name, list, family };
});
/** Why the address is not a public one, or undefined when it is. */
export const specialRange = ({ address, family }: Address): string | undefined =>
  lists.find((range) => range.family === `ipv${family}` && range.list.check(address, range.family))?.name;

const refused = (given: string, why: string, fix: string) => new AplombError('UnsafeAddress', `${JSON.stringify(given)} ${why}`, { exit: EXIT.usage, fix });
/**
 * The one address a responder comes from: a public IPv4 or IPv6 address, with or without its /32 or /128.
 * @throws AplombError UnsafeAddress (exit 2)
 */
export function responderAddress(given: string): Address {
  const fix = 'Give the one public address you come from, or use a bastion (its security group or its address).';
  const [host = '', prefix, ...rest] = given.split('/');
  const address = parseAddress(host);
  if (!address || rest.length > 0) throw refused(given, 'is not an IP address.', fix);
  if (prefix !== undefined && prefix !== (address.family === 4 ? '32' : '128'))
    throw refused(given, 'is a network: anyone in it could reach the instance. Only one address is let in.', fix);
  const special = specialRange(address);
  if (special) throw refused(given, `is a ${special} address: nobody reaches AWS from it, or everybody behind it does.`, fix);
  return address;
}
/**
 * A bastion's address may be a private one, inside the VPC or a network joined to it.
 * @throws AplombError UnsafeAddress (exit 2)
 */
export function bastionAddress(given: string): Address {
  const [host = '', prefix] = given.split('/');
  const address = parseAddress(host);
  const special = address && specialRange(address);
  if (!address || (prefix !== undefined && prefix !== (address.family === 4 ? '32' : '128')) || (special && !special.startsWith('private')))
    throw refused(given, 'is not the address of a bastion.', "Give the bastion's security group (sg-...) or its one address.");
  return address;
}
