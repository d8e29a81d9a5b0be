import type { LabContext, LabOperations } from '../../contract.ts';
import { arn, checkName, client, liveQueues, type QueueRow, queues, status, theEnvironment, theQueue } from './model.ts';

const STATE = { enum: ['ENABLED', 'DISABLED'] };
const view = (ctx: LabContext, row: QueueRow) => ({
  jobQueueName: row.name,
  jobQueueArn: row.arn,
  state: row.state,
  status: status(ctx, row),
  statusReason: status(ctx, row) === 'VALID' ? 'JobQueue Healthy' : undefined,
  priority: row.priority,
  computeEnvironmentOrder: row.order,
  tags: row.tags,
});
function order(ctx: LabContext, given: any[]): QueueRow['order'] {
  if (given.length === 0 || given.length > 3) throw client('computeEnvironmentOrder must have between 1 and 3 compute environments');
  return given.map((one) => {
    const environment = theEnvironment(ctx, one.computeEnvironment);
    if (status(ctx, environment) !== 'VALID') throw client(`compute environment is not valid: ${environment.arn}`);
    return { order: one.order, computeEnvironment: environment.arn };
  });
}
const resources = (input: any, ctx: LabContext): string[] => {
  const given = String(input.jobQueueName ?? input.jobQueue ?? '*');
  return [given.startsWith('arn:') ? given : arn(ctx, 'job-queue', given)];
};

export const operations: LabOperations = {
  CreateJobQueue: {
    constraints: { state: STATE },
    resources,
    run(input, ctx) {
      checkName(input.jobQueueName);
      if (liveQueues(ctx).some((row) => row.name === input.jobQueueName)) throw client('Object already exists');
      const row: QueueRow = {
        name: input.jobQueueName,
        arn: arn(ctx, 'job-queue', input.jobQueueName),
        state: input.state ?? 'ENABLED',
        priority: input.priority,
        order: order(ctx, input.computeEnvironmentOrder ?? []),
        tags: input.tags ?? {},
        validAt: ctx.due(10),
      };
      queues.put(ctx, row.name, row);
      return { jobQueueName: row.name, jobQueueArn: row.arn };
    },
  },
  DescribeJobQueues: {
    run(input, ctx) {
      const asked: string[] = input.jobQueues ?? [];
      const rows = liveQueues(ctx).filter((row) => asked.length === 0 || asked.includes(row.name) || asked.includes(row.arn));
      const { items, next } = ctx.page(rows, input.nextToken, input.maxResults, { size: 100 });
      return { jobQueues: items.map((row) => view(ctx, row)), nextToken: next };
    },
  },
  UpdateJobQueue: {
    constraints: { state: STATE },
    resources,
    run(input, ctx) {
      const row = theQueue(ctx, input.jobQueue);
      row.state = input.state ?? row.state;
      row.priority = input.priority ?? row.priority;
      if (input.computeEnvironmentOrder) row.order = order(ctx, input.computeEnvironmentOrder);
      return { jobQueueName: row.name, jobQueueArn: row.arn };
    },
  },
  DeleteJobQueue: {
    resources,
    run(input, ctx) {
      const row = theQueue(ctx, input.jobQueue);
      if (row.state !== 'DISABLED') throw client('Cannot delete, resource is being modified or is not DISABLED.');
      row.goneAt = ctx.due(20);
      return {};
    },
  },
};
