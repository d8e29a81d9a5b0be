import type { Technique } from '../technique.ts';
import { startup } from '../words.ts';

/** Machines at the spot price, for as long as they last. */
export const technique: Technique = {
  id: 'spot-miner',
  place: 'region',
  makes: ['AWS::EC2::Instance'],
  needs: ['ec2:RunInstances', 'ec2:DescribeImages'],
  async play(act) {
    const { Images } = await act.call('ec2', 'DescribeImages', { Owners: ['amazon'], Filters: [{ Name: 'name', Values: ['Deep Learning*'] }] });
    const { Instances } = await act.call('ec2', 'RunInstances', {
      ImageId: Images[0].ImageId,
      InstanceType: act.draw.pick(['c5.4xlarge', 'g4dn.xlarge', 'g5.xlarge']),
      MinCount: 1,
      MaxCount: 1,
      UserData: Buffer.from(startup(act)).toString('base64'),
      InstanceMarketOptions: { MarketType: 'spot' },
    });
    const [{ InstanceId: id, SpotInstanceRequestId: request }] = Instances;
    act.made('AWS::EC2::Instance', id, act.arn('ec2', `instance/${id}`));
    if (request) act.attends('AWS::EC2::SpotInstanceRequest', request, act.arn('ec2', `spot-instances-request/${request}`));
  },
};
