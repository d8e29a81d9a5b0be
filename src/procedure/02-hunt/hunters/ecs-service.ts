import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { each, listed, present, read, time } from './describe.ts';
import { batched } from './ecs-batched.ts';
import { definitionsOf } from './ecs-definition.ts';
import { unlessGone } from './lambda-gone.ts';

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
            found.push({
              type: 'AWS::ECS::Service',
              arn: one.serviceArn,
              id: one.serviceName,
              region,
              account: ctx.facts.account ?? '',
              createdAt: time(one.createdAt),
              alive: one.status !== 'INACTIVE',
              ...(roles ? { roles } : {}),
              ...(reasons.length > 0 ? { reasons } : {}),
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
            });
          }
        }
      });
      return found;
    });
  },
};
