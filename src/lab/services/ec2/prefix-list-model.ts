import { createHash } from 'node:crypto';
import type { LabContext } from '../../contract.ts';
import { v6 } from './cidr.ts';
import { rowOf, rowsOf } from './tables.ts';

/** Lists of addresses that rules and routes name. AWS's own follow from the Region; customers' own are rows. */
export interface PrefixList {
  id: string;
  name: string;
  family: 'IPv4' | 'IPv6';
  /** 'AWS' or the account. */
  owner: string;
  maxEntries?: number;
  version?: number;
  entries: { cidr: string; description?: string }[];
}

const SERVICES = ['s3', 'dynamodb'] as const;
const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The lists AWS keeps in every Region, with addresses that are nobody's (RFC 2544, RFC 3849). Only the IPv4 ones serve gateway endpoints. */
export function awsPrefixLists(region: string): PrefixList[] {
  const list = (name: string, family: PrefixList['family']): PrefixList => {
    const full = `com.amazonaws.${region}${family === 'IPv6' ? '.ipv6' : ''}.${name}`;
    const digest = hash(full);
    const block = (index: number): string =>
      family === 'IPv4' ? `198.19.${(digest[index]! & 0xfc).toString()}.0/22` : `${v6((0x20010db8n << 96n) | (BigInt(0xff00 | digest[index]!) << 80n))}/48`;
    const cidrs = [...new Set([block(4), block(5)])];
    return { id: `pl-${digest.toString('hex').slice(0, 8)}`, name: full, family, owner: 'AWS', entries: cidrs.map((cidr) => ({ cidr })) };
  };
  return SERVICES.flatMap((name) => [list(name, 'IPv4'), list(name, 'IPv6')]);
}
export const findPrefixList = (ctx: LabContext, id: string): PrefixList | undefined =>
  awsPrefixLists(ctx.region.name).find((list) => list.id === id) ?? rowOf<PrefixList>(ctx, 'prefixLists', id);
export const prefixLists = (ctx: LabContext): PrefixList[] => [...awsPrefixLists(ctx.region.name), ...rowsOf<PrefixList>(ctx, 'prefixLists')];
