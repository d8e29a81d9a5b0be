import type { ActionContext, Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, read } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { machineReasons } from '../hunting/machines.ts';
import { rolesOf } from '../hunting/roles.ts';
import { commandReasons } from '../hunting/startup-code.ts';

const TYPE = 'AWS::SageMaker::ProcessingJob';
interface Job {
  ProcessingJobName?: string;
  ProcessingJobArn?: string;
  CreationTime?: string;
  ProcessingJobStatus?: string;
  RoleArn?: string;
  AppSpecification?: { ImageUri?: string; ContainerEntrypoint?: string[]; ContainerArguments?: string[] };
  ProcessingResources?: { ClusterConfig?: { InstanceType?: string; InstanceCount?: number } };
}

async function look(ctx: ActionContext, region: string, { ProcessingJobName: name, ProcessingJobArn: arn, CreationTime }: Job): Promise<Found[]> {
  if (name === undefined || arn === undefined) return [];
  const one = await read<Job>(ctx, 'sagemaker', region, 'DescribeProcessingJob', { ProcessingJobName: name });
  const machine = one.ProcessingResources?.ClusterConfig;
  const command = [...(one.AppSpecification?.ContainerEntrypoint ?? []), ...(one.AppSpecification?.ContainerArguments ?? [])].join(' ');
  return [
    foundAt(ctx, TYPE, region, arn, name, {
      createdAt: time(CreationTime),
      roles: rolesOf(ctx, one.RoleArn),
      reasons: [...machineReasons([machine?.InstanceType], machine?.InstanceCount), ...commandReasons([command])],
      detail: present({
        status: one.ProcessingJobStatus,
        image: oneLine(one.AppSpecification?.ImageUri),
        machines: machine?.InstanceType && `${machine.InstanceCount ?? 1} x ${oneLine(machine.InstanceType, 40)}`,
      }),
    }),
  ];
}

/** Containers of anybody's making that run now on machines of any size. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('SageMaker processing jobs in progress', 'Trabajos de procesamiento de SageMaker en curso'),
  permissions: ['sagemaker:ListProcessingJobs', 'sagemaker:DescribeProcessingJob'],
  createdByEvents: ['CreateProcessingJob'],
  names: ['processingJobArn', 'processingJobName'],
  scan: (ctx, region) =>
    each(listed<Job>(ctx, 'sagemaker', region, 'ListProcessingJobs', 'ProcessingJobSummaries', { StatusEquals: 'InProgress', MaxResults: 100 }), (one) =>
      look(ctx, region, one),
    ),
};
