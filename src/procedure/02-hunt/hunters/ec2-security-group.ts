import type { Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { ec2Found, present } from '../hunting/found.ts';

interface Rule {
  IpProtocol?: string;
  FromPort?: number;
  ToPort?: number;
  IpRanges?: { CidrIp?: string }[];
  Ipv6Ranges?: { CidrIpv6?: string }[];
  UserIdGroupPairs?: { UserId?: string }[];
}
interface Group {
  GroupId?: string;
  GroupName?: string;
  Description?: string;
  VpcId?: string;
  IpPermissions?: Rule[];
}
const toAll = (rule: Rule): boolean =>
  (rule.IpRanges ?? []).some((range) => /\/0$/.test(range.CidrIp ?? '')) || (rule.Ipv6Ranges ?? []).some((range) => /\/0$/.test(range.CidrIpv6 ?? ''));
const ports = (rule: Rule): string =>
  rule.IpProtocol === '-1'
    ? 'all'
    : rule.FromPort === rule.ToPort
      ? `${oneLine(rule.IpProtocol, 10)}/${rule.FromPort ?? 'all'}`
      : `${oneLine(rule.IpProtocol, 10)}/${rule.FromPort}-${rule.ToPort}`;
/** The web's ports stand open in every company; a ping tells nothing. */
const usual = (rule: Rule): boolean =>
  /^icmp/.test(rule.IpProtocol ?? '') || (rule.IpProtocol === 'tcp' && rule.FromPort === rule.ToPort && (rule.FromPort === 80 || rule.FromPort === 443));

/**
 * Groups that say who may reach what: an opened one is the door left ajar. AWS keeps no creation time for a group: only CloudTrail
 * tells when one was made or opened.
 */
export const hunter: Hunter = {
  type: 'AWS::EC2::SecurityGroup',
  scope: 'regional',
  title: text('Security groups', 'Grupos de seguridad'),
  permissions: ['ec2:DescribeSecurityGroups'],
  createdByEvents: ['CreateSecurityGroup'],
  changedByEvents: [
    'AuthorizeSecurityGroupIngress',
    'AuthorizeSecurityGroupEgress',
    'RevokeSecurityGroupIngress',
    'RevokeSecurityGroupEgress',
    'ModifySecurityGroupRules',
    'AssociateSecurityGroupVpc',
    'DeleteSecurityGroup',
  ],
  names: ['groupId', 'groupName'],
  async *scan(ctx, region) {
    for await (const one of listed<Group>(ctx, 'ec2', region, 'DescribeSecurityGroups', 'SecurityGroups', { MaxResults: 1000 })) {
      if (one.GroupId === undefined) continue;
      const rules = one.IpPermissions ?? [];
      const open = rules.filter(toAll);
      const odd = [...new Set(open.filter((rule) => !usual(rule)).map(ports))].slice(0, 20).join(', ');
      const foreign = [...new Set(rules.flatMap((rule) => (rule.UserIdGroupPairs ?? []).flatMap((pair) => pair.UserId ?? [])))].filter(
        (account) => account !== ctx.facts.account,
      );
      const reasons: Reason[] = odd === '' ? [] : [{ code: 'public', text: text(`open to the whole internet: ${odd}`, `abierto a toda Internet: ${odd}`) }];
      yield ec2Found(ctx, 'AWS::EC2::SecurityGroup', 'security-group', region, one.GroupId, {
        createdAt: null,
        alive: true,
        detail: present({
          name: oneLine(one.GroupName),
          description: oneLine(one.Description),
          vpc: one.VpcId,
          openToInternet: [...new Set(open.map(ports))].slice(0, 20).join(', '),
          letsInAccounts: foreign.slice(0, 20).join(', '),
        }),
        reasons,
      });
    }
  },
};
