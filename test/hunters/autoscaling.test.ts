import { expect } from 'vitest';
import { COMPANY_ROLE, HONEST, IMAGE, MINER, profile, template } from './machines.ts';
import { testHunter } from './stand.ts';

testHunter({
  type: 'AWS::AutoScaling::AutoScalingGroup',
  before: async (as) => {
    await template(as, 'web');
    await template(as, 'heavy', { InstanceType: 'p3.2xlarge' });
  },
  plant: async (as) => {
    const names = ['workers-a', 'workers-b'];
    for (const AutoScalingGroupName of names) await as('auto-scaling', 'CreateAutoScalingGroup', group(AutoScalingGroupName, 'heavy'));
    return names;
  },
  innocent: async (as) => {
    const names = ['shop', 'blog'];
    for (const AutoScalingGroupName of names) await as('auto-scaling', 'CreateAutoScalingGroup', group(AutoScalingGroupName, 'web'));
    return names;
  },
  looks: { detail: { instances: 1, desired: 1 }, reasons: expect.arrayContaining([expect.objectContaining({ code: 'gpu' })]) as never },
});
const group = (AutoScalingGroupName: string, LaunchTemplateName: string) => ({
  AutoScalingGroupName,
  LaunchTemplate: { LaunchTemplateName, Version: '$Latest' },
  MinSize: 1,
  MaxSize: 10,
  AvailabilityZones: ['eu-west-1a'],
});
const configuration = (LaunchConfigurationName: string, UserData: string) => ({
  LaunchConfigurationName,
  ImageId: IMAGE,
  InstanceType: 't3.micro',
  UserData,
  IamInstanceProfile: 'app',
});
testHunter({
  type: 'AWS::AutoScaling::LaunchConfiguration',
  before: (as) => profile(as, 'app'),
  plant: async (as) => {
    for (const name of ['a', 'b']) await as('auto-scaling', 'CreateLaunchConfiguration', configuration(name, MINER));
    return ['a', 'b'];
  },
  innocent: async (as) => {
    await as('auto-scaling', 'CreateLaunchConfiguration', configuration('web', HONEST));
    return ['web'];
  },
  looks: { roles: [COMPANY_ROLE], reasons: expect.arrayContaining([expect.objectContaining({ code: 'runs-code' })]) as never },
});
