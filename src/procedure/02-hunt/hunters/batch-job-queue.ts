import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present } from '../hunting/found.ts';

interface Queue {
  jobQueueName?: string;
  jobQueueArn?: string;
  state?: string;
  status?: string;
  priority?: number;
  computeEnvironmentOrder?: { computeEnvironment?: string }[];
}

/** Queues that jobs wait in; only those of the account, each tied to its compute environments. */
export const hunter: Hunter = {
  type: 'AWS::Batch::JobQueue',
  scope: 'regional',
  title: text('Batch job queues', 'Colas de trabajos de Batch'),
  permissions: ['batch:DescribeJobQueues'],
  createdByEvents: ['CreateJobQueue'],
  changedByEvents: ['UpdateJobQueue'],
  names: ['jobQueueArn', 'jobQueueName', 'jobQueue'],
  async *scan(ctx, region) {
    for await (const one of listed<Queue>(ctx, 'batch', region, 'DescribeJobQueues', 'jobQueues')) {
      if (one.jobQueueArn === undefined || one.jobQueueName === undefined) continue;
      yield foundAt(ctx, 'AWS::Batch::JobQueue', region, one.jobQueueArn, one.jobQueueName, {
        createdAt: null,
        alive: one.status !== 'DELETED' && one.status !== 'DELETING',
        detail: present({
          state: one.state,
          status: one.status,
          priority: one.priority,
          environments: one.computeEnvironmentOrder?.map((each) => each.computeEnvironment).join(', '),
        }),
      });
    }
  },
};
