import { type Collector, text } from '../../kernel/index.ts';
import { take } from '../shared/collected.ts';
import { ec2, filter, targetOf } from '../shared/ec2.ts';

/** The attached volumes with their tags, their status, and every earlier snapshot of them that this account has. */
export const collector: Collector = {
  id: 'volumes',
  step: 6,
  title: text('The volumes and their earlier snapshots', 'Los volúmenes y sus instantáneas anteriores'),
  permissions: ['ec2:DescribeVolumes', 'ec2:DescribeVolumeStatus', 'ec2:DescribeSnapshots'],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const { item, output } = await take<{ Volumes?: { VolumeId: string }[] }>(
      ctx,
      'volumes',
      ec2(region, 'DescribeVolumes', { Filters: [filter('attachment.instance-id', instanceId)], IncludeManagedResources: true }),
      { all: true },
    );
    yield item;
    const ids = (output?.Volumes ?? []).map((volume) => volume.VolumeId);
    if (ids.length === 0) return;
    yield (await take(ctx, 'volume-status', ec2(region, 'DescribeVolumeStatus', { VolumeIds: ids }))).item;
    // Without OwnerIds the answer would hold every public snapshot there is.
    const earlier = ec2(region, 'DescribeSnapshots', { OwnerIds: ['self'], Filters: [filter('volume-id', ...ids)] });
    yield (await take(ctx, 'volume-snapshots', earlier, { all: true })).item;
  },
};
