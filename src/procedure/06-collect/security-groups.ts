import { type Collector, text } from '../../kernel/index.ts';
import { take, takeEach } from '../shared/collected.ts';
import { ec2, filter, targetOf } from '../shared/ec2.ts';

/** The groups as they stood before isolation, with every rule and everyone that refers to them: needed to understand the break-in, and to go back. */
export const collector: Collector = {
  id: 'security-groups',
  step: 6,
  title: text('The security groups and their rules', 'Los grupos de seguridad y sus reglas'),
  permissions: [
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSecurityGroupRules',
    'ec2:DescribeSecurityGroupReferences',
    'ec2:DescribeSecurityGroupVpcAssociations',
  ],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const { item, output } = await take<{ NetworkInterfaces?: { Groups?: { GroupId?: string }[] }[] }>(
      ctx,
      'security-group-membership',
      ec2(region, 'DescribeNetworkInterfaces', { Filters: [filter('attachment.instance-id', instanceId)], IncludeManagedResources: true }),
      { all: true },
    );
    yield item;
    const ids = [...new Set((output?.NetworkInterfaces ?? []).flatMap((one) => (one.Groups ?? []).flatMap((group) => group.GroupId ?? [])))];
    if (ids.length === 0) return;
    yield* takeEach(ctx, [
      ['security-groups', ec2(region, 'DescribeSecurityGroups', { GroupIds: ids })],
      ['security-group-rules', ec2(region, 'DescribeSecurityGroupRules', { Filters: [filter('group-id', ...ids)] }), { all: true }],
      // Rules of other groups of the VPC that let ours in; DescribeSecurityGroupReferences knows only those of other VPCs.
      ['security-group-references-inside', ec2(region, 'DescribeSecurityGroups', { Filters: [filter('ip-permission.group-id', ...ids)] }), { all: true }],
      ['security-group-references', ec2(region, 'DescribeSecurityGroupReferences', { GroupId: ids })],
      ['security-group-vpcs', ec2(region, 'DescribeSecurityGroupVpcAssociations', { Filters: [filter('group-id', ...ids)] }), { all: true }],
    ]);
  },
};
