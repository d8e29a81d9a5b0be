import type { LabContext } from '../../contract.ts';
import type { AclEntry, NetworkAcl } from './network-rows.ts';
import type { Vpc } from './rows.ts';
import { rowOf } from './tables.ts';

/** The last rules of every ACL, shown as an asterisk in the console: they cannot be changed. */
export const LAST_RULE = 32767;
export const LAST_IPV6_RULE = 32768;

/** A default ACL allows everything until somebody changes it; any other begins empty, so it denies. */
export const bornEntries = (row: Pick<NetworkAcl, 'isDefault'>, ipv6: boolean): AclEntry[] =>
  !row.isDefault
    ? []
    : [false, true].flatMap((egress) => [
        { number: 100, egress, protocol: '-1', allow: true, cidr4: '0.0.0.0/0' },
        ...(ipv6 ? [{ number: 101, egress, protocol: '-1', allow: true, cidr6: '::/0' }] : []),
      ]);
/** The rules of an ACL but the last ones. */
export const entriesOf = (row: NetworkAcl, ipv6: boolean): AclEntry[] => row.entries ?? bornEntries(row, ipv6);

export const hasIpv6 = (ctx: LabContext, vpcId: string): boolean => rowOf<Vpc>(ctx, 'vpcs', vpcId)?.ipv6 !== undefined;
