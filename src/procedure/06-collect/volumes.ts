import { type Collector, text } from '../../kernel/index.ts';
import { take, takeEach } from '../shared/collected.ts';
import { ec2, filter, targetOf } from '../shared/ec2.ts';

/**
 * The attached volumes with their tags, status and changes, every earlier snapshot of them that this account has, and whether
 * somebody replaced the root volume: that swaps the disk under a running instance id.
 */
export const collector: Collector = {
  id: 'volumes',
  step: 6,
  title: text('The volumes and their earlier snapshots', 'Los volúmenes y sus instantáneas anteriores'),
  permissions: [
    'ec2:DescribeVolumes',
    'ec2:DescribeVolumeStatus',
    'ec2:DescribeVolumesModifications',
    'ec2:DescribeSnapshots',
    'ec2:DescribeReplaceRootVolumeTasks',
  ],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const attached = ec2(region, 'DescribeVolumes', { Filters: [filter('attachment.instance-id', instanceId)], IncludeManagedResources: true });
    const replaced = ec2(region, 'DescribeReplaceRootVolumeTasks', { Filters: [filter('instance-id', instanceId)] });
    const [{ item, output }, tasks] = await Promise.all([
      take<{ Volumes?: { VolumeId: string }[] }>(ctx, 'volumes', attached, { all: true }),
      take(ctx, 'root-volume-tasks', replaced, { all: true }),
    ]);
    yield* [item, tasks.item];
    const ids = (output?.Volumes ?? []).map((volume) => volume.VolumeId);
    if (ids.length > 0)
      yield* takeEach(ctx, [
        ['volume-status', ec2(region, 'DescribeVolumeStatus', { VolumeIds: ids })],
        // By filter: asked by id, EC2 refuses the volumes that were never modified.
        ['volume-modifications', ec2(region, 'DescribeVolumesModifications', { Filters: [filter('volume-id', ...ids)] }), { all: true }],
        // Without OwnerIds the answer would hold every public snapshot there is.
        ['volume-snapshots', ec2(region, 'DescribeSnapshots', { OwnerIds: ['self'], Filters: [filter('volume-id', ...ids)] }), { all: true }],
      ]);
  },
};
