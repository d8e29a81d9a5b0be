import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, present, read, time } from './describe.ts';
import { batched } from './ecs-batched.ts';
import { type Container, containerDetail, containerReasons, rolesOf } from './ecs-containers.ts';
import { definitionsOf } from './ecs-definition.ts';
import { unlessGone } from './lambda-gone.ts';

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
 * What runs now. Tasks of a service are started by ECS itself: the service is what somebody made. A command given at the start
 * (an override) stands in no task definition.
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
            found.push({
              type: 'AWS::ECS::Task',
              arn: one.taskArn,
              id: one.taskArn.split('/').at(-1) ?? one.taskArn,
              region,
              account: ctx.facts.account ?? '',
              createdAt: time(one.createdAt),
              alive: one.lastStatus !== 'STOPPED',
              ...rolesOf(taskRoleArn, executionRoleArn, ...(defined.roles ?? [])),
              ...(reasons.length > 0 ? { reasons } : {}),
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
            });
          }
        }
      });
      return found;
    });
  },
};
