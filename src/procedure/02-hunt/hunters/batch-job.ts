import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { CLIENT_ERROR, each, listed, unlessGone } from '../hunting/calls.ts';
import { arnFor, foundAt, present } from '../hunting/found.ts';

interface Summary {
  jobArn?: string;
  jobId?: string;
  jobName?: string;
  /** Milliseconds since 1970. */
  createdAt?: number;
  status?: string;
  jobDefinition?: string;
}
/** ListJobs answers for one state at a time. Jobs that ended are kept a while and are for CloudTrail to tell. */
const UNENDED = ['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING'];

/** Work that waits or runs now, whoever submitted it. */
export const hunter: Hunter = {
  type: 'AWS::Batch::Job',
  scope: 'regional',
  title: text('Batch jobs that wait or run', 'Trabajos de Batch en espera o en marcha'),
  permissions: ['batch:DescribeJobQueues', 'batch:ListJobs'],
  createdByEvents: ['SubmitJob'],
  names: ['jobId', 'jobArn'],
  async *scan(ctx, region) {
    yield* each(listed<{ jobQueueArn?: string }>(ctx, 'batch', region, 'DescribeJobQueues', 'jobQueues'), async ({ jobQueueArn: jobQueue }) => {
      const found = new Map<string, Found>();
      if (jobQueue === undefined) return [];
      for (const jobStatus of UNENDED)
        await unlessGone(async () => {
          for await (const one of listed<Summary>(ctx, 'batch', region, 'ListJobs', 'jobSummaryList', { jobQueue, jobStatus })) {
            if (one.jobId === undefined) continue;
            // A job may move on between two of these lists: the last state counts.
            found.set(
              one.jobId,
              foundAt(ctx, 'AWS::Batch::Job', region, one.jobArn ?? arnFor(ctx, 'batch', region, `job/${one.jobId}`), one.jobId, {
                createdAt: one.createdAt === undefined ? null : new Date(one.createdAt).toISOString(),
                detail: present({ name: oneLine(one.jobName), status: one.status, queue: jobQueue, definition: one.jobDefinition }),
              }),
            );
          }
        }, CLIENT_ERROR);
      return [...found.values()];
    });
  },
};
