import { type LabContext, LabError } from '../../contract.ts';
import { iamTables } from '../../world/index.ts';
import { rowOf } from '../ec2/tables.ts';
import { shelf } from '../shelf.ts';

/** Rows of Amazon EKS. Times are epoch milliseconds. Source of the words: Amazon EKS API Reference. */
export interface ClusterRow {
  name: string;
  arn: string;
  version: string;
  role: string;
  created: number;
  activeAt: number;
  /** Deleted: gone at this moment. */
  goneAt?: number;
  endpoint: string;
  subnets: string[];
  securityGroups: string[];
  vpc: string;
  publicAccess: boolean;
  privateAccess: boolean;
  publicCidrs: string[];
  authentication: 'API' | 'API_AND_CONFIG_MAP' | 'CONFIG_MAP';
  tags: Record<string, string>;
}
export interface EntryRow {
  cluster: string;
  principal: string;
  arn: string;
  groups: string[];
  username: string;
  type: string;
  created: number;
  modified: number;
  policies: { arn: string; scope: { type: string; namespaces: string[] }; at: number }[];
  tags: Record<string, string>;
}
export interface NodegroupRow {
  name: string;
  cluster: string;
  arn: string;
  role: string;
  instanceTypes: string[];
  capacity: string;
  scaling: { minSize: number; maxSize: number; desiredSize: number };
  subnets: string[];
  diskSize: number;
  ami: string;
  remoteKey?: string;
  created: number;
  activeAt: number;
  goneAt?: number;
  tags: Record<string, string>;
}

export const invalid = (message: string): LabError => new LabError('InvalidParameterException', message);
export const refused = (message: string): LabError => new LabError('InvalidRequestException', message);
export const inUse = (message: string): LabError => new LabError('ResourceInUseException', message);
export const notFound = (message: string): LabError => new LabError('ResourceNotFoundException', message);

const shelved = shelf<ClusterRow>('eksClusters', (name) => notFound(`No cluster found for name: ${name}.`));
const there = (ctx: LabContext) => (row: { goneAt?: number }) => row.goneAt === undefined || row.goneAt > ctx.now();
export const clusters = {
  ...shelved,
  all: (ctx: LabContext): ClusterRow[] => shelved.all(ctx).filter(there(ctx)),
  find(ctx: LabContext, name: string | undefined): ClusterRow | undefined {
    const row = shelved.find(ctx, name);
    return row && there(ctx)(row) ? row : undefined;
  },
  get(ctx: LabContext, name: string): ClusterRow {
    const row = clusters.find(ctx, name);
    if (!row) throw notFound(`No cluster found for name: ${name}.`);
    return row;
  },
};
export const entries = shelf<EntryRow>('eksEntries', () => notFound('The specified principalArn could not be found.'));
export const nodegroups = shelf<NodegroupRow>('eksNodegroups', (key) => notFound(`No node group found for name: ${key.split('/')[1]}.`));
export const nodegroupsOf = (ctx: LabContext, cluster: string): NodegroupRow[] =>
  nodegroups.all(ctx).filter((row) => row.cluster === cluster && there(ctx)(row));

export const arn = (ctx: LabContext, kind: string, path: string): string => `arn:aws:eks:${ctx.region.name}:${ctx.account.id}:${kind}/${path}`;
export const clusterResource = (input: any, ctx: LabContext): string[] => [arn(ctx, 'cluster', String(input.name ?? input.clusterName ?? '*'))];

export function checkRole(ctx: LabContext, role: string, service: string): void {
  const row = Object.values(iamTables(ctx.account).roles).find((one) => one.arn === role);
  if (!row?.trust.includes(service))
    throw invalid(`Role with arn: ${role}, could not be assumed because it does not exist or the trusted entity is not correct`);
}
/** @returns the VPC all the subnets lie in */
export function checkSubnets(ctx: LabContext, ids: readonly string[], zones: number): string {
  const rows = ids.map((id) => {
    const row = rowOf<{ vpcId: string; zone: string }>(ctx, 'subnets', id);
    if (!row) throw invalid(`The subnet ID '${id}' does not exist`);
    return row;
  });
  if (new Set(rows.map((row) => row.vpcId)).size > 1) throw invalid('Subnets must all be in the same VPC');
  if (new Set(rows.map((row) => row.zone)).size < zones) throw invalid('Subnets specified must be in at least two different AZs');
  return rows[0]!.vpcId;
}
