import { expect } from 'vitest';
import { type Call_, testHunter } from './stand.ts';

const cluster = async (as: Call_, Name: string, Path: string): Promise<string> =>
  (
    await as('emr', 'RunJobFlow', {
      Name,
      ReleaseLabel: 'emr-7.10.0',
      ServiceRole: 'EMR_DefaultRole',
      JobFlowRole: 'EMR_EC2_DefaultRole',
      Instances: { MasterInstanceType: 'm5.xlarge', InstanceCount: 1, KeepJobFlowAliveWhenNoSteps: true },
      BootstrapActions: [{ Name: 'boot', ScriptBootstrapAction: { Path, Args: [] } }],
    })
  ).JobFlowId;
testHunter({
  type: 'AWS::EMR::Cluster',
  // The profile's role need not bear the profile's name.
  before: async (as) => {
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
    await as('iam', 'CreateRole', { RoleName: 'crunching', AssumeRolePolicyDocument: JSON.stringify(trust) });
    await as('iam', 'CreateInstanceProfile', { InstanceProfileName: 'EMR_EC2_DefaultRole' });
    await as('iam', 'AddRoleToInstanceProfile', { InstanceProfileName: 'EMR_EC2_DefaultRole', RoleName: 'crunching' });
  },
  plant: async (as) => [
    await cluster(as, 'crunch-1', 's3://x/xmrig.sh'),
    await cluster(as, 'crunch-2', 's3://x/xmrig.sh'),
    await cluster(as, 'crunch-3', 's3://x/xmrig.sh'),
  ],
  innocent: async (as) => [await cluster(as, 'reports', 's3://company/setup.sh')],
  looks: {
    roles: ['arn:aws:iam::111122223333:role/EMR_DefaultRole', 'arn:aws:iam::111122223333:role/crunching'],
    reasons: expect.arrayContaining([expect.objectContaining({ code: 'runs-code' })]),
  },
});
