import type { ActionContext, Call, Json } from '../../../kernel/index.ts';
import { describeInstance, ec2, failureCode, filter, type InstanceTarget, tagText } from '../../shared/ec2.ts';
import { oneLine } from '../../shared/names.ts';
import { aclsFrom, interfaceFrom, neighbourFrom, type RawAcl, type RawInterface, type RawTable, type Timeouts, tablesFrom, timeoutsFrom } from './raw.ts';
import type { Gateway, GroupRule, Interface, NetworkState } from './state.ts';

export interface NetworkReading {
  readonly state: NetworkState;
  /** Groups the instance is in, or was, by id. */
  readonly groups: Readonly<Record<string, GroupName>>;
  readonly evidence: readonly string[];
}
export interface GroupName {
  readonly name: string;
  readonly vpcId: string;
  /** Made by this case. */
  readonly ours: boolean;
}
/** What readNetwork calls. */
export const NETWORK_READS = [
  'ec2:DescribeInstances',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeTrunkInterfaceAssociations',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSecurityGroupRules',
  'ec2:GetManagedPrefixListEntries',
  'ec2:DescribeSubnets',
  'ec2:DescribeNetworkAcls',
  'ec2:DescribeRouteTables',
  'ec2:DescribeVpcEndpoints',
  'ec2:DescribeNatGateways',
  'ec2:DescribeTransitGatewayVpcAttachments',
] as const;
/** EC2 takes 200 values in one filter. */
const VALUES = 200;

/**
 * The network around an instance, read once and side by side. What is refused is noted in `missing` and judged as open, save the interfaces
 * and the rules of their groups, without which nothing can be said.
 * @throws AwsFailure, AplombError UnknownInstance
 */
