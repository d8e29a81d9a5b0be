import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { ec2Found, listed, present } from './describe.ts';

interface Group {
  GroupId?: string;
  GroupName?: string;
  VpcId?: string;
  IpPermissions?: { IpProtocol?: string; FromPort?: number; ToPort?: number; IpRanges?: { CidrIp?: string }[]; Ipv6Ranges?: { CidrIpv6?: string }[] }[];
}
/** Ports that anybody on the internet may reach. */
const openTo = (group: Group): string =>
  (group.IpPermissions ?? [])
    .filter((rule) => rule.IpRanges?.some((range) => range.CidrIp === '0.0.0.0/0') || rule.Ipv6Ranges?.some((range) => range.CidrIpv6 === '::/0'))
    .map((rule) =>
      rule.IpProtocol === '-1'
        ? 'all'
        : rule.FromPort === rule.ToPort
          ? `${rule.IpProtocol}/${rule.FromPort}`
          : `${rule.IpProtocol}/${rule.FromPort}-${rule.ToPort}`,
    )
    .join(', ');

/** AWS keeps no creation time for a group: only CloudTrail tells when one was made or opened. */
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
  ],
  names: ['groupId', 'groupName'],
  async *scan(ctx, region) {
    for await (const one of listed<Group>(ctx, 'ec2', region, 'DescribeSecurityGroups', 'SecurityGroups', { MaxResults: 1000 })) {
      if (one.GroupId === undefined) continue;
      yield ec2Found(ctx, 'AWS::EC2::SecurityGroup', 'security-group', region, one.GroupId, {
        createdAt: null,
        alive: true,
        detail: present({ name: oneLine(one.GroupName), vpc: one.VpcId, openToInternet: openTo(one) }),
      });
    }
  },
};
