import { expect } from 'vitest';
import { type Call_, testHunter } from './stand.ts';

const trust = (service: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }] });
const NODE = 'arn:aws:iam::111122223333:role/node';
const CONTROL = 'arn:aws:iam::111122223333:role/control';

async function roles(as: Call_): Promise<void> {
  await as('iam', 'CreateRole', { RoleName: 'control', AssumeRolePolicyDocument: trust('eks.amazonaws.com') });
  await as('iam', 'CreateRole', { RoleName: 'node', AssumeRolePolicyDocument: trust('ec2.amazonaws.com') });
}
const subnets = async (as: Call_): Promise<string[]> => (await as('ec2', 'DescribeSubnets')).Subnets.map((one: any) => one.SubnetId);
async function cluster(as: Call_, name: string, open: boolean): Promise<string> {
  await as('eks', 'CreateCluster', {
    name,
    roleArn: CONTROL,
    resourcesVpcConfig: { subnetIds: await subnets(as), endpointPublicAccess: open, endpointPrivateAccess: !open },
    accessConfig: { authenticationMode: 'API' },
  });
  return name;
}
/** The lab's ten minutes, at its speed. */
const active = async (as: Call_, name: string): Promise<void> => {
  while ((await as('eks', 'DescribeCluster', { name })).cluster.status !== 'ACTIVE') await new Promise((resolve) => setTimeout(resolve, 20));
};

testHunter({
  type: 'AWS::EKS::Cluster',
  before: roles,
  plant: async (as) => [await cluster(as, 'grid', true), await cluster(as, 'grid-2', true), await cluster(as, 'grid-3', true)],
  innocent: async (as) => [await cluster(as, 'web', false)],
  looks: { roles: [CONTROL], reasons: expect.arrayContaining([expect.objectContaining({ code: 'public' })]) },
});
const let_in = async (as: Call_, clusterName: string, principalArn: string): Promise<string> => {
  const { accessEntry } = await as('eks', 'CreateAccessEntry', { clusterName, principalArn });
  await as('eks', 'AssociateAccessPolicy', {
    clusterName,
    principalArn,
    policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
    accessScope: { type: 'cluster' },
  });
  return accessEntry.accessEntryArn;
};
testHunter({
  type: 'AWS::EKS::AccessEntry',
  before: async (as) => {
    await roles(as);
    await cluster(as, 'web', false);
  },
  plant: async (as) => Promise.all(['a', 'b', 'c'].map((name) => let_in(as, 'web', `arn:aws:iam::444455556666:role/${name}`))),
  innocent: async (as) => [await let_in(as, 'web', NODE)],
  looks: {
    reasons: expect.arrayContaining([expect.objectContaining({ code: 'outsider-trust' })]),
    detail: { cluster: 'web', policies: 'AmazonEKSClusterAdminPolicy' },
  },
});
const nodes = async (as: Call_, nodegroupName: string, type: string): Promise<string> =>
  (
    await as('eks', 'CreateNodegroup', {
      clusterName: 'web',
      nodegroupName,
      nodeRole: NODE,
      subnets: await subnets(as),
      instanceTypes: [type],
      scalingConfig: { minSize: 1, maxSize: 9, desiredSize: 9 },
    })
  ).nodegroup.nodegroupArn;
testHunter({
  type: 'AWS::EKS::Nodegroup',
  before: async (as) => {
    await roles(as);
    await cluster(as, 'web', false);
    await active(as, 'web');
  },
  plant: async (as) => Promise.all(['x', 'y', 'z'].map((name) => nodes(as, name, 'g6.12xlarge'))),
  innocent: async (as) => [await nodes(as, 'general', 't3.medium')],
  looks: { roles: [NODE], reasons: expect.arrayContaining([expect.objectContaining({ code: 'gpu' })]), detail: { nodes: 9 } },
});
