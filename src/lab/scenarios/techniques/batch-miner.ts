import type { Technique } from '../technique.ts';

/** A compute environment and a queue: work that asks for machines by itself. */
export const technique: Technique = {
  id: 'batch-miner',
  place: 'region',
  makes: ['AWS::Batch::ComputeEnvironment', 'AWS::Batch::JobQueue', 'AWS::Batch::JobDefinition'],
  needs: [
    'batch:CreateComputeEnvironment',
    'batch:CreateJobQueue',
    'batch:RegisterJobDefinition',
    'batch:SubmitJob',
    'ec2:DescribeSubnets',
    'ec2:DescribeSecurityGroups',
    'iam:PassRole',
  ],
  async play(act) {
    const name = act.name(['etl', 'reports', 'genomics']);
    const { Subnets } = await act.call('ec2', 'DescribeSubnets', {});
    const { SecurityGroups } = await act.call('ec2', 'DescribeSecurityGroups', {});
    const computeResources = { type: 'FARGATE_SPOT', maxvCpus: 256, subnets: [Subnets[0].SubnetId], securityGroupIds: [SecurityGroups[0].GroupId] };
    const environment = await act.call('batch', 'CreateComputeEnvironment', {
      computeEnvironmentName: name,
      type: 'MANAGED',
      computeResources,
      serviceRole: act.company.serviceRoleArn,
    });
    act.made('AWS::Batch::ComputeEnvironment', name, environment.computeEnvironmentArn);
    act.pass(60);
    const computeEnvironmentOrder = [{ order: 1, computeEnvironment: name }];
    const queue = await act.call('batch', 'CreateJobQueue', { jobQueueName: name, priority: 1, computeEnvironmentOrder });
    act.made('AWS::Batch::JobQueue', name, queue.jobQueueArn);
    const definition = await act.call('batch', 'RegisterJobDefinition', {
      jobDefinitionName: name,
      type: 'container',
      platformCapabilities: ['FARGATE'],
      containerProperties: {
        image: 'registry.example/x/worker:latest',
        executionRoleArn: act.company.serviceRoleArn,
        resourceRequirements: [
          { type: 'VCPU', value: '4' },
          { type: 'MEMORY', value: '8192' },
        ],
      },
    });
    act.made('AWS::Batch::JobDefinition', `${name}:${definition.revision}`, definition.jobDefinitionArn);
    act.pass(60);
    const { jobId, jobArn } = await act.call('batch', 'SubmitJob', { jobName: name, jobQueue: name, jobDefinition: name });
    act.attends('AWS::Batch::Job', jobId, jobArn);
  },
};
