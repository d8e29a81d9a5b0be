import type { LabContext, LabOperations } from '../../contract.ts';
import { rowOf } from '../ec2/tables.ts';
import { arn, checkName, client, type EnvironmentRow, environments, liveEnvironments, liveQueues, status, theEnvironment } from './model.ts';

const STATE = { enum: ['ENABLED', 'DISABLED'] };
const view = (ctx: LabContext, row: EnvironmentRow) => ({
  computeEnvironmentName: row.name,
  computeEnvironmentArn: row.arn,
  ecsClusterArn: `arn:aws:ecs:${ctx.region.name}:${ctx.account.id}:cluster/AWSBatch-${row.name}-${row.uuid}`,
  tags: row.tags,
  type: row.type,
  state: row.state,
  status: status(ctx, row),
  statusReason: status(ctx, row) === 'VALID' ? 'ComputeEnvironment Healthy' : undefined,
  computeResources: row.resources,
  serviceRole: row.serviceRole,
  containerOrchestrationType: 'ECS',
  uuid: row.uuid,
});
const TYPES = ['EC2', 'SPOT', 'FARGATE', 'FARGATE_SPOT'];
function check(ctx: LabContext, given: any): void {
  if (given === undefined) throw client('computeResources must be provided for a MANAGED compute environment');
  if (!TYPES.includes(given.type)) throw client(`computeResources.type ${given.type} is invalid`);
  const fargate = given.type.startsWith('FARGATE');
  if (!fargate && !given.instanceTypes?.length) throw client('instanceTypes can not be empty');
  if (!fargate && given.instanceRole === undefined) throw client('instanceRole is required.');
  if (!(given.maxvCpus >= 1)) throw client('maxvCpus must be at least 1');
  if (!given.subnets?.length) throw client('subnets can not be empty');
  for (const id of given.subnets) if (!rowOf(ctx, 'subnets', id)) throw client(`The subnet ID '${id}' does not exist`);
}
const resources = (input: any, ctx: LabContext): string[] => {
  const given = String(input.computeEnvironmentName ?? input.computeEnvironment ?? '*');
  return [given.startsWith('arn:') ? given : arn(ctx, 'compute-environment', given)];
};

export const operations: LabOperations = {
  CreateComputeEnvironment: {
    constraints: { type: { enum: ['MANAGED', 'UNMANAGED'] }, state: STATE },
    resources,
    run(input, ctx) {
      checkName(input.computeEnvironmentName);
      if (liveEnvironments(ctx).some((row) => row.name === input.computeEnvironmentName)) throw client('Object already exists');
      if (input.type === 'MANAGED') check(ctx, input.computeResources);
      const row: EnvironmentRow = {
        name: input.computeEnvironmentName,
        arn: arn(ctx, 'compute-environment', input.computeEnvironmentName),
        uuid: ctx.uuid(),
        type: input.type,
        state: input.state ?? 'ENABLED',
        resources: input.computeResources,
        serviceRole: input.serviceRole ?? `arn:aws:iam::${ctx.account.id}:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch`,
        tags: input.tags ?? {},
        validAt: ctx.due(10),
      };
      environments.put(ctx, row.name, row);
      return { computeEnvironmentName: row.name, computeEnvironmentArn: row.arn };
    },
  },
  DescribeComputeEnvironments: {
    run(input, ctx) {
      const asked: string[] = input.computeEnvironments ?? [];
      const rows = liveEnvironments(ctx).filter((row) => asked.length === 0 || asked.includes(row.name) || asked.includes(row.arn));
      const { items, next } = ctx.page(rows, input.nextToken, input.maxResults, { size: 100 });
      return { computeEnvironments: items.map((row) => view(ctx, row)), nextToken: next };
    },
  },
  UpdateComputeEnvironment: {
    constraints: { state: STATE },
    resources,
    run(input, ctx) {
      const row = theEnvironment(ctx, input.computeEnvironment);
      row.state = input.state ?? row.state;
      row.serviceRole = input.serviceRole ?? row.serviceRole;
      if (input.computeResources) row.resources = { ...row.resources, ...input.computeResources };
      row.validAt = ctx.due(10);
      return { computeEnvironmentName: row.name, computeEnvironmentArn: row.arn };
    },
  },
  DeleteComputeEnvironment: {
    resources,
    run(input, ctx) {
      const row = theEnvironment(ctx, input.computeEnvironment);
      if (row.state !== 'DISABLED') throw client('Cannot delete, resource is being modified or is not DISABLED.');
      if (liveQueues(ctx).some((queue) => queue.order.some((one) => one.computeEnvironment === row.arn)))
        throw client('Cannot delete, found existing JobQueue relationship');
      row.goneAt = ctx.due(20);
      return {};
    },
  },
};
