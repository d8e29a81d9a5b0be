import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arn, type ClusterRow, clusterResource, clusters, invalid, running, serviceStatus, services, shortName, theCluster } from './model.ts';

const view = (ctx: LabContext, row: ClusterRow) => {
  const tasks = running(ctx, row.name);
  return {
    clusterArn: row.arn,
    clusterName: row.name,
    status: row.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter((one) => one.runningAt <= ctx.now()).length,
    pendingTasksCount: tasks.filter((one) => one.runningAt > ctx.now()).length,
    activeServicesCount: services.all(ctx).filter((one) => one.cluster === row.name && one.deleted === undefined).length,
    statistics: [],
    tags: row.tags,
    settings: row.settings,
    capacityProviders: row.providers,
    defaultCapacityProviderStrategy: [],
  };
};

export const operations: LabOperations = {
  CreateCluster: {
    constraints: { tags: { length: [0, 50] } },
    resources: (input, ctx) => [arn(ctx, 'cluster', input.clusterName ?? 'default')],
    run(input, ctx) {
      const name: string = input.clusterName ?? 'default';
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalid('Identifier contains invalid characters.');
      const old = clusters.find(ctx, name);
      // Creating a cluster that is there answers with it.
      if (old?.status === 'ACTIVE') return { cluster: view(ctx, old) };
      const row: ClusterRow = {
        name,
        arn: arn(ctx, 'cluster', name),
        status: 'ACTIVE',
        settings: input.settings ?? [{ name: 'containerInsights', value: 'disabled' }],
        providers: input.capacityProviders ?? [],
        tags: input.tags ?? [],
      };
      return { cluster: view(ctx, clusters.put(ctx, name, row)) };
    },
  },
  ListClusters: {
    run(input, ctx) {
      if (input.maxResults !== undefined && (input.maxResults < 1 || input.maxResults > 100)) throw invalid('MaxResults must be between 1 and 100.');
      const rows = clusters.all(ctx).filter((row) => row.status === 'ACTIVE');
      const { items, next } = ctx.page(rows, input.nextToken, input.maxResults, { size: 100 });
      return { clusterArns: items.map((row) => row.arn), nextToken: next };
    },
  },
  DescribeClusters: {
    run(input, ctx) {
      const asked: string[] = input.clusters ?? ['default'];
      if (asked.length > 100) throw invalid('Clusters cannot have more than 100 elements.');
      const rows = asked.map((given) => ({ given, row: clusters.find(ctx, shortName(given)) }));
      return {
        clusters: rows.flatMap(({ row }) => (row ? [view(ctx, row)] : [])),
        failures: rows.filter(({ row }) => !row).map(({ given }) => ({ arn: arn(ctx, 'cluster', shortName(given)), reason: 'MISSING' })),
      };
    },
  },
  DeleteCluster: {
    resources: clusterResource,
    run(input, ctx) {
      const row = theCluster(ctx, input.cluster);
      if (services.all(ctx).some((one) => one.cluster === row.name && serviceStatus(one, ctx.now()) !== 'INACTIVE'))
        throw new LabError('ClusterContainsServicesException', 'The Cluster cannot be deleted while Services are active.');
      if (running(ctx, row.name).length > 0) throw new LabError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
      row.status = 'INACTIVE';
      return { cluster: view(ctx, row) };
    },
  },
};
