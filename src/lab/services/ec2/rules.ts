import type { LabContext } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { cidr } from './cidr.ts';
import type { Rule, SecurityGroup } from './rows.ts';
import { notFound, rowsOf, wellFormed } from './tables.ts';

/** IpPermissions (grouped, as the older calls speak) to single rules and back. */

const PROTOCOLS: Record<string, string> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6', all: '-1' };
export type NewRule = Omit<Rule, 'id' | 'groupId' | 'egress'>;
export interface IpPermission {
  IpProtocol?: string;
  FromPort?: number;
  ToPort?: number;
  IpRanges?: { CidrIp?: string; Description?: string }[];
  Ipv6Ranges?: { CidrIpv6?: string; Description?: string }[];
  PrefixListIds?: { PrefixListId?: string; Description?: string }[];
  UserIdGroupPairs?: { GroupId?: string; GroupName?: string; UserId?: string; VpcId?: string; Description?: string }[];
}

/** Ports as EC2 stores them. TCP and UDP must name them, ICMP says type and code, other protocols have none. */
function ports(protocol: string, from: number | undefined, to: number | undefined): { from: number; to: number } {
  if (protocol === 'tcp' || protocol === 'udp') {
    if (from === undefined || to === undefined)
      throw new LabError('InvalidParameterValue', "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
    if (from === -1 && to === -1) return { from: 0, to: 65535 };
    if (from < 0 || to > 65535 || from > to) throw new LabError('InvalidParameterValue', `Invalid TCP/UDP port range (${from}:${to})`);
    return { from, to };
  }
  return protocol === 'icmp' || protocol === 'icmpv6' ? { from: from ?? -1, to: to ?? -1 } : { from: -1, to: -1 };
}

/** One rule per peer. */
export function expand(ctx: LabContext, group: SecurityGroup, permission: IpPermission): NewRule[] {
  const given = permission.IpProtocol?.toLowerCase();
  if (!given) throw new LabError('MissingParameter', 'The request must contain the parameter ipProtocol');
  const protocol = PROTOCOLS[given] ?? given;
  if (!/^(tcp|udp|icmp|icmpv6|-1)$/.test(protocol) && !(/^\d{1,3}$/.test(protocol) && Number(protocol) <= 255))
    throw new LabError('InvalidParameterValue', `Invalid value '${permission.IpProtocol}' for IP protocol. Unknown protocol.`);
  const shape = { protocol, ...ports(protocol, permission.FromPort, permission.ToPort) };
  return [
    ...(permission.IpRanges ?? []).map((range) => ({ ...shape, cidr4: cidr(range.CidrIp ?? '', 4).text, description: range.Description })),
    ...(permission.Ipv6Ranges ?? []).map((range) => ({ ...shape, cidr6: cidr(range.CidrIpv6 ?? '', 6).text, description: range.Description })),
    ...(permission.PrefixListIds ?? []).map((list) => ({ ...shape, prefixListId: list.PrefixListId ?? '', description: list.Description })),
    ...(permission.UserIdGroupPairs ?? []).map((pair) => ({ ...shape, peer: peer(ctx, group, pair), description: pair.Description })),
  ];
}
function peer(ctx: LabContext, group: SecurityGroup, pair: NonNullable<IpPermission['UserIdGroupPairs']>[number]): NonNullable<Rule['peer']> {
  const userId = pair.UserId ?? ctx.account.id;
  if (pair.GroupId !== undefined) wellFormed('securityGroups', [pair.GroupId]);
  if (userId !== ctx.account.id) return { groupId: pair.GroupId ?? '', userId, vpcId: pair.VpcId };
  const other = rowsOf<SecurityGroup>(ctx, 'securityGroups').find((row) =>
    pair.GroupId !== undefined ? row.id === pair.GroupId : row.name === pair.GroupName && row.vpcId === group.vpcId,
  );
  if (!other) throw notFound('securityGroups', [pair.GroupId ?? pair.GroupName ?? '']);
  return { groupId: other.id, userId };
}

/** Two rules are the same rule when everything but id and description agrees. */
export const sameRule = (a: NewRule, b: NewRule): boolean =>
  a.protocol === b.protocol &&
  a.from === b.from &&
  a.to === b.to &&
  a.cidr4 === b.cidr4 &&
  a.cidr6 === b.cidr6 &&
  a.prefixListId === b.prefixListId &&
  a.peer?.groupId === b.peer?.groupId &&
  a.peer?.userId === b.peer?.userId;

export const peerText = (rule: NewRule): string => rule.cidr4 ?? rule.cidr6 ?? rule.prefixListId ?? rule.peer?.groupId ?? '';

/** The grouped form: rules of one protocol and port range together. */
export function grouped(rules: readonly NewRule[]): IpPermission[] {
  const groups = new Map<string, NewRule[]>();
  for (const rule of rules) {
    const key = `${rule.protocol} ${rule.from} ${rule.to}`;
    groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  return [...groups.values()].map((list) => {
    const { protocol, from, to } = list[0]!;
    return {
      IpProtocol: protocol,
      ...(/^(tcp|udp|icmp|icmpv6)$/.test(protocol) ? { FromPort: from, ToPort: to } : {}),
      IpRanges: list.filter((rule) => rule.cidr4 !== undefined).map((rule) => ({ CidrIp: rule.cidr4, Description: rule.description })),
      Ipv6Ranges: list.filter((rule) => rule.cidr6 !== undefined).map((rule) => ({ CidrIpv6: rule.cidr6, Description: rule.description })),
      PrefixListIds: list.filter((rule) => rule.prefixListId !== undefined).map((rule) => ({ PrefixListId: rule.prefixListId, Description: rule.description })),
      UserIdGroupPairs: list
        .filter((rule) => rule.peer)
        .map((rule) => ({ GroupId: rule.peer!.groupId, UserId: rule.peer!.userId, VpcId: rule.peer!.vpcId, Description: rule.description })),
    };
  });
}
export const rulesOf = (ctx: LabContext, groupId: string): Rule[] => rowsOf<Rule>(ctx, 'securityGroupRules').filter((rule) => rule.groupId === groupId);
