import type { LabContext, LabOperations } from '../../contract.ts';
import { arn, client, type JobRow, jobs, theDefinition, theQueue } from './model.ts';

const status = (ctx: LabContext, row: JobRow): string =>
  row.ended && row.ended.at <= ctx.now() ? 'FAILED' : row.startsAt <= ctx.now() ? 'RUNNING' : row.created + 1000 <= ctx.now() ? 'RUNNABLE' : 'SUBMITTED';
const view = (ctx: LabContext, row: JobRow) => {
  const { containerProperties } = theDefinition(ctx, row.definition).body;
  return {
    jobArn: row.arn,
    jobName: row.name,
    jobId: row.id,
    jobQueue: row.queue,
    status: status(ctx, row),
    statusReason: row.ended?.reason,
    createdAt: row.created,
    startedAt: row.startsAt <= ctx.now() ? row.startsAt : undefined,
    stoppedAt: row.ended?.at,
    jobDefinition: row.definition,
    container: containerProperties && { ...containerProperties, ...row.overrides },
  };
};

export const operations: LabOperations = {
  SubmitJob: {
    mutates: true,
    resources: (input) => [input.jobDefinition, input.jobQueue],
    run(input, ctx) {
      const queue = theQueue(ctx, input.jobQueue);
      const definition = theDefinition(ctx, input.jobDefinition);
      if (!definition.active) throw client(`JobDefinition ${definition.arn} is not ACTIVE`);
      if (queue.state !== 'ENABLED') throw client(`Error executing request, Exception : Job Queue ${queue.name} is not ENABLED`);
      const id = ctx.uuid();
      const row: JobRow = {
        id,
        arn: arn(ctx, 'job', id),
        name: input.jobName,
        queue: queue.arn,
        definition: definition.arn,
        overrides: input.containerOverrides,
        created: ctx.now(),
        startsAt: ctx.due(90),
      };
      jobs.put(ctx, id, row);
      return { jobArn: row.arn, jobName: row.name, jobId: id };
    },
  },
  ListJobs: {
    constraints: { jobStatus: { enum: ['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED'] } },
    run(input, ctx) {
      if (input.jobQueue === undefined) throw client('Specify one of jobQueue, arrayJobId or multiNodeJobId.');
      const queue = theQueue(ctx, input.jobQueue);
      const rows = jobs.all(ctx).filter((row) => row.queue === queue.arn && status(ctx, row) === (input.jobStatus ?? 'RUNNING'));
      const { items, next } = ctx.page(rows, input.nextToken, input.maxResults, { size: 100 });
      return {
        jobSummaryList: items.map((row) => ({
          jobArn: row.arn,
          jobId: row.id,
          jobName: row.name,
          createdAt: row.created,
          status: status(ctx, row),
          startedAt: row.startsAt <= ctx.now() ? row.startsAt : undefined,
          jobDefinition: row.definition,
        })),
        nextToken: next,
      };
    },
  },
  DescribeJobs: {
    run(input, ctx) {
      if (input.jobs.length > 100) throw client('Number of jobs must be at most 100');
      const asked = new Set<string>(input.jobs.map((given: string) => given.split('/').at(-1)));
      return { jobs: jobs.all(ctx).flatMap((row) => (asked.has(row.id) ? [view(ctx, row)] : [])) };
    },
  },
  TerminateJob: {
    mutates: true,
    run(input, ctx) {
      const row = jobs.get(ctx, input.jobId);
      row.ended ??= { at: ctx.due(10), reason: input.reason };
      return {};
    },
  },
};
