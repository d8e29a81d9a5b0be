import { type Collector, text } from '../../kernel/index.ts';
import { takeEach } from '../shared/collected.ts';
import { ec2, targetOf } from '../shared/ec2.ts';

/** What somebody deleted and can still be had back: snapshots, volumes and images in the Recycle Bin. */
export const collector: Collector = {
  id: 'recycle-bin',
  step: 6,
  title: text('The Recycle Bin', 'La papelera de reciclaje'),
  permissions: ['ec2:ListSnapshotsInRecycleBin', 'ec2:ListVolumesInRecycleBin', 'ec2:ListImagesInRecycleBin'],
  async *collect(ctx) {
    const { region } = targetOf(ctx);
    yield* takeEach(ctx, [
      ['recycle-bin-snapshots', ec2(region, 'ListSnapshotsInRecycleBin', {}), { all: true }],
      ['recycle-bin-volumes', ec2(region, 'ListVolumesInRecycleBin', {}), { all: true }],
      ['recycle-bin-images', ec2(region, 'ListImagesInRecycleBin', {}), { all: true }],
    ]);
  },
};
