import type { Decided } from './acl.ts';
import { ANY_PORT, type Box, everywhere, protocolSpan, type Range, rangeOf, type Span } from './space.ts';
import type { GroupRule, NetworkState } from './state.ts';

const ICMP: ReadonlySet<string> = new Set(['icmp', 'icmpv6', '1', '58']);
const ANYWHERE = { 4: '0.0.0.0/0', 6: '::/0' } as const;

function portsOf(rule: GroupRule): Span {
  const from = rule.FromPort ?? -1;
  if (from < 0 || rule.IpProtocol === '-1') return ANY_PORT;
  return [from, ICMP.has(rule.IpProtocol ?? '') ? from : (rule.ToPort ?? from)];
}
/** Who a rule is about. What cannot be read, or is in another VPC, counts as anybody. */
function peersOf(state: NetworkState, rule: GroupRule, family: 4 | 6): Range[] {
  const cidrs = (list: readonly string[]): Range[] => list.flatMap((cidr) => rangeOf(cidr) ?? []).filter((range) => range.family === family);
  if (rule.CidrIpv4 !== undefined || rule.CidrIpv6 !== undefined) return cidrs([rule.CidrIpv4 ?? [], rule.CidrIpv6 ?? []].flat());
  if (rule.PrefixListId !== undefined) {
    const entries = state.prefixLists[rule.PrefixListId];
    return entries ? cidrs(entries) : [everywhere(family)];
  }
  const reference = rule.ReferencedGroupInfo;
  if (reference?.VpcPeeringConnectionId) return [everywhere(family)];
  return cidrs(state.neighbours.filter((one) => one.groups.includes(reference?.GroupId ?? '')).flatMap((one) => one.addresses));
}
export const ruleWords = (rule: GroupRule): string => {
  const reference = rule.ReferencedGroupInfo?.GroupId;
  return `${rule.SecurityGroupRuleId ?? rule.IpProtocol ?? '?'} (${rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? reference ?? '?'})`;
};

/** What the rules of several groups together let pass in one direction; each piece with the rule that lets it. */
export function groupTraffic(state: NetworkState, groups: readonly string[], egress: boolean, family: 4 | 6): Decided[] {
  return groups.flatMap((id) => {
    const rules = state.rules[id];
    if (!rules) return [{ box: { proto: [0, 255], port: ANY_PORT, peer: everywhere(family) }, by: `${id} (unread)` } as const];
    return rules
      .filter((rule) => rule.IsEgress === egress)
      .flatMap((rule) =>
        peersOf(state, rule, family).map(
          (peer): Decided => ({ box: { proto: protocolSpan(rule.IpProtocol), port: portsOf(rule), peer }, by: ruleWords(rule) }),
        ),
      );
  });
}

/**
 * TCP and UDP that is not tracked: a rule lets it pass from anywhere, and a rule of the other direction lets everything of that kind pass
 * to anywhere on any port (EC2 user guide, untracked connections). ICMP and other protocols are always tracked.
 */
export function untracked(state: NetworkState, groups: readonly string[], egress: boolean, family: 4 | 6): Box[] {
  const wide = (direction: boolean): GroupRule[] =>
    groups
      .flatMap((id) => state.rules[id] ?? [])
      .filter((rule) => rule.IsEgress === direction && (family === 4 ? rule.CidrIpv4 : rule.CidrIpv6) === ANYWHERE[family]);
  return [6, 17].flatMap((number) => {
    const answers = wide(!egress).some((rule) => {
      const proto = protocolSpan(rule.IpProtocol);
      const [from, to] = portsOf(rule);
      return proto[0] <= number && number <= proto[1] && from === 0 && to === 65_535;
    });
    if (!answers) return [];
    return wide(egress).flatMap((rule) => {
      const proto = protocolSpan(rule.IpProtocol);
      return proto[0] <= number && number <= proto[1] ? [{ proto: [number, number] as const, port: portsOf(rule), peer: everywhere(family) }] : [];
    });
  });
}
