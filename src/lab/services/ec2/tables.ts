import type { LabContext, RegionState, Table } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { defaultNetwork, NETWORK_TABLES } from './default-network.ts';
import type { Phase } from './rows.ts';

/**
 * Reading and writing EC2's tables. A region nobody has touched still has its default VPC: it is derived (see default-network.ts)
 * while only read, and written down by the first write to any of the network's tables.
 */

/** A table for reading. */
export function tableOf<T>(ctx: LabContext, name: string, region: RegionState = ctx.region, account = ctx.account): Record<string, T> {
  const own: Table = region.tables[name] ?? {};
  if (region.tables.vpcs || !NETWORK_TABLES.has(name)) return own;
  return { ...defaultNetwork(ctx.world.seed, account.id, region.name)[name], ...own };
}
/** The rows that exist now. */
export const rowsOf = <T extends object>(ctx: LabContext, name: string): T[] =>
  Object.values(tableOf<T>(ctx, name)).filter((row) => !gone(row as { until?: number }, ctx.now()));
/** One row that exists now. */
export function rowOf<T extends object>(ctx: LabContext, name: string, id: string | undefined): T | undefined {
  const table = tableOf<T>(ctx, name);
  const row = id !== undefined && Object.hasOwn(table, id) ? table[id] : undefined;
  return row && !gone(row as { until?: number }, ctx.now()) ? row : undefined;
}
/** A table for writing. */
export function writable<T>(ctx: LabContext, name: string): Record<string, T> {
  const tables = ctx.region.tables;
  if (!tables.vpcs && NETWORK_TABLES.has(name))
    for (const [key, rows] of Object.entries(defaultNetwork(ctx.world.seed, ctx.account.id, ctx.region.name)))
      tables[key] = { ...structuredClone(rows), ...tables[key] };
  return (tables[name] ??= {}) as Record<string, T>;
}

export const gone = (row: { until?: number }, now: number): boolean => row.until !== undefined && row.until <= now;
/** The state of a timeline at `now`: the last phase entered. */
export const phase = (timeline: readonly Phase[], now: number): string =>
  (timeline.findLast((entry) => entry.at <= now) ?? timeline[0] ?? { state: 'unknown' }).state;
/** Goes through `first` now and is `last` after `seconds` of natural time. */
export const towards = (ctx: LabContext, first: string, last: string, seconds: number): Phase[] => [
  { state: first, at: ctx.now() },
  { state: last, at: ctx.due(seconds) },
];
export const date = (milliseconds: number | undefined): Date | undefined => (milliseconds === undefined ? undefined : new Date(milliseconds));
/** EC2's own wording of a moment: "2026-01-31 23:59:59 GMT". */
export const gmt = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')} GMT`;

export const arn = (ctx: LabContext, kind: string, id: string, owner = ctx.account.id): string => `arn:aws:ec2:${ctx.region.name}:${owner}:${kind}/${id}`;
/** ARNs for policy evaluation of the ids a call names. */
export const arns = (ctx: LabContext, kind: string, ids: string | string[] | undefined): string[] => {
  const list = ids === undefined ? [] : [ids].flat();
  return list.length ? list.map((id) => arn(ctx, kind, id)) : [arn(ctx, kind, '*')];
};

interface Kind {
  /** The id's prefix, without the dash. */
  prefix: string;
  /** Error code's stem: InvalidInstanceID -> InvalidInstanceID.NotFound. */
  code: string;
  /** As EC2 says it: "The instance ID 'i-1' does not exist". */
  noun: string;
  plural?: string;
}
export const KINDS = {
  instances: { prefix: 'i', code: 'InvalidInstanceID', noun: 'instance ID', plural: 'instance IDs' },
  volumes: { prefix: 'vol', code: 'InvalidVolume', noun: 'volume' },
  snapshots: { prefix: 'snap', code: 'InvalidSnapshot', noun: 'snapshot' },
  securityGroups: { prefix: 'sg', code: 'InvalidGroup', noun: 'security group' },
  securityGroupRules: { prefix: 'sgr', code: 'InvalidSecurityGroupRuleId', noun: 'security group rule ID' },
  interfaces: { prefix: 'eni', code: 'InvalidNetworkInterfaceID', noun: 'networkInterface ID' },
  subnets: { prefix: 'subnet', code: 'InvalidSubnetID', noun: 'subnet ID' },
  vpcs: { prefix: 'vpc', code: 'InvalidVpcID', noun: 'vpc ID' },
  routeTables: { prefix: 'rtb', code: 'InvalidRouteTableID', noun: 'routeTable ID' },
  internetGateways: { prefix: 'igw', code: 'InvalidInternetGatewayID', noun: 'internetGateway ID' },
  egressGateways: { prefix: 'eigw', code: 'InvalidEgressOnlyInternetGatewayId', noun: 'egress only internet gateway ID' },
  vpcEndpoints: { prefix: 'vpce', code: 'InvalidVpcEndpointId', noun: 'Vpc Endpoint Id' },
  networkAcls: { prefix: 'acl', code: 'InvalidNetworkAclID', noun: 'networkAcl ID' },
  addresses: { prefix: 'eipalloc', code: 'InvalidAllocationID', noun: 'allocation ID' },
  images: { prefix: 'ami', code: 'InvalidAMIID', noun: 'image id' },
  launchTemplates: { prefix: 'lt', code: 'InvalidLaunchTemplateId', noun: 'launch template ID' },
  keyPairs: { prefix: 'key', code: 'InvalidKeyPair', noun: 'key pair' },
  vpcPeerings: { prefix: 'pcx', code: 'InvalidVpcPeeringConnectionID', noun: 'vpcPeeringConnection ID' },
  connectEndpoints: { prefix: 'eice', code: 'InvalidInstanceConnectEndpointId', noun: 'instance connect endpoint ID' },
  flowLogs: { prefix: 'fl', code: 'InvalidFlowLogId', noun: 'flow log ID' },
  mirrorTargets: { prefix: 'tmt', code: 'InvalidTrafficMirrorTargetId', noun: 'traffic mirror target ID' },
  mirrorFilters: { prefix: 'tmf', code: 'InvalidTrafficMirrorFilterId', noun: 'traffic mirror filter ID' },
  mirrorSessions: { prefix: 'tms', code: 'InvalidTrafficMirrorSessionId', noun: 'traffic mirror session ID' },
  transitGateways: { prefix: 'tgw', code: 'InvalidTransitGatewayID', noun: 'transitGateway ID' },
  transitAttachments: { prefix: 'tgw-attach', code: 'InvalidTransitGatewayAttachmentID', noun: 'transitGatewayAttachment ID' },
  customerGateways: { prefix: 'cgw', code: 'InvalidCustomerGatewayID', noun: 'customerGateway ID' },
  vpnGateways: { prefix: 'vgw', code: 'InvalidVpnGatewayID', noun: 'vpnGateway ID' },
  vpnConnections: { prefix: 'vpn', code: 'InvalidVpnConnectionID', noun: 'vpnConnection ID' },
  clientVpnEndpoints: { prefix: 'cvpn-endpoint', code: 'InvalidClientVpnEndpointId', noun: 'client VPN endpoint ID' },
} as const satisfies Record<string, Kind>;
export type TableName = keyof typeof KINDS;