export async function readNetwork(ctx: ActionContext, target: InstanceTarget): Promise<NetworkReading> {
  const { region, instanceId } = target;
  const mark = tagText(ctx.facts.caseId);
  const evidence: string[] = [];
  const missing: string[] = [];
  const all = async <T>(call: Call): Promise<T> => {
    const answer = await ctx.readAll<T>(call);
    evidence.push(...answer.evidence);
    return answer.output;
  };
  const attempt = async <T extends object>(call: Call): Promise<Partial<T>> => {
    try {
      return await all<T>(call);
    } catch (error) {
      const code = failureCode(error);
      if (code === undefined) throw error;
      missing.push(`${call.operation} (${oneLine(code, 60)})`);
      return {};
    }
  };
  const byVpc = (vpcs: readonly string[]): Json => ({ Filters: [filter('vpc-id', ...vpcs)] });
  const interfacesWhere = (...filters: Json[]): Call => ec2(region, 'DescribeNetworkInterfaces', { Filters: filters, IncludeManagedResources: true });

  const [described, attached, made] = await Promise.all([
    describeInstance(ctx, target),
    all<{ NetworkInterfaces?: RawInterface[] }>(interfacesWhere(filter('attachment.instance-id', instanceId))),
    attempt<GroupsAnswer>(ec2(region, 'DescribeSecurityGroups', { Filters: [filter('tag:ir:case', mark)] })),
  ]);
  const { instance } = described;
  evidence.push(...described.evidence);
  const mine = attached.NetworkInterfaces ?? [];
  const branches = mine.some((one) => one.InterfaceType === 'trunk') ? await branchesOf(mine, attempt, interfacesWhere, region) : [];
  const raw = [...mine, ...branches];
  const vpcs = [...new Set([...raw.map((one) => one.VpcId), instance.VpcId].flatMap((id) => id ?? []))];
  const own = new Set(raw.map((one) => one.NetworkInterfaceId));
  // A terminated instance may have no network any more; a filter without values is an error.
  const attemptAbout = async <T extends object>(things: readonly string[], call: Call): Promise<Partial<T>> => (things.length === 0 ? {} : attempt<T>(call));

  const [around, subnets, acls, tables, endpoints, nats, transit, types] = await Promise.all([
    attemptAbout<{ NetworkInterfaces: RawInterface[] }>(vpcs, interfacesWhere(filter('vpc-id', ...vpcs))),
    attemptAbout<{ Subnets: { SubnetId: string; VpcId?: string; CidrBlock?: string; Ipv6CidrBlockAssociationSet?: { Ipv6CidrBlock?: string }[] }[] }>(
      vpcs,
      ec2(region, 'DescribeSubnets', byVpc(vpcs)),
    ),
    attemptAbout<{ NetworkAcls: RawAcl[] }>(vpcs, ec2(region, 'DescribeNetworkAcls', byVpc(vpcs))),
    attemptAbout<{ RouteTables: RawTable[] }>(vpcs, ec2(region, 'DescribeRouteTables', byVpc(vpcs))),
    attemptAbout<{ VpcEndpoints: { VpcEndpointId: string; ServiceName?: string; SubnetIds?: string[]; NetworkInterfaceIds?: string[] }[] }>(
      vpcs,
      ec2(region, 'DescribeVpcEndpoints', byVpc(vpcs)),
    ),
    attemptAbout<{ NatGateways: { NatGatewayId: string; SubnetId?: string }[] }>(
      vpcs,
      ec2(region, 'DescribeNatGateways', { Filter: [filter('vpc-id', ...vpcs)] }),
    ),
    attemptAbout<{ TransitGatewayVpcAttachments: { TransitGatewayId?: string; SubnetIds?: string[] }[] }>(
      vpcs,
      ec2(region, 'DescribeTransitGatewayVpcAttachments', byVpc(vpcs)),
    ),
    attemptAbout<{ InstanceTypes: { NetworkInfo?: { ConnectionTrackingConfiguration?: Record<string, number> } }[] }>(
      vpcs,
      ec2(region, 'DescribeInstanceTypes', { InstanceTypes: [instance.InstanceType ?? ''] }),
    ),
  ]);

  const routeTables = tables.RouteTables ? tablesFrom(tables.RouteTables) : vpcs.map(unreadTable);
  const before = formerGroups(ctx, instanceId);
  const current = raw.flatMap((one) => (one.Groups ?? []).flatMap((group) => group.GroupId ?? []));
  const ids = [...new Set([...current, ...Object.values(before).flat()])].sort();
  const [groups, rules] = await Promise.all([
    attemptAbout<GroupsAnswer>(ids, ec2(region, 'DescribeSecurityGroups', { Filters: [filter('group-id', ...ids)] })),
    rulesOf(all, region, ids),
  ]);
  const named = Object.fromEntries(
    [...(made.SecurityGroups ?? []), ...(groups.SecurityGroups ?? [])].map((group) => [
      group.GroupId,
      {
        name: group.GroupName ?? '',
        vpcId: group.VpcId ?? '',
        ours: (group.Tags ?? []).some((tag) => tag.Key === 'ir:case' && tag.Value === mark),
      },
    ]),
  );
  // A group that is gone has no rules any more; one that somebody is in and that shows none lets nothing pass.
  for (const id of current) rules[id] ??= [];
  for (const { GroupId } of groups.SecurityGroups ?? []) rules[GroupId] ??= [];

  const services = new Map((endpoints.VpcEndpoints ?? []).flatMap((one) => (one.NetworkInterfaceIds ?? []).map((id) => [id, one.ServiceName ?? ''] as const)));
  const interfaces = raw.map((one) => withFormer(interfaceFrom(one, instance.VpcId ?? ''), before, named));
  const lists = [
    ...Object.values(rules).flatMap((list) => list.flatMap((rule) => rule.PrefixListId ?? [])),
    ...routeTables.flatMap((table) => table.routes.flatMap((route) => (route.to.startsWith('pl-') ? route.to : []))),
  ];
  return {
    state: {
      instanceId,
      region,
      state: instance.State?.Name ?? 'unknown',
      instanceType: instance.InstanceType ?? '',
      typeTimeouts: typeTimeouts(types.InstanceTypes?.[0]?.NetworkInfo?.ConnectionTrackingConfiguration),
      metadataOff: (instance.MetadataOptions as { HttpEndpoint?: string } | undefined)?.HttpEndpoint === 'disabled',
      interfaces,
      rules,
      prefixLists: await prefixLists(attempt, region, [...new Set(lists)]),
      neighbours: (around.NetworkInterfaces ?? []).filter((one) => !own.has(one.NetworkInterfaceId)).map((one) => neighbourFrom(one, services)),
      subnets: (subnets.Subnets ?? []).map((one) => ({
        id: one.SubnetId,
        vpcId: one.VpcId ?? '',
        cidrs: [one.CidrBlock ?? [], (one.Ipv6CidrBlockAssociationSet ?? []).flatMap((each) => each.Ipv6CidrBlock ?? [])].flat(),
      })),
      acls: aclsFrom(acls.NetworkAcls ?? [], mark),
      routeTables,
      gateways: [
        ...(nats.NatGateways ?? []).map((one): Gateway => ({ id: one.NatGatewayId, subnets: one.SubnetId ? [one.SubnetId] : [], name: one.NatGatewayId })),
        ...(endpoints.VpcEndpoints ?? []).map((one): Gateway => ({ id: one.VpcEndpointId, subnets: one.SubnetIds ?? [], name: oneLine(one.ServiceName, 80) })),
        ...(transit.TransitGatewayVpcAttachments ?? []).flatMap((one): Gateway[] =>
          one.TransitGatewayId ? [{ id: one.TransitGatewayId, subnets: one.SubnetIds ?? [], name: one.TransitGatewayId }] : [],
        ),
      ],
      missing: missing.sort(),
    },
    groups: named,
    evidence,
  };
}

