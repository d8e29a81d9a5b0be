import type { LabContext, LabOperations, World } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { arn, date, iam, noSuchEntity, paged } from './shared.ts';

interface Job {
  arn: string;
  granularity: string;
  created: number;
  done: number;
}
/** Asking changes nothing: the jobs are no part of the world. */
const JOBS = new WeakMap<World, Map<string, Job>>();
function jobsOf(ctx: LabContext): Map<string, Job> {
  const jobs = JOBS.get(ctx.world) ?? new Map<string, Job>();
  JOBS.set(ctx.world, jobs);
  return jobs;
}
const exists = (ctx: LabContext, wanted: string): boolean =>
  [iam(ctx).users, iam(ctx).roles, iam(ctx).groups, iam(ctx).policies].some((table) =>
    Object.values(table as Record<string, { arn: string }>).some((row) => row.arn === wanted),
  );

interface Use {
  time: number;
  region: string;
  actions: Record<string, { time: number; region: string }>;
}
/** By service, as CloudTrail has it: the last call of a principal, or of a session of it. */
function usesOf(ctx: LabContext, principal: string): Record<string, Use> {
  const uses: Record<string, Use> = {};
  for (const { record, region } of ctx.account.trail) {
    const identity = record.userIdentity ?? {};
    if (identity.arn !== principal && identity.sessionContext?.sessionIssuer?.arn !== principal) continue;
    const service = String(record.eventSource).split('.')[0]!;
    const time = Date.parse(record.eventTime);
    const use = (uses[service] ??= { time, region, actions: {} });
    if (time >= use.time) Object.assign(use, { time, region });
    use.actions[record.eventName] = { time, region };
  }
  return uses;
}

/** IAM User Guide, "Refine permissions using last accessed information": made as a job, seconds long. */
export const operations: LabOperations = {
  GenerateServiceLastAccessedDetails: {
    mutates: false,
    constraints: { Arn: arn, Granularity: { enum: ['SERVICE_LEVEL', 'ACTION_LEVEL'] } },
    resources: (input) => [input.Arn],
    run(input, ctx) {
      if (!exists(ctx, input.Arn)) throw noSuchEntity(`ARN ${input.Arn} was not found.`);
      const JobId = ctx.uuid();
      jobsOf(ctx).set(`${ctx.account.id} ${JobId}`, {
        arn: input.Arn,
        granularity: input.Granularity ?? 'SERVICE_LEVEL',
        created: ctx.now(),
        done: ctx.due(2),
      });
      return { JobId };
    },
  },
  GetServiceLastAccessedDetails: {
    constraints: { JobId: { length: [36, 36] }, ...paged },
    run(input, ctx) {
      const job = jobsOf(ctx).get(`${ctx.account.id} ${input.JobId}`);
      if (!job) throw new LabError('NoSuchEntity', `Job ${input.JobId} does not exist.`, { status: 404 });
      const about = { JobType: job.granularity, JobCreationDate: date(job.created), IsTruncated: false };
      if (ctx.now() < job.done) return { ...about, JobStatus: 'IN_PROGRESS', ServicesLastAccessed: [], JobCompletionDate: date(job.created) };
      const ServicesLastAccessed = Object.entries(usesOf(ctx, job.arn))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([service, use]) => ({
          ServiceName: service,
          ServiceNamespace: service,
          LastAuthenticated: date(use.time),
          LastAuthenticatedEntity: job.arn,
          LastAuthenticatedRegion: use.region,
          TotalAuthenticatedEntities: 1,
          TrackedActionsLastAccessed:
            job.granularity === 'ACTION_LEVEL'
              ? Object.entries(use.actions).map(([ActionName, last]) => ({
                  ActionName,
                  LastAccessedEntity: job.arn,
                  LastAccessedTime: date(last.time),
                  LastAccessedRegion: last.region,
                }))
              : undefined,
        }));
      return { ...about, JobStatus: 'COMPLETED', JobCompletionDate: date(job.done), ServicesLastAccessed };
    },
  },
};
