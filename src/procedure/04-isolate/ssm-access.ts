import { BlockList, isIPv4 } from 'node:net';
import { type ActionContext, AplombError, EXIT } from '../../kernel/index.ts';
import { ec2, filter } from '../shared/ec2.ts';
import { flagOption, textOption } from '../shared/options.ts';
import type { GroupRule, Rule } from './rules.ts';

/** How the responder gets in without anybody being let in: interface endpoints of Systems Manager in the instance's VPC. */
export interface SsmPath {
  readonly vpcId: string;
  readonly subnetId: string;
  /** Endpoints that stand or are coming, by the last word of their service. */
  readonly endpoints: readonly { readonly id: string; readonly word: string; readonly state: string; readonly group: string | null }[];
  /** Service names of needed endpoints that are to be created. */
  readonly missing: readonly string[];
  /** Groups of endpoints whose rules do not let this instance in yet. */
  readonly closed: readonly string[];
  /** This case's own group for endpoints it creates; null until it is made. */
  readonly ownGroup: string | null;
  /** IPv4 networks of the VPC; empty where the case's own group lacks nothing. */
  readonly networks: readonly string[];
  /** Other interfaces that share a group with an endpoint: the instance could reach them on tcp/443. */
  readonly exposed: number;
  /** Prefix list of S3, when uploads are wanted. */
  readonly upload: string | null;
}
/** ssmmessages carries sessions; ec2messages is for agents before 3.3.40.0 only (Systems Manager user guide, VPC endpoints). */
const NEEDED = ['ssm', 'ssmmessages'];
const WORDS = [...NEEDED, 'ec2messages'];

/** Option `access`. @throws AplombError InvalidAccess (exit 2) */
export function accessOption(ctx: Pick<ActionContext, 'options'>): 'ssh' | 'ssm' | null {
  const access = textOption(ctx, 'access') ?? null;
  if (access === null || access === 'ssh' || access === 'ssm') return access;
  throw new AplombError('InvalidAccess', `${JSON.stringify(access)} is no way in.`, { exit: EXIT.usage, fix: 'One of: ssh, ssm.' });
}

interface Place {
  readonly region: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly privateAddress: string | null;
  readonly isolationGroup: string | null;
  readonly ownGroup: string | null;
}
const wordOf = (service: string | undefined, region: string): string | undefined => WORDS.find((word) => service?.endsWith(`.${region}.${word}`));
const lists = (range: string): BlockList => {
  const list = new BlockList();
  const [network = '', bits = ''] = range.split('/');
  if (isIPv4(network)) list.addSubnet(network, Number(bits), 'ipv4');
  return list;
};
/** Would this rule of an endpoint's group let the instance in on tcp/443? */
function letsIn(rule: GroupRule, { privateAddress, isolationGroup }: Place): boolean {
  if (rule.IsEgress) return false;
  const port = rule.IpProtocol === '-1' || (rule.IpProtocol === 'tcp' && (rule.FromPort ?? 0) <= 443 && (rule.ToPort ?? 65535) >= 443);
  const from =
    (isolationGroup !== null && rule.ReferencedGroupInfo?.GroupId === isolationGroup) ||
    (rule.CidrIpv4 !== undefined && privateAddress !== null && lists(rule.CidrIpv4).check(privateAddress, 'ipv4'));
  return port && from;
}

/**
 * Finds the path, or says what it lacks. Options `ssmEndpoints` (create) and `ssmUpload`.
 * @param strict a missing endpoint that nobody asked to create is an error
 * @throws AplombError NoSsmEndpoints, NoS3Endpoint, InvalidSsmEndpoints (exit 2)
 */
