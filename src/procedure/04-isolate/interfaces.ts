import { type ActionContext, type Text, text } from '../../kernel/index.ts';
import { ec2, filter, type InstanceTarget } from '../shared/ec2.ts';
import { inShort, isAwsFailure } from '../shared/reading.ts';

/** A network interface through which the instance, or a container on it, speaks. */
export interface SeenInterface {
  readonly id: string;
  readonly vpcId: string;
  readonly groups: readonly string[];
  /** The trunk it rides on: a container's own interface (EKS pods, ECS tasks). null for the instance's. */
  readonly trunk: string | null;
  /** The service or account it belongs to, which may refuse that anybody changes it. */
  readonly managedBy: string | null;
  /** Every address, for the record. */
  readonly addresses: readonly string[];
  readonly privateAddress: string | null;
}
export interface SeenInterfaces {
  readonly interfaces: readonly SeenInterface[];
  /** Why there may be more of them than were read. */
  readonly unread: Text | null;
  readonly evidence: readonly string[];
}
interface Row {
  readonly NetworkInterfaceId: string;
  readonly VpcId?: string;
  readonly OwnerId?: string;
  readonly InterfaceType?: string;
  readonly RequesterManaged?: boolean;
  readonly RequesterId?: string;
  readonly Operator?: { readonly Managed?: boolean; readonly Principal?: string };
  readonly Groups?: readonly { readonly GroupId?: string }[];
  readonly PrivateIpAddress?: string;
  readonly PrivateIpAddresses?: readonly { readonly PrivateIpAddress?: string; readonly Association?: { readonly PublicIp?: string } }[];
  readonly Ipv6Addresses?: readonly { readonly Ipv6Address?: string }[];
}

/**
 * Every interface: those attached to the instance and the branches of its trunks, which no filter on the instance finds.
 * DescribeTrunkInterfaceAssociations knows no filter by trunk, so all of the region are read, and only where there is a trunk.
 */
export async function readInterfaces(ctx: ActionContext, { region, instanceId, account }: InstanceTarget, homeVpc: string): Promise<SeenInterfaces> {
  const attached = await ctx.readAll<{ NetworkInterfaces?: Row[] }>(
    ec2(region, 'DescribeNetworkInterfaces', { Filters: [filter('attachment.instance-id', instanceId)], IncludeManagedResources: true }),
  );
  const own = attached.output.NetworkInterfaces ?? [];
  const trunks = own.filter((one) => one.InterfaceType === 'trunk').map((one) => one.NetworkInterfaceId);
  const branches = trunks.length === 0 ? { rows: [], unread: null, evidence: [] } : await readBranches(ctx, region, trunks);
  const seen = (row: Row, trunk: string | null): SeenInterface => {
    const privates = row.PrivateIpAddresses ?? [];
    return {
      id: row.NetworkInterfaceId,
      vpcId: row.VpcId ?? homeVpc,
      groups: (row.Groups ?? []).flatMap((group) => group.GroupId ?? []),
      trunk,
      managedBy: managerOf(row, account),
      addresses: [
        ...privates.flatMap((one) => [one.PrivateIpAddress ?? [], one.Association?.PublicIp ?? []].flat()),
        ...(row.Ipv6Addresses ?? []).flatMap((one) => one.Ipv6Address ?? []),
      ],
      privateAddress: row.PrivateIpAddress ?? privates[0]?.PrivateIpAddress ?? null,
    };
  };
  return {
    interfaces: [...own.map((row) => seen(row, null)), ...branches.rows.map(({ row, trunk }) => seen(row, trunk))],
    unread: branches.unread,
    evidence: [...attached.evidence, ...branches.evidence],
  };
}

function managerOf(row: Row, account: string): string | null {
  if (row.Operator?.Managed) return row.Operator.Principal ?? 'an AWS service';
  if (row.RequesterManaged) return row.RequesterId ?? 'an AWS service';
  return account !== '' && row.OwnerId !== undefined && row.OwnerId !== account ? `account ${row.OwnerId}` : null;
}

async function readBranches(
  ctx: ActionContext,
  region: string,
  trunks: readonly string[],
): Promise<{ rows: { row: Row; trunk: string }[]; unread: Text | null; evidence: readonly string[] }> {
  try {
    const listed = await ctx.readAll<{ InterfaceAssociations?: { BranchInterfaceId?: string; TrunkInterfaceId?: string }[] }>(
      ec2(region, 'DescribeTrunkInterfaceAssociations', {}),
    );
    const trunkOf = new Map(
      (listed.output.InterfaceAssociations ?? []).flatMap(({ BranchInterfaceId: branch, TrunkInterfaceId: trunk }): [string, string][] =>
        branch && trunk && trunks.includes(trunk) ? [[branch, trunk]] : [],
      ),
    );
    if (trunkOf.size === 0) return { rows: [], unread: null, evidence: listed.evidence };
    // By filter, not by id: one that has just gone must not hide the others.
    const found = await ctx.readAll<{ NetworkInterfaces?: Row[] }>(
      ec2(region, 'DescribeNetworkInterfaces', { Filters: [filter('network-interface-id', ...trunkOf.keys())], IncludeManagedResources: true }),
    );
    return {
      rows: (found.output.NetworkInterfaces ?? []).flatMap((row) => {
        const trunk = trunkOf.get(row.NetworkInterfaceId);
        return trunk === undefined ? [] : [{ row, trunk }];
      }),
      unread: null,
      evidence: [...listed.evidence, ...found.evidence],
    };
  } catch (error) {
    if (!isAwsFailure(error)) throw error;
    const why = inShort(error);
    return {
      rows: [],
      unread: text(
        `the branch interfaces of ${trunks.join(', ')} (containers with addresses of their own) cannot be read: ${why}`,
        `no se pueden leer las interfaces de rama de ${trunks.join(', ')} (contenedores con direcciones propias): ${why}`,
      ),
      evidence: [],
    };
  }
}
