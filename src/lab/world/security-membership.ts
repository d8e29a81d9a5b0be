import type { Account, World } from '../contract.ts';
import { letters } from './ids.ts';
import { worldNow } from './state.ts';

/** A membership of AWS Security Incident Response; bought in the console, so scenarios make it. */
export interface SecurityMembership {
  membershipId: string;
  name: string;
  region: string;
  activated: number;
}
export function addSecurityMembership(world: World, account: Account, options: { name?: string; region?: string } = {}): SecurityMembership {
  const row = {
    membershipId: `m-${letters(world, 26).toLowerCase()}`,
    name: options.name ?? 'Example',
    region: options.region ?? 'us-east-1',
    activated: worldNow(world),
  };
  account.tables.securityMembership = { row };
  return row;
}
