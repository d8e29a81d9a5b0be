import type { ActionContext, Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, read } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { machineReasons } from '../hunting/machines.ts';
import { rolesOf } from '../hunting/roles.ts';

const TYPE = 'AWS::SageMaker::TrainingJob';
interface Job {
  TrainingJobName?: string;
  TrainingJobArn?: string;
  CreationTime?: string;
  TrainingJobStatus?: string;
  RoleArn?: string;
  AlgorithmSpecification?: { TrainingImage?: string };
  ResourceConfig?: { InstanceType?: string; InstanceCount?: number };
}

async function look(ctx: ActionContext, region: string, { TrainingJobName: name, TrainingJobArn: arn, CreationTime }: Job): Promise<Found[]> {
  if (name === undefined || arn === undefined) return [];
  const one = await read<Job>(ctx, 'sagemaker', region, 'DescribeTrainingJob', { TrainingJobName: name });
  return [
    foundAt(ctx, TYPE, region, arn, name, {
      createdAt: time(CreationTime),
      roles: rolesOf(ctx, one.RoleArn),
      reasons: machineReasons([one.ResourceConfig?.InstanceType], one.ResourceConfig?.InstanceCount),
      detail: present({
        status: one.TrainingJobStatus,
        image: oneLine(one.AlgorithmSpecification?.TrainingImage),
        machines: one.ResourceConfig?.InstanceType && `${one.ResourceConfig.InstanceCount ?? 1} x ${oneLine(one.ResourceConfig.InstanceType, 40)}`,
      }),
    }),
  ];
}

/** Training that runs now: containers of anybody's making on machines of any size. CloudTrail knows the ended ones. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('SageMaker training jobs in progress', 'Trabajos de entrenamiento de SageMaker en curso'),
  permissions: ['sagemaker:ListTrainingJobs', 'sagemaker:DescribeTrainingJob'],
  createdByEvents: ['CreateTrainingJob'],
  names: ['trainingJobArn', 'trainingJobName'],
  scan: (ctx, region) =>
    each(listed<Job>(ctx, 'sagemaker', region, 'ListTrainingJobs', 'TrainingJobSummaries', { StatusEquals: 'InProgress', MaxResults: 100 }), (one) =>
      look(ctx, region, one),
    ),
};
