import { expect } from 'vitest';
import { type Call_, testHunter } from './stand.ts';

const ROLE = 'arn:aws:iam::111122223333:role/job';
const valid = async (as: Call_, name: string): Promise<void> => {
  for (;;) {
    const { computeEnvironments } = await as('batch', 'DescribeComputeEnvironments', { computeEnvironments: [name] });
    if (computeEnvironments[0].status === 'VALID') return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
async function environment(as: Call_, computeEnvironmentName: string, type: string): Promise<string> {
  const { Subnets } = await as('ec2', 'DescribeSubnets');
  const { computeEnvironmentArn } = await as('batch', 'CreateComputeEnvironment', {
    computeEnvironmentName,
    type: 'MANAGED',
    serviceRole: ROLE,
    computeResources: {
      type: 'SPOT',
      minvCpus: 0,
      maxvCpus: 4096,
      instanceTypes: [type],
      instanceRole: 'arn:aws:iam::111122223333:instance-profile/nodes',
      subnets: Subnets.map((one: any) => one.SubnetId),
    },
  });
  return computeEnvironmentArn;
}
const queue = async (as: Call_, jobQueueName: string): Promise<string> =>
  (await as('batch', 'CreateJobQueue', { jobQueueName, priority: 1, computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'base' }] })).jobQueueArn;
const define = async (as: Call_, jobDefinitionName: string, image: string): Promise<string> =>
  (
    await as('batch', 'RegisterJobDefinition', {
      jobDefinitionName,
      type: 'container',
      containerProperties: { image, vcpus: 4, memory: 8192, command: ['run'], jobRoleArn: ROLE },
    })
  ).jobDefinitionArn;
const base = async (as: Call_): Promise<void> => {
  await environment(as, 'base', 'm7i.large');
  await valid(as, 'base');
};

testHunter({
  type: 'AWS::Batch::ComputeEnvironment',
  plant: async (as) => [await environment(as, 'a', 'g5.48xlarge'), await environment(as, 'b', 'g5.48xlarge'), await environment(as, 'c', 'g5.48xlarge')],
  innocent: async (as) => [await environment(as, 'reports', 'm7i.large')],
  looks: { roles: [ROLE], reasons: expect.arrayContaining([expect.objectContaining({ code: 'gpu' })]), detail: { maxCpus: 4096, machines: 'SPOT' } },
});
testHunter({
  type: 'AWS::Batch::JobQueue',
  before: base,
  plant: async (as) => [await queue(as, 'a'), await queue(as, 'b'), await queue(as, 'c')],
  innocent: async (as) => [await queue(as, 'reports')],
});
testHunter({
  type: 'AWS::Batch::JobDefinition',
  plant: async (as) => [await define(as, 'x', 'quietcat/xmrig'), await define(as, 'x', 'quietcat/xmrig'), await define(as, 'y', 'quietcat/xmrig')],
  innocent: async (as) => [await define(as, 'x', 'reports:7'), await define(as, 'reports', 'reports:7')],
  looks: { roles: [ROLE], reasons: expect.arrayContaining([expect.objectContaining({ code: 'runs-code' })]) },
});
testHunter({
  type: 'AWS::Batch::Job',
  before: async (as) => {
    await base(as);
    await queue(as, 'work');
    await define(as, 'reports', 'reports:7');
  },
  plant: async (as) =>
    Promise.all(['a', 'b', 'c'].map(async (jobName) => (await as('batch', 'SubmitJob', { jobName, jobQueue: 'work', jobDefinition: 'reports' })).jobId)),
  innocent: async (as) => [(await as('batch', 'SubmitJob', { jobName: 'monthly', jobQueue: 'work', jobDefinition: 'reports' })).jobId],
});
