import type { Technique } from '../technique.ts';
import { startup } from '../words.ts';

/** A fleet that buys whatever is cheapest, again and again. */
export const technique: Technique = {
  id: 'spot-fleet',
  place: 'region',
  makes: ['AWS::EC2::SpotFleet'],
  needs: ['ec2:RequestSpotFleet', 'ec2:DescribeImages', 'iam:PassRole'],
  async play(act) {
    const { Images } = await act.call('ec2', 'DescribeImages', { Owners: ['amazon'], Filters: [{ Name: 'name', Values: ['Deep Learning*'] }] });
    const { SpotFleetRequestId: id } = await act.call('ec2', 'RequestSpotFleet', {
      SpotFleetRequestConfig: {
        IamFleetRole: act.company.serviceRoleArn,
        TargetCapacity: act.draw.int(1, 2),
        AllocationStrategy: 'lowestPrice',
        LaunchSpecifications: [{ ImageId: Images[0].ImageId, InstanceType: 'c5.4xlarge', UserData: Buffer.from(startup(act)).toString('base64') }],
      },
    });
    act.made('AWS::EC2::SpotFleet', id, act.arn('ec2', `spot-fleet-request/${id}`));
  },
};
