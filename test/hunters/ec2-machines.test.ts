import { expect } from 'vitest';
import { COMPANY_ROLE, HONEST, IMAGE, MINER, profile, run, template } from './machines.ts';
import { testHunter } from './stand.ts';

const ids = (instances: any[]): string[] => instances.map((one) => one.InstanceId);

testHunter({
  type: 'AWS::EC2::Instance',
  before: (as) => profile(as, 'app'),
  plant: async (as) => ids(await run(as, 3, { InstanceType: 'g4dn.xlarge', UserData: MINER, IamInstanceProfile: { Name: 'app' } })),
  innocent: async (as) => ids(await run(as, 2, { UserData: HONEST })),
  looks: {
    roles: [COMPANY_ROLE],
    detail: { instanceType: 'g4dn.xlarge', userDataSigns: ['mines a currency', 'downloads from a bare address'] },
    reasons: expect.arrayContaining([expect.objectContaining({ code: 'gpu' }), expect.objectContaining({ code: 'runs-code' })]) as never,
  },
});
testHunter({
  type: 'AWS::EC2::SpotInstanceRequest',
  plant: async (as) => {
    const asked = await as('ec2', 'RequestSpotInstances', {
      InstanceCount: 2,
      Type: 'persistent',
      LaunchSpecification: { ImageId: IMAGE, InstanceType: 'c5.9xlarge', UserData: MINER },
    });
    const launched = await run(as, 1, { InstanceType: 'c5.9xlarge', InstanceMarketOptions: { MarketType: 'spot' } });
    return [...asked.SpotInstanceRequests, ...launched].map((one: any) => one.SpotInstanceRequestId);
  },
  innocent: async (as) =>
    (await as('ec2', 'RequestSpotInstances', { LaunchSpecification: { ImageId: IMAGE, InstanceType: 't3.micro' } })).SpotInstanceRequests.map(
      (one: any) => one.SpotInstanceRequestId,
    ),
  looks: { detail: { instanceType: 'c5.9xlarge' }, reasons: expect.arrayContaining([expect.objectContaining({ code: 'large' })]) as never },
});
const fleetRole = 'arn:aws:iam::111122223333:role/aws-ec2-spot-fleet-tagging-role';
const spotFleet = (InstanceType: string, UserData: string) => ({
  SpotFleetRequestConfig: { IamFleetRole: fleetRole, TargetCapacity: 1, LaunchSpecifications: [{ ImageId: IMAGE, InstanceType, UserData }] },
});
testHunter({
  type: 'AWS::EC2::SpotFleet',
  plant: async (as) => [
    (await as('ec2', 'RequestSpotFleet', spotFleet('g5.xlarge', MINER))).SpotFleetRequestId,
    (await as('ec2', 'RequestSpotFleet', spotFleet('g5.xlarge', MINER))).SpotFleetRequestId,
  ],
  innocent: async (as) => [(await as('ec2', 'RequestSpotFleet', spotFleet('t3.micro', HONEST))).SpotFleetRequestId],
  looks: { roles: [fleetRole], reasons: expect.arrayContaining([expect.objectContaining({ code: 'runs-code' })]) as never },
});
const fleet = (template: string, input: object = {}) => ({
  LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateName: template, Version: '$Latest' }, Overrides: [{ InstanceType: 't3.small' }] }],
  TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' },
  ...input,
});
testHunter({
  type: 'AWS::EC2::EC2Fleet',
  before: async (as) => {
    await template(as, 'web');
  },
  // An instant fleet is in no list: only the tag of its instances names it.
  plant: async (as) => [
    (await as('ec2', 'CreateFleet', fleet('web', { Type: 'instant' }))).FleetId,
    (await as('ec2', 'CreateFleet', fleet('web'))).FleetId,
    (await as('ec2', 'CreateFleet', fleet('web', { Type: 'request' }))).FleetId,
  ],
  innocent: async (as) => [(await as('ec2', 'CreateFleet', fleet('web'))).FleetId],
  looks: { detail: { target: 1, instanceTypes: 't3.small' } },
});
testHunter({
  type: 'AWS::EC2::LaunchTemplate',
  before: (as) => profile(as, 'app'),
  plant: async (as) => Promise.all(['a-template', 'b-template'].map((name) => template(as, name, { UserData: MINER, IamInstanceProfile: { Name: 'app' } }))),
  innocent: async (as) => Promise.all(['c-template', 'd-template'].map((name) => template(as, name, { UserData: HONEST }))),
  looks: { roles: [COMPANY_ROLE], reasons: expect.arrayContaining([expect.objectContaining({ code: 'runs-code' })]) as never },
});
