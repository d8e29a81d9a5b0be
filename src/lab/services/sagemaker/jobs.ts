import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { date, plain, ROLE_ARN } from '../paging.ts';
import { type Shelf, shelf } from '../shelf.ts';
import { arn, MAX_RESULTS, paged } from './shared.ts';

interface Job {
  name: string;
  role: string;
  created: number;
  /** When it will have run its course. */
  ends: number;
  stopped?: number;
  input: any;
}
const gone = (): LabError => new LabError('ResourceNotFound', 'Requested resource not found.');
const training = shelf<Job>('sagemakerTrainingJobs', gone);
const processing = shelf<Job>('sagemakerProcessingJobs', gone);
const JOB = { length: [1, 63] as [number, number], pattern: '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}' };
const DAY = 86_400;
const status = (ctx: LabContext, one: Job): string => (one.stopped !== undefined ? 'Stopped' : one.ends > ctx.now() ? 'InProgress' : 'Completed');

function begin(ctx: LabContext, jobs: Shelf<Job>, kind: string, name: string, input: any): string {
  if (jobs.find(ctx, name))
    throw new LabError(
      'ResourceInUse',
      `Job name must be unique within an AWS account and region, and a job with this name already exists (${arn(ctx, kind, name)})`,
    );
  jobs.put(ctx, name, {
    name,
    role: input.RoleArn,
    created: ctx.now(),
    ends: ctx.due(input.StoppingCondition?.MaxRuntimeInSeconds ?? DAY),
    input: plain(input),
  });
  return arn(ctx, kind, name);
}
function list(ctx: LabContext, jobs: Shelf<Job>, input: any, view: (one: Job) => object) {
  const { items, rest } = paged(
    ctx,
    jobs.all(ctx).filter((one) => (input.StatusEquals ?? status(ctx, one)) === status(ctx, one)),
    input,
  );
  return { some: items.map(view), rest };
}

export const operations: LabOperations = {
  CreateTrainingJob: {
    constraints: { TrainingJobName: JOB, RoleArn: ROLE_ARN },
    run: (input, ctx) => ({ TrainingJobArn: begin(ctx, training, 'training-job', input.TrainingJobName, input) }),
  },
  ListTrainingJobs: {
    constraints: { MaxResults: MAX_RESULTS, StatusEquals: { enum: ['InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped', 'Deleting'] } },
    run(input, ctx) {
      const { some, rest } = list(ctx, training, input, (one) => ({
        TrainingJobName: one.name,
        TrainingJobArn: arn(ctx, 'training-job', one.name),
        CreationTime: date(one.created),
        LastModifiedTime: date(one.created),
        TrainingJobStatus: status(ctx, one),
      }));
      return { TrainingJobSummaries: some, ...rest };
    },
  },
  DescribeTrainingJob: {
    constraints: { TrainingJobName: JOB },
    run(input, ctx) {
      const one = training.get(ctx, input.TrainingJobName);
      return {
        ...one.input,
        TrainingJobArn: arn(ctx, 'training-job', one.name),
        TrainingJobStatus: status(ctx, one),
        SecondaryStatus: status(ctx, one) === 'InProgress' ? 'Training' : status(ctx, one),
        CreationTime: date(one.created),
      };
    },
  },
  StopTrainingJob: {
    constraints: { TrainingJobName: JOB },
    run(input, ctx) {
      training.get(ctx, input.TrainingJobName).stopped = ctx.now();
    },
  },
  CreateProcessingJob: {
    constraints: { ProcessingJobName: JOB, RoleArn: ROLE_ARN },
    run: (input, ctx) => ({ ProcessingJobArn: begin(ctx, processing, 'processing-job', input.ProcessingJobName, input) }),
  },
  ListProcessingJobs: {
    constraints: { MaxResults: MAX_RESULTS, StatusEquals: { enum: ['InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped'] } },
    run(input, ctx) {
      const { some, rest } = list(ctx, processing, input, (one) => ({
        ProcessingJobName: one.name,
        ProcessingJobArn: arn(ctx, 'processing-job', one.name),
        CreationTime: date(one.created),
        LastModifiedTime: date(one.created),
        ProcessingJobStatus: status(ctx, one),
      }));
      return { ProcessingJobSummaries: some, ...rest };
    },
  },
  DescribeProcessingJob: {
    constraints: { ProcessingJobName: JOB },
    run(input, ctx) {
      const one = processing.get(ctx, input.ProcessingJobName);
      return { ...one.input, ProcessingJobArn: arn(ctx, 'processing-job', one.name), ProcessingJobStatus: status(ctx, one), CreationTime: date(one.created) };
    },
  },
  StopProcessingJob: {
    constraints: { ProcessingJobName: JOB },
    run(input, ctx) {
      processing.get(ctx, input.ProcessingJobName).stopped = ctx.now();
    },
  },
};
