import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { arnFor, foundAt, present, time } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';

const TYPE = 'AWS::Glue::Job';
interface Job {
  Name?: string;
  Role?: string;
  CreatedOn?: string;
  Command?: { Name?: string; ScriptLocation?: string };
  WorkerType?: string;
  NumberOfWorkers?: number;
}

/** A script that runs with a role, on demand or by a trigger. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('Glue jobs', 'Trabajos de Glue'),
  permissions: ['glue:GetJobs'],
  createdByEvents: ['CreateJob'],
  changedByEvents: ['UpdateJob', 'StartJobRun', 'CreateTrigger'],
  names: ['name', 'jobName'],
  arn: (id, { partition, region, account }) => `arn:${partition}:glue:${region}:${account}:job/${id}`,
  async *scan(ctx, region) {
    for await (const one of listed<Job>(ctx, 'glue', region, 'GetJobs', 'Jobs', { MaxResults: 100 })) {
      if (one.Name === undefined) continue;
      yield foundAt(ctx, TYPE, region, arnFor(ctx, 'glue', region, `job/${one.Name}`), one.Name, {
        createdAt: time(one.CreatedOn),
        roles: rolesOf(ctx, one.Role),
        reasons:
          (one.NumberOfWorkers ?? 0) >= 50
            ? [{ code: 'large', text: text(`runs on ${one.NumberOfWorkers} workers`, `se ejecuta en ${one.NumberOfWorkers} procesos`) }]
            : [],
        detail: present({ kind: one.Command?.Name, script: oneLine(one.Command?.ScriptLocation), workers: one.NumberOfWorkers, workerType: one.WorkerType }),
      });
    }
  },
};
