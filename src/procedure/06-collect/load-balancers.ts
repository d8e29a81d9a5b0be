import { type ActionContext, type Call, type Collector, type Json, text } from '../../kernel/index.ts';
import { derived, ofInstance, take } from '../shared/collected.ts';

interface TargetGroup {
  readonly TargetGroupArn?: string;
  readonly VpcId?: string;
  readonly TargetType?: string;
}
interface Health {
  readonly TargetHealthDescriptions?: readonly { readonly Target?: { readonly Id?: string } }[];
}
/** How many target groups are asked at once: an account may have thousands. */
const AT_ONCE = 8;

/** Which load balancers send it traffic, on which port, and whether they think it healthy. */
export const collector: Collector = {
  id: 'load-balancers',
  step: 6,
  title: text('Load balancers and target health', 'Balanceadores y estado de los destinos'),
  permissions: [
    'ec2:DescribeInstances',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeTargetHealth',
    'elasticloadbalancing:DescribeLoadBalancers',
  ],
  collect: ofInstance('load-balancers', async function* (ctx, { region, instanceId, instance }) {
    const v2 = (operation: string, input: Json): Call => ({ service: 'elastic-load-balancing-v2', operation, region, input });
    const classic: Call = { service: 'elastic-load-balancing', operation: 'DescribeLoadBalancers', region, input: {} };
    const [balancers, groups, old] = await Promise.all([
      take(ctx, 'load-balancers', v2('DescribeLoadBalancers', {}), { all: true }),
      take<{ TargetGroups?: TargetGroup[] }>(ctx, 'target-groups', v2('DescribeTargetGroups', {}), { all: true }),
      take(ctx, 'classic-load-balancers', classic, { all: true }),
    ]);
    yield* [balancers.item, groups.item, old.item];
    // A target is an id, or an address of the VPC: groups of Lambda functions and of other VPCs cannot hold it.
    const possible = (groups.output?.TargetGroups ?? []).filter(
      ({ TargetType, VpcId }) => (TargetType === 'instance' || TargetType === 'ip') && VpcId === instance.VpcId,
    );
    const addresses = new Set([instanceId, ...(instance.NetworkInterfaces ?? []).flatMap(addressesOf)]);
    yield* healthOf(ctx, v2, possible, addresses);
  }),
};

const addressesOf = (one: { PrivateIpAddresses?: readonly { PrivateIpAddress?: string }[]; Ipv6Addresses?: readonly { Ipv6Address?: string }[] }): string[] => [
  ...(one.PrivateIpAddresses ?? []).flatMap((entry) => entry.PrivateIpAddress ?? []),
  ...(one.Ipv6Addresses ?? []).flatMap((entry) => entry.Ipv6Address ?? []),
];

async function* healthOf(ctx: ActionContext, v2: (operation: string, input: Json) => Call, groups: readonly TargetGroup[], mine: ReadonlySet<string>) {
  const member: string[] = [];
  const reading: string[] = [];
  for (let at = 0; at < groups.length; at += AT_ONCE) {
    const some = groups.slice(at, at + AT_ONCE);
    const taken = await Promise.all(
      some.map(({ TargetGroupArn = '' }) =>
        take<Health>(ctx, `target-health ${TargetGroupArn.split('/').slice(-2).join('/')}`, v2('DescribeTargetHealth', { TargetGroupArn })),
      ),
    );
    for (const [index, { item, output }] of taken.entries()) {
      reading.push(...item.reading);
      const here = (output?.TargetHealthDescriptions ?? []).some(({ Target }) => mine.has(Target?.Id ?? ''));
      if (here) member.push(some[index]!.TargetGroupArn ?? '');
      if (here || !output) yield item;
    }
  }
  if (groups.length > 0) yield derived('target-groups-of-instance', member, reading);
}
