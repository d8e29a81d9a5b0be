import { type ActionContext, AplombError, EXIT, type Json, type Test } from '../../kernel/index.ts';
import { bastionAddress, parseNetwork, responderAddress } from '../shared/address.ts';
import { listOption, portNumber, textOption } from '../shared/options.ts';

/** One TCP rule of the isolation group. Exactly one of `cidr`, `group`, `prefixList` is given. */
export interface Rule {
  readonly cidr?: string;
  readonly group?: string;
  readonly prefixList?: string;
  readonly port: number;
}
export interface WantedRules {
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}
/** As DescribeSecurityGroupRules gives it. */
export interface GroupRule {
  readonly SecurityGroupRuleId?: string;
  readonly IsEgress?: boolean;
  readonly IpProtocol?: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly CidrIpv4?: string;
  readonly CidrIpv6?: string;
  readonly PrefixListId?: string;
  readonly ReferencedGroupInfo?: { readonly GroupId?: string; readonly VpcPeeringConnectionId?: string };
}

const GROUP = /^sg-([0-9a-f]{8}|[0-9a-f]{17})$/;
const PREFIX_LIST = /^pl-[0-9a-f]{8,17}$/;

/**
 * Who may reach the instance and what it may still reach, from the options `fromIp`, `bastion`, `port`, `allowEgress`.
 * @param port the port when none is given: 22, or 3389 for Windows.
 * @throws AplombError UnsafeAddress, UnsafeEgress, InvalidPort (exit 2)
 * @example wantedRules({ options: { fromIp: '198.51.100.7' } }, 22)
 */
export function wantedRules(ctx: Pick<ActionContext, 'options'>, port: number): WantedRules {
  const given = textOption(ctx, 'port');
  const at = given === undefined ? port : portNumber(given);
  const bastion = listOption(ctx, 'bastion').map((name) => (GROUP.test(name) ? { group: name, port: at } : { cidr: bastionAddress(name).cidr, port: at }));
  const responder = listOption(ctx, 'fromIp').map((name) => ({ cidr: responderAddress(name).cidr, port: at }));
  return { ingress: unique([...responder, ...bastion]), egress: unique(listOption(ctx, 'allowEgress').map(egressRule)) };
}
/** Whether any option says what the rules shall be; without one an earlier isolation's rules stay. */
export const saysRules = ({ options }: Pick<ActionContext, 'options'>): boolean =>
  ['fromIp', 'bastion', 'port', 'allowEgress'].some((name) => options[name] !== undefined && options[name] !== null);

const key = (rule: Rule): string => `${rule.cidr ?? rule.group ?? rule.prefixList}:${rule.port}`;
const unique = (rules: readonly Rule[]): Rule[] => [...new Map(rules.map((rule) => [key(rule), rule])).values()];

/** `CIDR:port`, `sg-...:port` or `pl-...[:port]` (443 when none is given). Never everything. */
function egressRule(given: string): Rule {
  const match = /^(.+?)(?::(\d+))?$/.exec(given.startsWith('pl-') || given.startsWith('sg-') ? given : given.replace(/^(.*\/\d+)$/, '$1:443'));
  const [, to = '', port = '443'] = match ?? [];
  if (PREFIX_LIST.test(to)) return { prefixList: to, port: portNumber(port) };
  if (GROUP.test(to)) return { group: to, port: portNumber(port) };
  const network = parseNetwork(to);
  if (!network || network.prefix === 0)
    throw new AplombError('UnsafeEgress', `${JSON.stringify(given)} is not an exception that can be made: it is no network, or it is all of the internet.`, {
      exit: EXIT.usage,
      fix: 'Name one network and port (198.51.100.0/24:443), a security group (sg-...:443) or a prefix list (pl-...).',
    });
  return { cidr: network.cidr, port: portNumber(port) };
}

/** The same rule as a member of IpPermissions. */
export function permission(rule: Rule): Json {
  const range: Json = rule.group
    ? { UserIdGroupPairs: [{ GroupId: rule.group }] }
    : rule.prefixList
      ? { PrefixListIds: [{ PrefixListId: rule.prefixList }] }
      : rule.cidr!.includes(':')
        ? { Ipv6Ranges: [{ CidrIpv6: rule.cidr! }] }
        : { IpRanges: [{ CidrIp: rule.cidr! }] };
  return { IpProtocol: 'tcp', FromPort: rule.port, ToPort: rule.port, ...(range as object) };
}
/** Tests that single out this rule among the rules of its group. */
export const ruleTests = (rule: Rule, egress: boolean): Test[] => [
  { path: 'IsEgress', is: egress },
  { path: 'IpProtocol', is: 'tcp' },
  { path: 'FromPort', is: rule.port },
  { path: 'ToPort', is: rule.port },
  rule.group
    ? { path: 'ReferencedGroupInfo.GroupId', is: rule.group }
    : rule.prefixList
      ? { path: 'PrefixListId', is: rule.prefixList }
      : { path: rule.cidr!.includes(':') ? 'CidrIpv6' : 'CidrIpv4', is: rule.cidr! },
];
export const isRule = (seen: GroupRule, rule: Rule): boolean =>
  seen.IpProtocol === 'tcp' &&
  seen.FromPort === rule.port &&
  seen.ToPort === rule.port &&
  (rule.group
    ? seen.ReferencedGroupInfo?.GroupId === rule.group
    : rule.prefixList
      ? seen.PrefixListId === rule.prefixList
      : (seen.CidrIpv4 ?? seen.CidrIpv6) === rule.cidr);
export const ruleName = (rule: Rule): string => `${rule.cidr ?? rule.group ?? rule.prefixList} tcp/${rule.port}`;

export interface Difference {
  readonly missing: readonly Rule[];
  /** Rule ids that must go. */
  readonly surplus: readonly string[];
  /** Rule ids that stay. */
  readonly kept: readonly string[];
}
/** What must change so that one direction of a group has exactly the wanted rules. */
export function difference(seen: readonly GroupRule[], wanted: readonly Rule[], egress: boolean): Difference {
  const mine = seen.filter((rule) => rule.IsEgress === egress);
  const ids = (rules: readonly GroupRule[]) => rules.flatMap((rule) => rule.SecurityGroupRuleId ?? []);
  return {
    missing: wanted.filter((rule) => !mine.some((other) => isRule(other, rule))),
    surplus: ids(mine.filter((other) => !wanted.some((rule) => isRule(other, rule)))),
    kept: ids(mine.filter((other) => wanted.some((rule) => isRule(other, rule)))),
  };
}
