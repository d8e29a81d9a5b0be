import type { Act, Technique } from '../technique.ts';

async function containers(act: Act): Promise<void> {
  const name = act.name(['portal', 'queue', 'render']);
  const hostile = !act.by.ip.startsWith('198.');
  const { cluster } = await act.call('ecs', 'CreateCluster', { clusterName: name });
  act.made('AWS::ECS::Cluster', name, cluster.clusterArn);
  const { taskDefinition } = await act.call('ecs', 'RegisterTaskDefinition', {
    family: name,
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: hostile ? '4096' : '256',
    memory: hostile ? '8192' : '512',
    executionRoleArn: act.company.serviceRoleArn,
    containerDefinitions: [{ name: 'main', image: hostile ? 'registry.example/x/worker:latest' : 'registry.example/shop/render:1', essential: true }],
  });
  act.made('AWS::ECS::TaskDefinition', `${name}:${taskDefinition.revision}`, taskDefinition.taskDefinitionArn);
  const { Subnets } = await act.call('ec2', 'DescribeSubnets', {});
  const { service } = await act.call('ecs', 'CreateService', {
    cluster: name,
    serviceName: name,
    taskDefinition: taskDefinition.taskDefinitionArn,
    desiredCount: hostile ? 10 : 1,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: [Subnets[0].SubnetId], assignPublicIp: 'ENABLED' } },
  });
  act.made('AWS::ECS::Service', name, service.serviceArn);
}

/** A cluster that mines in containers: no machine is to be seen. */
export const technique: Technique = {
  id: 'ecs-fargate-miner',
  place: 'region',
  makes: ['AWS::ECS::Cluster', 'AWS::ECS::TaskDefinition', 'AWS::ECS::Service'],
  needs: ['ecs:CreateCluster', 'ecs:RegisterTaskDefinition', 'ecs:CreateService', 'ec2:DescribeSubnets', 'iam:PassRole'],
  play: containers,
  innocent: containers,
};
