import type { LabContext, LabOperations } from '../../contract.ts';
import { arn, checkRole, checkSubnets, clusterResource, clusters, inUse, invalid, type NodegroupRow, nodegroups, nodegroupsOf, refused } from './model.ts';

const key = (cluster: string, name: string): string => `${cluster}/${name}`;
function theNodegroup(ctx: LabContext, input: any): NodegroupRow {
  clusters.get(ctx, input.clusterName);
  const row = nodegroups.get(ctx, key(input.clusterName, input.nodegroupName));
  return row.goneAt !== undefined && row.goneAt <= ctx.now() ? nodegroups.get(ctx, `gone/${row.name}`) : row;
}
const view = (ctx: LabContext, row: NodegroupRow) => ({
  nodegroupName: row.name,
  nodegroupArn: row.arn,
  clusterName: row.cluster,
  createdAt: new Date(row.created),
  modifiedAt: new Date(row.created),
  status: row.goneAt !== undefined ? 'DELETING' : row.activeAt <= ctx.now() ? 'ACTIVE' : 'CREATING',
  capacityType: row.capacity,
  scalingConfig: row.scaling,
  instanceTypes: row.instanceTypes,
  subnets: row.subnets,
  remoteAccess: row.remoteKey === undefined ? undefined : { ec2SshKey: row.remoteKey },
  amiType: row.ami,
  nodeRole: row.role,
  diskSize: row.diskSize,
  tags: row.tags,
});

export const operations: LabOperations = {
  CreateNodegroup: {
    constraints: { capacityType: { enum: ['ON_DEMAND', 'SPOT', 'CAPACITY_BLOCK'] } },
    resources: clusterResource,
    run(input, ctx) {
      const cluster = clusters.get(ctx, input.clusterName);
      if (cluster.activeAt > ctx.now()) throw refused(`Cluster '${cluster.name}' is not in ACTIVE status`);
      if (nodegroupsOf(ctx, cluster.name).some((row) => row.name === input.nodegroupName))
        throw inUse(`NodeGroup already exists with name ${input.nodegroupName} and cluster name ${cluster.name}`);
      checkRole(ctx, input.nodeRole, 'ec2.amazonaws.com');
      checkSubnets(ctx, input.subnets, 1);
      const { minSize = 1, maxSize = 2, desiredSize = 2 } = input.scalingConfig ?? {};
      if (desiredSize < minSize || desiredSize > maxSize)
        throw invalid(`desired capacity ${desiredSize} must be between minSize ${minSize} and maxSize ${maxSize}`);
      const row: NodegroupRow = {
        name: input.nodegroupName,
        cluster: cluster.name,
        arn: arn(ctx, 'nodegroup', `${cluster.name}/${input.nodegroupName}/${ctx.uuid()}`),
        role: input.nodeRole,
        instanceTypes: input.instanceTypes ?? ['t3.medium'],
        capacity: input.capacityType ?? 'ON_DEMAND',
        scaling: { minSize, maxSize, desiredSize },
        subnets: input.subnets,
        diskSize: input.diskSize ?? 20,
        ami: input.amiType ?? 'AL2023_x86_64_STANDARD',
        remoteKey: input.remoteAccess?.ec2SshKey,
        created: ctx.now(),
        activeAt: ctx.due(120),
        tags: input.tags ?? {},
      };
      return { nodegroup: view(ctx, nodegroups.put(ctx, key(cluster.name, row.name), row)) };
    },
  },
  ListNodegroups: {
    constraints: { maxResults: { min: 1, max: 100 } },
    resources: clusterResource,
    run(input, ctx) {
      const rows = nodegroupsOf(ctx, clusters.get(ctx, input.clusterName).name);
      const { items, next } = ctx.page(rows, input.nextToken, input.maxResults, { size: 100 });
      return { nodegroups: items.map((row) => row.name), nextToken: next };
    },
  },
  DescribeNodegroup: { run: (input, ctx) => ({ nodegroup: view(ctx, theNodegroup(ctx, input)) }) },
  DeleteNodegroup: {
    run(input, ctx) {
      const row = theNodegroup(ctx, input);
      row.goneAt ??= ctx.due(180);
      return { nodegroup: view(ctx, row) };
    },
  },
};