/** EC2 tells a malformed id from one that does not exist. Malformed volume, snapshot, group and address ids differ in code. */
const MALFORMED: Partial<Record<TableName, string>> = {
  volumes: 'InvalidParameterValue',
  snapshots: 'InvalidParameterValue',
  securityGroups: 'InvalidGroupId.Malformed',
  addresses: 'InvalidAllocationID.NotFound',
};
export function notFound(table: TableName, ids: string[]): LabError {
  const kind: Kind = KINDS[table];
  return ids.length > 1
    ? new LabError(`${kind.code}.NotFound`, `The ${kind.plural ?? `${kind.noun}s`} '${ids.join(', ')}' do not exist`)
    : new LabError(`${kind.code}.NotFound`, `The ${kind.noun} '${ids[0]}' does not exist`);
}
/** Throws EC2's error for an id of the wrong form. */
export function wellFormed(table: TableName, ids: readonly string[]): void {
  const { prefix, code } = KINDS[table];
  const bad = ids.find((id) => !new RegExp(`^${prefix}-[0-9a-f]{8}(?:[0-9a-f]{9})?$`).test(id));
  if (bad !== undefined) throw new LabError(MALFORMED[table] ?? `${code}.Malformed`, `Invalid id: "${bad}" (expecting "${prefix}-...")`);
}
/** Who manages a resource, if a service does. */
export const operatorView = (row: { operator?: string }) => (row.operator === undefined ? { Managed: false } : { Managed: true, Principal: row.operator });
/** Rows without those that services manage, where the account hides them and the call does not ask for them (ModifyManagedResourceVisibility). */
export const shown = <T extends { operator?: string }>(ctx: LabContext, rows: T[], input: { IncludeManagedResources?: boolean }): T[] =>
  input.IncludeManagedResources || tableOf<{ hidden: boolean }>(ctx, 'managedVisibility').default?.hidden !== true
    ? rows
    : rows.filter((row) => row.operator === undefined);
/** The row of an id that a call depends on. */
export function need<T extends object>(ctx: LabContext, table: TableName, id: string): T {
  wellFormed(table, [id]);
  const row = rowOf<T>(ctx, table, id);
  if (!row) throw notFound(table, [id]);
  return row;
}
/** The same row, in the table that may be changed. */
export function edit<T extends object>(ctx: LabContext, table: TableName, id: string): T {
  writable(ctx, table);
  return need<T>(ctx, table, id);
}
/** The rows of these ids, or all. */
export function chosen<T extends { id: string }>(ctx: LabContext, table: TableName, ids: readonly string[] | undefined): T[] {
  if (!ids?.length) return rowsOf<T>(ctx, table);
  wellFormed(table, ids);
  const unique = [...new Set(ids)];
  const missing = unique.filter((id) => !rowOf(ctx, table, id));
  if (missing.length) throw notFound(table, missing);
  return unique.map((id) => rowOf<T>(ctx, table, id)!);
}

/** All or nothing: what `work` wrote to the region is undone when it throws. */
export async function atomically<T>(ctx: LabContext, work: () => T | Promise<T>): Promise<T> {
  const before = structuredClone(ctx.region.tables);
  try {
    return await work();
  } catch (error) {
    ctx.region.tables = before;
    throw error;
  }
}

/**
 * ClientToken: the same token with the same parameters answers with the first call's ids; with others it is refused.
 * `make` does the work and returns ids.
 */
export async function once(ctx: LabContext, operation: string, input: { ClientToken?: string }, make: () => string[] | Promise<string[]>): Promise<string[]> {
  if (!input.ClientToken) return make();
  const tokens = writable<{ input: string; ids: string[] }>(ctx, 'clientTokens');
  const key = `${operation} ${input.ClientToken}`;
  const asked = JSON.stringify({ ...input, DryRun: undefined });
  const earlier = Object.hasOwn(tokens, key) ? tokens[key] : undefined;
  if (earlier && earlier.input !== asked)
    throw new LabError('IdempotentParameterMismatch', `The client token ${input.ClientToken} was already used in a request with different parameters.`);
  if (earlier) return earlier.ids;
  const ids = await make();
  tokens[key] = { input: asked, ids };
  return ids;
}
