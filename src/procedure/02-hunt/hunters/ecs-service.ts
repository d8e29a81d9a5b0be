import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { batched, each, listed, read, unlessGone } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { definitionsOf } from '../hunting/task-definitions.ts';

interface Service {
  serviceArn?: string;
  serviceName?: string;
  clusterArn?: string;
  status?: string;
  createdAt?: string;
  createdBy?: string;
  taskDefinition?: string;
  desiredCount?: number;
  runningCount?: number;
  launchType?: string;
  enableExecuteCommand?: boolean;
}
const AT_ONCE = 10; // DescribeServices takes so many

/** Services that keep containers running: a task that is stopped comes back by its service. */
export const hunter: Hunter = {
  type: 'AWS::ECS::Service',
  scope: 'regional',
  title: text('ECS services', 'Servicios de ECS'),
  permissions: ['ecs:ListClusters', 'ecs:ListServices', 'ecs:DescribeServices', 'ecs:DescribeTaskDefinition'],
  createdByEvents: ['CreateService', 'CreateExpressGatewayService'],
  changedByEvents: ['UpdateService', 'UpdateExpressGatewayService', 'CreateTaskSet'],
  names: ['serviceArn', 'serviceName', 'service'],
  async *scan(ctx, region) {
    const runs = definitionsOf(ctx, region);
    yield* each(listed<string>(ctx, 'ecs', region, 'ListClusters', 'clusterArns'), async (cluster) => {
      const found: Found[] = [];
      await unlessGone(async () => {
        for await (const services of batched(listed<string>(ctx, 'ecs', region, 'ListServices', 'serviceArns', { cluster }), AT_ONCE)) {
          const answer = await read<{ services?: Service[] }>(ctx, 'ecs', region, 'DescribeServices', { cluster, services });
          for (const one of answer.services ?? []) {
            if (one.serviceArn === undefined || one.serviceName === undefined) continue;
            const { roles, reasons, detail } = await runs(one.taskDefinition);
            found.push(
              foundAt(ctx, 'AWS::ECS::Service', region, one.serviceArn, one.serviceName, {
                createdAt: time(one.createdAt),
                alive: one.status !== 'INACTIVE',
                roles,
                reasons,
                detail: {
                  ...present({
                    cluster: one.clusterArn,
                    status: one.status,
                    taskDefinition: one.taskDefinition,
                    desired: one.desiredCount,
                    running: one.runningCount,
                    launchType: one.launchType,
                    madeBy: one.createdBy,
                    shell: one.enableExecuteCommand || undefined,
                  }),
                  ...detail,
                },
              }),
            );
          }
        }
      });
      return found;
    });
  },
};
