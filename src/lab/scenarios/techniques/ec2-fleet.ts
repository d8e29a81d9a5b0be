import type { Technique } from '../technique.ts';
import { startup } from '../words.ts';

/** A fleet request that keeps itself full. */
export const technique: Technique = {
  id: 'ec2-fleet',
  place: 'region',
  makes: ['AWS::EC2::LaunchTemplate', 'AWS::EC2::EC2Fleet'],
  needs: ['ec2:CreateLaunchTemplate', 'ec2:CreateFleet', 'ec2:DescribeImages'],
  async play(act) {
    const name = act.name(['fleet', 'burst', 'renderers']);
    const { Images } = await act.call('ec2', 'DescribeImages', { Owners: ['amazon'], Filters: [{ Name: 'name', Values: ['Deep Learning*'] }] });
    const UserData = Buffer.from(startup(act)).toString('base64');
    const { LaunchTemplate } = await act.call('ec2', 'CreateLaunchTemplate', {
      LaunchTemplateName: name,
      LaunchTemplateData: { ImageId: Images[0].ImageId, InstanceType: 'c5.4xlarge', UserData },
    });
    const template = LaunchTemplate.LaunchTemplateId;
    act.made('AWS::EC2::LaunchTemplate', template, act.arn('ec2', `launch-template/${template}`), { names: [name] });
    const { FleetId } = await act.call('ec2', 'CreateFleet', {
      Type: 'maintain',
      TargetCapacitySpecification: { TotalTargetCapacity: 2, DefaultTargetCapacityType: 'spot' },
      LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateId: template, Version: '$Latest' } }],
    });
    act.made('AWS::EC2::EC2Fleet', FleetId, act.arn('ec2', `fleet/${FleetId}`));
  },
};
