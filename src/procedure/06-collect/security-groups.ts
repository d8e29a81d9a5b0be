import { type Collector, text } from '../../kernel/index.ts';
import { take } from '../shared/collected.ts';
import { ec2, filter, targetOf } from '../shared/ec2.ts';

/** The groups as they stood before isolation, with every rule: needed to understand the break-in, and to go back. */
export const collector: Collector = {
  id: 'security-groups',
  step: 6,
  title: text('The security groups and their rules', 'Los grupos de seguridad y sus reglas'),
  permissions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSecurityGroupRules'],
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
    yield (await take(ctx, 'security-groups', ec2(region, 'DescribeSecurityGroups', { GroupIds: ids }))).item;
    yield (await take(ctx, 'security-group-rules', ec2(region, 'DescribeSecurityGroupRules', { Filters: [filter('group-id', ...ids)] }), { all: true })).item;
  },
};