interface GroupsAnswer {
  SecurityGroups: { GroupId: string; GroupName?: string; VpcId?: string; Tags?: { Key: string; Value?: string }[] }[];
}
type Attempt = <T extends object>(call: Call) => Promise<Partial<T>>;
/** Branch interfaces (pods, tasks) are attached to the trunk, not to the instance, and only the association says so. */
async function branchesOf(mine: readonly RawInterface[], attempt: Attempt, where: (...filters: Json[]) => Call, region: string): Promise<RawInterface[]> {
  const trunks = new Set(mine.map((one) => one.NetworkInterfaceId));
  const found = await attempt<{ InterfaceAssociations: { TrunkInterfaceId?: string; BranchInterfaceId?: string }[] }>(
    ec2(region, 'DescribeTrunkInterfaceAssociations', {}),
  );
  const ids = (found.InterfaceAssociations ?? []).flatMap((one) => (trunks.has(one.TrunkInterfaceId ?? '') ? (one.BranchInterfaceId ?? []) : []));
  if (ids.length === 0) return [];
  const answers = await Promise.all(chunks(ids).map((some) => attempt<{ NetworkInterfaces: RawInterface[] }>(where(filter('network-interface-id', ...some)))));
  return answers.flatMap((answer) => answer.NetworkInterfaces ?? []);
}
const chunks = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / VALUES) }, (_, n) => ids.slice(n * VALUES, (n + 1) * VALUES));

async function rulesOf(all: <T>(call: Call) => Promise<T>, region: string, ids: readonly string[]): Promise<Record<string, GroupRule[]>> {
  const rules: Record<string, GroupRule[]> = {};
  const answers = await Promise.all(
    chunks(ids).map((some) =>
      all<{ SecurityGroupRules?: (GroupRule & { GroupId?: string })[] }>(ec2(region, 'DescribeSecurityGroupRules', { Filters: [filter('group-id', ...some)] })),
    ),
  );
  for (const rule of answers.flatMap((answer) => answer.SecurityGroupRules ?? [])) (rules[rule.GroupId ?? ''] ??= []).push(rule);
  return rules;
}

async function prefixLists(attempt: Attempt, region: string, ids: readonly string[]): Promise<Record<string, string[] | null>> {
  const found = await Promise.all(
    ids.map(async (id) => {
      const answer = await attempt<{ Entries: { Cidr?: string }[] }>(ec2(region, 'GetManagedPrefixListEntries', { PrefixListId: id }));
      return [id, answer.Entries ? answer.Entries.flatMap((entry) => entry.Cidr ?? []) : null] as const;
    }),
  );
  return Object.fromEntries(found);
}

const typeTimeouts = (given: Record<string, number> | undefined): Timeouts =>
  timeoutsFrom({
    TcpEstablishedTimeout: given?.DefaultTcpEstablishedTimeout,
    UdpTimeout: given?.DefaultUdpTimeout,
    UdpStreamTimeout: given?.DefaultUdpStreamTimeout,
  });
/** Nobody knows where it leads: everywhere. */
const unreadTable = (vpcId: string) => ({
  id: 'rtb-unread',
  vpcId,
  main: true,
  subnets: [],
  routes: ['0.0.0.0/0', '::/0'].map((to) => ({ to, target: 'unread', blackhole: false })),
});

/** Groups by interface from before this case moved them, as the isolation last saw them. */
function formerGroups(ctx: ActionContext, instanceId: string): Record<string, readonly string[]> {
  const seen = ctx.facts.observed.isolate as { instanceId?: string; interfaces?: { id: string; before?: readonly string[] }[] } | undefined;
  if (seen?.instanceId !== instanceId) return {};
  return Object.fromEntries((seen.interfaces ?? []).flatMap((one) => (one.before ? [[one.id, one.before]] : [])));
}
/** In a group of the case with nothing known of the time before: then anything may have been allowed. */
function withFormer(one: Interface, before: Record<string, readonly string[]>, named: Readonly<Record<string, GroupName>>): Interface {
  const strangers = one.groups.filter((id) => !named[id]?.ours);
  const former = (before[one.id] ?? []).filter((id) => !named[id]?.ours);
  const known = [...new Set([...former, ...strangers])];
  return { ...one, formerly: known.length > 0 ? known : ['unknown'] };
}
