import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { batched, each, listed, read, unlessGone } from '../hunting/calls.ts';
import { type Container, containerDetail, containerReasons } from '../hunting/containers.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';
import { definitionsOf } from '../hunting/task-definitions.ts';

interface Task {
  taskArn?: string;
  clusterArn?: string;
  taskDefinitionArn?: string;
  group?: string;
  startedBy?: string;
  lastStatus?: string;
  launchType?: string;
  createdAt?: string;
  cpu?: string;
  memory?: string;
  enableExecuteCommand?: boolean;
  containers?: { image?: string }[];
  overrides?: { taskRoleArn?: string; executionRoleArn?: string; containerOverrides?: { command?: string[] }[] };
}
const AT_ONCE = 100; // DescribeTasks takes so many

/**
 * Containers that run now. What runs now. Tasks of a service are started by ECS itself: the service is what somebody made. A command
 * given at the start (an override) stands in no task definition.
 */
export const hunter: Hunter = {
  type: 'AWS::ECS::Task',
  scope: 'regional',
  title: text('ECS tasks', 'Tareas de ECS'),
  permissions: ['ecs:ListClusters', 'ecs:ListTasks', 'ecs:DescribeTasks', 'ecs:DescribeTaskDefinition'],
  createdByEvents: ['RunTask', 'StartTask'],
  changedByEvents: ['ExecuteCommand'],
  names: ['taskArn', 'task'],
  async *scan(ctx, region) {
    const runs = definitionsOf(ctx, region);
    yield* each(listed<string>(ctx, 'ecs', region, 'ListClusters', 'clusterArns'), async (cluster) => {
      const found: Found[] = [];
      await unlessGone(async () => {
        for await (const tasks of batched(listed<string>(ctx, 'ecs', region, 'ListTasks', 'taskArns', { cluster }), AT_ONCE)) {
          const answer = await read<{ tasks?: Task[] }>(ctx, 'ecs', region, 'DescribeTasks', { cluster, tasks });
          for (const one of answer.tasks ?? []) {
            if (one.taskArn === undefined) continue;
            const containers: Container[] = [...(one.containers ?? []), ...(one.overrides?.containerOverrides ?? [])];
            const defined = await runs(one.taskDefinitionArn);
            const own = containerReasons(containers);
            const reasons = own.length > 0 ? own : defined.reasons;
            const { taskRoleArn, executionRoleArn } = one.overrides ?? {};
            found.push(
              foundAt(ctx, 'AWS::ECS::Task', region, one.taskArn, one.taskArn.split('/').at(-1) ?? one.taskArn, {
                createdAt: time(one.createdAt),
                alive: one.lastStatus !== 'STOPPED',
                roles: rolesOf(ctx, taskRoleArn, executionRoleArn, ...defined.roles),
                reasons,
                detail: {
                  ...present({
                    cluster: one.clusterArn,
                    taskDefinition: one.taskDefinitionArn,
                    group: oneLine(one.group),
                    startedBy: oneLine(one.startedBy),
                    status: one.lastStatus,
                    launchType: one.launchType,
                    cpu: one.cpu,
                    memory: one.memory,
                    shell: one.enableExecuteCommand || undefined,
                  }),
                  ...containerDetail(containers),
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
