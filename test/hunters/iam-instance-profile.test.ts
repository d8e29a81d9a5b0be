import { testHunter } from './stand.ts';

const make = async (as: Parameters<Parameters<typeof testHunter>[0]['plant']>[0], InstanceProfileName: string) =>
  (await as('iam', 'CreateInstanceProfile', { InstanceProfileName })).InstanceProfile.InstanceProfileName;

testHunter({
  type: 'AWS::IAM::InstanceProfile',
  plant: async (as) => Promise.all(['ec2-default', 'ssm-managed'].map((name) => make(as, name))),
  innocent: async (as) => [await make(as, 'web-servers')],
});
