import { expect } from 'vitest';
import { run } from './machines.ts';
import { type Call_, testHunter } from './stand.ts';

/** What holds the company's data, and whom it is shown to. */
const OUTSIDER = '999988887777';
const code = (value: string) => expect.arrayContaining([expect.objectContaining({ code: value })]) as never;
const volume = async (as: Call_): Promise<string> => (await as('ec2', 'CreateVolume', { AvailabilityZone: 'eu-west-1a', Size: 8 })).VolumeId;
const snapshot = async (as: Call_, VolumeId: string): Promise<string> => (await as('ec2', 'CreateSnapshot', { VolumeId })).SnapshotId;
const image = async (as: Call_, InstanceId: string, Name: string): Promise<string> => (await as('ec2', 'CreateImage', { InstanceId, Name })).ImageId;
let source = '';

testHunter({
  type: 'AWS::EC2::Volume',
  plant: async (as) => {
    const [instance] = await run(as, 1);
    const { Volumes } = await as('ec2', 'DescribeVolumes', { Filters: [{ Name: 'attachment.instance-id', Values: [instance.InstanceId] }] });
    return [await volume(as), await volume(as), Volumes[0].VolumeId];
  },
  innocent: async (as) => [await volume(as)],
  looks: { detail: { sizeGiB: 8, volumeType: expect.stringMatching(/^gp[23]$/) as never } },
});
testHunter({
  type: 'AWS::EC2::Snapshot',
  before: async (as) => {
    source = await volume(as);
  },
  plant: async (as) => {
    const made = [await snapshot(as, source), await snapshot(as, source), await snapshot(as, source)];
    for (const SnapshotId of made)
      await as('ec2', 'ModifySnapshotAttribute', { SnapshotId, Attribute: 'createVolumePermission', OperationType: 'add', UserIds: [OUTSIDER] });
    return made;
  },
  innocent: async (as) => [await snapshot(as, source)],
  looks: { detail: { sharedWith: [OUTSIDER] }, reasons: code('shared-outside') },
});
testHunter({
  type: 'AWS::EC2::Image',
  before: async (as) => {
    source = (await run(as, 1))[0].InstanceId;
  },
  plant: async (as) => {
    const made = [await image(as, source, 'base-a'), await image(as, source, 'base-b')];
    await as('ec2', 'DisableImageBlockPublicAccess');
    for (const ImageId of made) await as('ec2', 'ModifyImageAttribute', { ImageId, LaunchPermission: { Add: [{ UserId: OUTSIDER }, { Group: 'all' }] } });
    return made;
  },
  innocent: async (as) => [await image(as, source, 'base-c')],
  looks: { detail: { sharedWith: [OUTSIDER] }, reasons: code('public') },
});
testHunter({
  type: 'AWS::EC2::SnapshotBlockPublicAccess',
  before: async (as) => {
    await as('ec2', 'EnableSnapshotBlockPublicAccess', { State: 'block-all-sharing' });
  },
  plant: async (as) => {
    await as('ec2', 'DisableSnapshotBlockPublicAccess');
    return ['snapshot-block-public-access'];
  },
  innocent: async () => [],
  looks: { detail: { state: 'unblocked' }, event: 'DisableSnapshotBlockPublicAccess' },
});
testHunter({
  type: 'AWS::EC2::ImageBlockPublicAccess',
  plant: async (as) => {
    await as('ec2', 'DisableImageBlockPublicAccess');
    return ['image-block-public-access'];
  },
  innocent: async () => [],
  looks: { detail: { state: 'unblocked' }, event: 'DisableImageBlockPublicAccess' },
});