export async function readSsmPath(ctx: ActionContext, place: Place, strict: boolean): Promise<{ path: SsmPath; evidence: readonly string[] }> {
  const { region, vpcId, subnetId } = place;
  const asked = textOption(ctx, 'ssmEndpoints');
  if (asked !== undefined && asked !== 'create')
    throw new AplombError('InvalidSsmEndpoints', `${JSON.stringify(asked)} is nothing that can be done with endpoints.`, {
      exit: EXIT.usage,
      fix: 'Only: create.',
    });
  const found = await ctx.readAll<{
    VpcEndpoints?: {
      VpcEndpointId?: string;
      ServiceName?: string;
      VpcEndpointType?: string;
      State?: string;
      Groups?: { GroupId?: string }[];
      NetworkInterfaceIds?: string[];
    }[];
  }>(ec2(region, 'DescribeVpcEndpoints', { Filters: [filter('vpc-id', vpcId)] }));
  // The API spells states in both cases (available, Available).
  const alive = (found.output.VpcEndpoints ?? []).filter((one) => /^(pending|pendingacceptance|available)$/i.test(one.State ?? ''));
  const doors = alive.filter((one) => one.VpcEndpointType === 'Interface' && wordOf(one.ServiceName, region) !== undefined);
  const endpoints = doors.map((one) => ({
    id: one.VpcEndpointId ?? '',
    word: wordOf(one.ServiceName, region)!,
    state: (one.State ?? '').toLowerCase(),
    group: one.Groups?.[0]?.GroupId ?? null,
  }));
  const lacking = NEEDED.filter((word) => !endpoints.some((one) => one.word === word));
  if (lacking.length > 0 && asked !== 'create' && strict)
    throw new AplombError('NoSsmEndpoints', `${vpcId} has no interface endpoint for ${lacking.join(' and ')}: an isolated instance cannot be reached by SSM.`, {
      exit: EXIT.usage,
      fix: 'Add --ssm-endpoints create (they cost about a cent an hour each), or come in by SSH: --access ssh --from-ip ADDRESS.',
    });
  const creating = lacking.length > 0 && asked === 'create';
  const groups = [...new Set(endpoints.flatMap((one) => one.group ?? []))];
  const interfaces = doors.flatMap((one) => one.NetworkInterfaceIds ?? []);
  const [rules, members, services] = await Promise.all([
    groups.length === 0
      ? null
      : ctx.readAll<{ SecurityGroupRules?: (GroupRule & { GroupId?: string })[] }>(
          ec2(region, 'DescribeSecurityGroupRules', { Filters: [filter('group-id', ...groups)] }),
        ),
    groups.length === 0
      ? null
      : ctx.readAll<{ NetworkInterfaces?: { NetworkInterfaceId?: string }[] }>(
          ec2(region, 'DescribeNetworkInterfaces', { Filters: [filter('group-id', ...groups)], IncludeManagedResources: true }),
        ),
    !creating ? null : ctx.readAll<{ ServiceNames?: string[] }>(ec2(region, 'DescribeVpcEndpointServices', {})),
  ]);
  const open = (group: string): boolean => (rules?.output.SecurityGroupRules ?? []).some((rule) => rule.GroupId === group && letsIn(rule, place));
  const closed = groups.filter((group) => !open(group));
  // What is let in: into a group that is made, or into the case's own that lets nobody in.
  const networks =
    creating || (place.ownGroup !== null && closed.includes(place.ownGroup))
      ? await ctx.readAll<{ Vpcs?: { CidrBlock?: string; CidrBlockAssociationSet?: { CidrBlock?: string; CidrBlockState?: { State?: string } }[] }[] }>(
          ec2(region, 'DescribeVpcs', { VpcIds: [vpcId] }),
        )
      : null;
  const home = networks?.output.Vpcs?.[0];
  const upload = flagOption(ctx, 'ssmUpload') ? await s3List(ctx, region, vpcId, alive, strict) : null;
  return {
    path: {
      vpcId,
      subnetId,
      endpoints,
      missing: lacking.map((word) => services?.output.ServiceNames?.find((name) => wordOf(name, region) === word) ?? `com.amazonaws.${region}.${word}`),
      closed,
      ownGroup: place.ownGroup,
      networks: [
        ...new Set([
          ...(home?.CidrBlock ? [home.CidrBlock] : []),
          ...(home?.CidrBlockAssociationSet ?? []).flatMap((one) => (one.CidrBlock && one.CidrBlockState?.State === 'associated' ? one.CidrBlock : [])),
        ]),
      ].sort(),
      exposed: (members?.output.NetworkInterfaces ?? []).filter((one) => !interfaces.includes(one.NetworkInterfaceId ?? '')).length,
      upload,
    },
    evidence: [...found.evidence, ...(rules?.evidence ?? []), ...(members?.evidence ?? [])],
  };
}

async function s3List(
  ctx: ActionContext,
  region: string,
  vpcId: string,
  alive: readonly { ServiceName?: string; VpcEndpointType?: string }[],
  strict: boolean,
): Promise<string | null> {
  const service = alive.find((one) => one.VpcEndpointType === 'Gateway' && one.ServiceName?.endsWith(`.${region}.s3`))?.ServiceName;
  const { output } =
    service === undefined
      ? { output: {} }
      : await ctx.readAll<{ PrefixLists?: { PrefixListId?: string; PrefixListName?: string }[] }>(
          ec2(region, 'DescribePrefixLists', { Filters: [filter('prefix-list-name', service)] }),
        );
  const list = (output as { PrefixLists?: { PrefixListId?: string; PrefixListName?: string }[] }).PrefixLists?.find((one) => one.PrefixListName === service);
  if (list?.PrefixListId) return list.PrefixListId;
  if (!strict) return null;
  throw new AplombError('NoS3Endpoint', `${vpcId} has no gateway endpoint for S3: there is no private way to upload.`, {
    exit: EXIT.usage,
    fix: 'Leave --ssm-upload out, or create a gateway endpoint for S3 on the route table of the instance’s subnet first.',
  });
}

/** What the isolation group may send: tcp/443 to the endpoints, and to S3 if uploads are wanted. */
export function ssmRules({ endpoints, ownGroup, missing, upload }: SsmPath): Rule[] {
  const groups = new Set([...endpoints.flatMap((one) => one.group ?? []), ...(missing.length > 0 && ownGroup !== null ? [ownGroup] : [])]);
  return [...[...groups].sort().map((group) => ({ group, port: 443 })), ...(upload === null ? [] : [{ prefixList: upload, port: 443 }])];
}
