import type { World } from '../contract.ts';
import { next32, randomBytes } from './random.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** `n` characters of A-Z2-7. */
export const letters = (world: World, n: number): string => Array.from({ length: n }, () => BASE32[next32(world) >>> 27]).join('');

export const hex = (world: World, n: number): string =>
  randomBytes(world, Math.ceil(n / 2))
    .toString('hex')
    .slice(0, n);

/** A resource id as EC2 makes them: the prefix, a dash and 17 hexadecimal digits. */
export const resourceId = (world: World, prefix: string): string => `${prefix}-0${hex(world, 16)}`;

export function uuid(world: World): string {
  const bytes = randomBytes(world, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** IAM unique id (AIDA, AROA, AGPA, AIPA, ANPA, ...): 21 characters. IAM User Guide, "IAM identifiers". */
export const uniqueId = (world: World, prefix: string): string => prefix + letters(world, 17);

/**
 * An access key id of the account: 20 characters whose first 48 bits after the prefix hold the account number in the
 * middle 40, as current AWS keys do (published by A. Be'ery), so that the offline decode names the lab's account.
 */
export function accessKeyId(world: World, prefix: 'AKIA' | 'ASIA', account: string): string {
  for (;;) {
    const head = (1n << 47n) | (BigInt(account) << 7n) | BigInt(next32(world) >>> 25);
    const bits = (head << 32n) | BigInt(next32(world));
    let id = prefix as string;
    for (let shift = 75n; shift >= 0n; shift -= 5n) id += BASE32[Number((bits >> shift) & 31n)];
    if (!(id in world.keyIndex)) return id;
  }
}

/** A secret access key: 40 characters of the base64 alphabet. */
export const secretKey = (world: World): string => randomBytes(world, 30).toString('base64');

/** A session token: opaque, of a believable length. */
export const sessionToken = (world: World): string => `IQoJlab${randomBytes(world, 180).toString('base64')}`;
