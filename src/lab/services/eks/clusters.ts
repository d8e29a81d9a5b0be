import type { LabContext, LabOperations } from '../../contract.ts';
import { hex } from '../../world/index.ts';
import { grantCreator } from './access-entries.ts';
import { arn, type ClusterRow, checkRole, checkSubnets, clusterResource, clusters, inUse, invalid, nodegroupsOf } from './model.ts';

const status = (ctx: LabContext, row: ClusterRow): string => (row.goneAt !== undefined ? 'DELETING' : row.activeAt <= ctx.now() ? 'ACTIVE' : 'CREATING');
const view = (ctx: LabContext, row: ClusterRow) => ({
  name: row.name,
  arn: row.arn,
  createdAt: new Date(row.created),
  version: row.version,
  endpoint: row.activeAt <= ctx.now() ? row.endpoint : undefined,
  roleArn: row.role,
  resourcesVpcConfig: {
    subnetIds: row.subnets,
    securityGroupIds: row.securityGroups,
    vpcId: row.vpc,
    endpointPublicAccess: row.publicAccess,
    endpointPrivateAccess: row.privateAccess,
    publicAccessCidrs: row.publicCidrs,
  },
  logging: { clusterLogging: [{ types: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'], enabled: false }] },
  status: status(ctx, row),
  certificateAuthority: {},
  platformVersion: 'eks.1',
  tags: row.tags,
  accessConfig: { authenticationMode: row.authentication },
});
const CIDR = /^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$|^[0-9a-f:]+\/\d{1,3}$/i;
function endpointOf(config: any, before?: ClusterRow): Pick<ClusterRow, 'publicAccess' | 'privateAccess' | 'publicCidrs'> {
  const cidrs: string[] = config.publicAccessCidrs ?? before?.publicCidrs ?? ['0.0.0.0/0'];
  for (const cidr of cidrs) if (!CIDR.test(cidr)) throw invalid(`The following CIDRs are invalid in publicAccessCidrs: ${cidr}`);
  const publicAccess = config.endpointPublicAccess ?? before?.publicAccess ?? true;
  const privateAccess = config.endpointPrivateAccess ?? before?.privateAccess ?? false;
  if (!publicAccess && !privateAccess) throw invalid('Private and public endpoint access cannot be false');
  return { publicAccess, privateAccess, publicCidrs: cidrs };
}

export const operations: LabOperations = {
  CreateCluster: {
    constraints: { name: { length: [1, 100], pattern: '^[0-9A-Za-z][A-Za-z0-9\\-_]*' }, encryptionConfig: { length: [0, 1] } },
    resources: clusterResource,
    run(input, ctx) {
      if (clusters.find(ctx, input.name)) throw inUse(`Cluster already exists with name: ${input.name}`);
      checkRole(ctx, input.roleArn, 'eks.amazonaws.com');
      const config = input.resourcesVpcConfig;
      const vpc = checkSubnets(ctx, config.subnetIds ?? [], 2);
      const row: ClusterRow = {
        name: input.name,
        arn: arn(ctx, 'cluster', input.name),
        version: input.version ?? '1.34',
        role: input.roleArn,
        created: ctx.now(),
        activeAt: ctx.due(540),
        endpoint: `https://${hex(ctx.world, 32).toUpperCase()}.gr7.${ctx.region.name}.eks.amazonaws.com`,
        subnets: config.subnetIds,
        securityGroups: config.securityGroupIds ?? [],
        vpc,
        ...endpointOf(config),
        authentication: input.accessConfig?.authenticationMode ?? 'CONFIG_MAP',
        tags: input.tags ?? {},
      };
      clusters.put(ctx, row.name, row);
      if (row.authentication !== 'CONFIG_MAP' && input.accessConfig?.bootstrapClusterCreatorAdminPermissions !== false) grantCreator(ctx, row);
      return { cluster: view(ctx, row) };
    },
  },
  ListClusters: {
    constraints: { maxResults: { min: 1, max: 100 } },
    run(input, ctx) {
      const { items, next } = ctx.page(clusters.all(ctx), input.nextToken, input.maxResults, { size: 100 });
      return { clusters: items.map((row) => row.name), nextToken: next };
    },
  },
  DescribeCluster: { resources: clusterResource, run: (input, ctx) => ({ cluster: view(ctx, clusters.get(ctx, input.name)) }) },
  UpdateClusterConfig: {
    resources: clusterResource,
    run(input, ctx) {
      const row = clusters.get(ctx, input.name);
      if (status(ctx, row) !== 'ACTIVE') throw inUse(`Cluster is not in the ACTIVE state: ${row.name}`);
      const given = [input.resourcesVpcConfig, input.logging, input.accessConfig].filter((one) => one !== undefined);
      if (given.length !== 1) throw invalid('The type for cluster update was not provided.');
      if (input.resourcesVpcConfig) Object.assign(row, endpointOf(input.resourcesVpcConfig, row));
      if (input.accessConfig?.authenticationMode === 'CONFIG_MAP' && row.authentication !== 'CONFIG_MAP')
        throw invalid('Unsupported authentication mode update from API_AND_CONFIG_MAP to CONFIG_MAP');
      row.authentication = input.accessConfig?.authenticationMode ?? row.authentication;
      const type = input.resourcesVpcConfig ? 'EndpointAccessUpdate' : input.logging ? 'LoggingUpdate' : 'AccessConfigUpdate';
      return { update: { id: ctx.uuid(), status: 'InProgress', type, params: [], createdAt: new Date(ctx.now()), errors: [] } };
    },
  },
  DeleteCluster: {
    resources: clusterResource,
    run(input, ctx) {
      const row = clusters.get(ctx, input.name);
      if (status(ctx, row) !== 'ACTIVE') throw inUse(`Cluster is in an invalid state to perform this operation: ${row.name}`);
      if (nodegroupsOf(ctx, row.name).length > 0) throw inUse('Cluster has nodegroups attached');
      row.goneAt = ctx.due(240);
      return { cluster: view(ctx, row) };
    },
  },
};
