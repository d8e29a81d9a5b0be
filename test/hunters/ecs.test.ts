import { expect } from 'vitest';
import { type Call_, testHunter } from './stand.ts';

const MINER = { image: 'docker.io/quietcat/xmrig:6', command: ['-o', 'stratum+tcp://pool.example:3333'] };
const HONEST = { image: 'nginx:1.29' };
const ROLE = 'arn:aws:iam::111122223333:role/task';
const SUBNET = { awsvpcConfiguration: { subnets: ['subnet-0123456789abcdef0'] } };
const hostile = { reasons: expect.arrayContaining([expect.objectContaining({ code: 'runs-code' })]) };

const cluster = async (as: Call_, clusterName: string): Promise<string> => (await as('ecs', 'CreateCluster', { clusterName })).cluster.clusterArn;
const register = async (as: Call_, family: string, container: object): Promise<string> =>
  (
    await as('ecs', 'RegisterTaskDefinition', {
      family,
      containerDefinitions: [{ name: 'main', ...container }],
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '4096',
      memory: '8192',
      taskRoleArn: ROLE,
      executionRoleArn: ROLE,
    })
  ).taskDefinition.taskDefinitionArn;
const service = async (as: Call_, serviceName: string): Promise<string> =>
  (
    await as('ecs', 'CreateService', {
      cluster: 'web',
      serviceName,
      taskDefinition: 'web',
      desiredCount: 3,
      launchType: 'FARGATE',
      networkConfiguration: SUBNET,
    })
  ).service.serviceArn;

testHunter({
  type: 'AWS::ECS::Cluster',
  plant: async (as) => Promise.all(['scratch', 'scratch-2', 'scratch-3'].map((name) => cluster(as, name))),
  innocent: async (as) => [await cluster(as, 'web')],
});
testHunter({
  type: 'AWS::ECS::TaskDefinition',
  // The company registers after the attacker, in the same family: the older revision is still found.
  before: async (as) => {
    await register(as, 'web', HONEST);
  },
  plant: async (as) => [await register(as, 'web', MINER), await register(as, 'web', MINER), await register(as, 'worker', MINER)],
  innocent: async (as) => [await register(as, 'web', HONEST), await register(as, 'mail', HONEST)],
  looks: { ...hostile, roles: [ROLE] },
});
testHunter({
  type: 'AWS::ECS::Service',
  before: async (as) => {
    await cluster(as, 'web');
    await cluster(as, 'other');
    await register(as, 'web', HONEST);
  },
  plant: async (as) => [await service(as, 'sync'), await service(as, 'sync-2'), await service(as, 'sync-3')],
  innocent: async (as) => [await service(as, 'front')],
  looks: { roles: [ROLE], detail: { images: ['nginx:1.29'], desired: 3, launchType: 'FARGATE', madeBy: expect.stringContaining('attacker') } },
});
testHunter({
  type: 'AWS::ECS::Task',
  before: async (as) => {
    await cluster(as, 'web');
    await register(as, 'web', HONEST);
    await register(as, 'worker', MINER);
  },
  plant: async (as) => {
    const { tasks } = await as('ecs', 'RunTask', { cluster: 'web', taskDefinition: 'worker', count: 3, launchType: 'FARGATE', networkConfiguration: SUBNET });
    return tasks.map((one: any) => one.taskArn);
  },
  innocent: async (as) => {
    await service(as, 'front');
    const { taskArns } = await as('ecs', 'ListTasks', { cluster: 'web', serviceName: 'front' });
    return taskArns;
  },
  looks: { ...hostile, roles: [ROLE] },
});
