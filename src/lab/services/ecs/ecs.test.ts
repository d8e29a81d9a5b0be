import { describe, expect, it } from 'vitest';
import { bench } from '../testing.ts';

const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-0123456789abcdef0'] } };
const WEB = {
  family: 'web',
  containerDefinitions: [{ name: 'main', image: 'nginx' }],
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
};

describe('ECS', () => {
  it('counts revisions, lists them newest first when asked, and forgets none that was deregistered', async () => {
    const { call } = bench();
    for (let n = 0; n < 3; n++) await call('ecs:RegisterTaskDefinition', WEB);
    await call('ecs:RegisterTaskDefinition', { ...WEB, family: 'api' });
    await call('ecs:DeregisterTaskDefinition', { taskDefinition: 'web:2' });
    const { taskDefinitionArns } = await call('ecs:ListTaskDefinitions', { sort: 'DESC' });
    expect(taskDefinitionArns.map((arn: string) => arn.split('/')[1])).toEqual(['web:3', 'web:1', 'api:1']);
    expect((await call('ecs:DescribeTaskDefinition', { taskDefinition: 'web' })).taskDefinition).toMatchObject({ revision: 3, status: 'ACTIVE' });
    expect((await call('ecs:DescribeTaskDefinition', { taskDefinition: 'web:2' })).taskDefinition).toMatchObject({ status: 'INACTIVE' });
    await expect(call('ecs:RegisterTaskDefinition', { ...WEB, networkMode: 'bridge' })).rejects.toMatchObject({ code: 'ClientException' });
  });

  it('keeps as many tasks of a service as are wanted; a cluster in use stays', async () => {
    const { call, pass } = bench();
    await call('ecs:CreateCluster', { clusterName: 'c' });
    await call('ecs:RegisterTaskDefinition', WEB);
    const service = { cluster: 'c', serviceName: 's', taskDefinition: 'web', desiredCount: 3, launchType: 'FARGATE', networkConfiguration: NETWORK };
    await call('ecs:CreateService', service);
    await expect(call('ecs:CreateService', service)).rejects.toMatchObject({ code: 'InvalidParameterException' });
    pass(60);
    expect(await call('ecs:DescribeServices', { cluster: 'c', services: ['s', 'none'] })).toMatchObject({
      services: [{ runningCount: 3, pendingCount: 0 }],
      failures: [{ reason: 'MISSING' }],
    });
    await expect(call('ecs:DeleteCluster', { cluster: 'c' })).rejects.toMatchObject({ code: 'ClusterContainsServicesException' });
    await expect(call('ecs:DeleteService', { cluster: 'c', service: 's' })).rejects.toMatchObject({ code: 'InvalidParameterException' });
    await call('ecs:UpdateService', { cluster: 'c', service: 's', desiredCount: 1 });
    expect((await call('ecs:ListTasks', { cluster: 'c' })).taskArns).toHaveLength(1);
    expect((await call('ecs:ListTasks', { cluster: 'c', desiredStatus: 'STOPPED' })).taskArns).toHaveLength(2);
    await call('ecs:DeleteService', { cluster: 'c', service: 's', force: true });
    pass(7200);
    expect((await call('ecs:ListServices', { cluster: 'c' })).serviceArns).toEqual([]);
    expect((await call('ecs:DeleteCluster', { cluster: 'c' })).cluster).toMatchObject({ status: 'INACTIVE' });
    await expect(call('ecs:ListTasks', { cluster: 'c' })).rejects.toMatchObject({ code: 'ClusterNotFoundException' });
  });

  it('runs tasks where there is room, and says why not', async () => {
    const { call } = bench();
    await call('ecs:CreateCluster', {});
    await call('ecs:RegisterTaskDefinition', WEB);
    const run = { taskDefinition: 'web', launchType: 'FARGATE', networkConfiguration: NETWORK };
    expect((await call('ecs:RunTask', { ...run, count: 2 })).tasks).toHaveLength(2);
    for (const wrong of [{ launchType: 'EC2' }, { networkConfiguration: undefined }, { count: 11 }])
      await expect(call('ecs:RunTask', { ...run, ...wrong })).rejects.toMatchObject({ code: 'InvalidParameterException' });
  });
});
