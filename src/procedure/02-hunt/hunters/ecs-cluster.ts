import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { batched, listed, read } from '../hunting/calls.ts';
import { foundAt, present } from '../hunting/found.ts';

interface Cluster {
  clusterArn?: string;
  clusterName?: string;
  status?: string;
  runningTasksCount?: number;
  pendingTasksCount?: number;
  activeServicesCount?: number;
  registeredContainerInstancesCount?: number;
}
const AT_ONCE = 100; // DescribeClusters takes so many

/** Clusters that containers run in. AWS keeps no creation time for a cluster: only CloudTrail tells. */
export const hunter: Hunter = {
  type: 'AWS::ECS::Cluster',
  scope: 'regional',
  title: text('ECS clusters', 'Clústeres de ECS'),
  permissions: ['ecs:ListClusters', 'ecs:DescribeClusters'],
  createdByEvents: ['CreateCluster'],
  changedByEvents: ['UpdateCluster', 'UpdateClusterSettings', 'PutClusterCapacityProviders', 'RegisterContainerInstance'],
  names: ['clusterArn', 'clusterName', 'cluster'],
  async *scan(ctx, region) {
    for await (const clusters of batched(listed<string>(ctx, 'ecs', region, 'ListClusters', 'clusterArns'), AT_ONCE)) {
      const answer = await read<{ clusters?: Cluster[] }>(ctx, 'ecs', region, 'DescribeClusters', { clusters });
      for (const one of answer.clusters ?? []) {
        if (one.clusterArn === undefined || one.clusterName === undefined) continue;
        yield foundAt(ctx, 'AWS::ECS::Cluster', region, one.clusterArn, one.clusterName, {
          createdAt: null,
          alive: one.status !== 'INACTIVE',
          detail: present({
            status: one.status,
            runningTasks: one.runningTasksCount,
            pendingTasks: one.pendingTasksCount,
            services: one.activeServicesCount,
            containerInstances: one.registeredContainerInstancesCount,
          }),
        });
      }
    }
  },
};
