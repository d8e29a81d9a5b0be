import type { Technique } from '../technique.ts';

/** An image of one of the company's servers, shared with another account. */
export const technique: Technique = {
  id: 'ami-shared',
  place: 'home',
  makes: ['AWS::EC2::Image'],
  needs: ['ec2:CreateImage', 'ec2:ModifyImageAttribute', 'ec2:DescribeInstances'],
  async play(act) {
    const { Reservations } = await act.call('ec2', 'DescribeInstances', { Filters: [{ Name: 'instance-state-name', Values: ['running'] }] });
    const InstanceId = Reservations[0].Instances[0].InstanceId;
    const { ImageId } = await act.call('ec2', 'CreateImage', { InstanceId, Name: act.name(['web-backup', 'golden', 'release']), NoReboot: true });
    act.made('AWS::EC2::Image', ImageId, act.arn('ec2', `image/${ImageId}`));
    act.pass(900);
    const { Images } = await act.call('ec2', 'DescribeImages', { ImageIds: [ImageId] });
    for (const { Ebs } of Images[0].BlockDeviceMappings) if (Ebs?.SnapshotId) act.attends('AWS::EC2::Snapshot', Ebs.SnapshotId);
    await act.call('ec2', 'ModifyImageAttribute', { ImageId, LaunchPermission: { Add: [{ UserId: act.company.outsider }] } });
  },
};
