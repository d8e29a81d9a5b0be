import { type Collector, text } from '../../kernel/index.ts';
import { ofInstance, takeEach } from '../shared/collected.ts';
import { ec2 } from '../shared/ec2.ts';

/** The image it was started from: whose it is, from which images it was made, and what EC2 remembers of it when it is gone. */
export const collector: Collector = {
  id: 'source-image',
  step: 6,
  title: text('The image and its ancestry', 'La imagen y su ascendencia'),
  permissions: ['ec2:DescribeInstances', 'ec2:DescribeImages', 'ec2:DescribeInstanceImageMetadata', 'ec2:GetImageAncestry'],
  collect: ofInstance('source-image', async function* (ctx, { region, instanceId, instance }) {
    const { ImageId } = instance;
    yield* takeEach(ctx, [
      ['image-metadata', ec2(region, 'DescribeInstanceImageMetadata', { InstanceIds: [instanceId] })],
      ...(ImageId
        ? ([
            ['image', ec2(region, 'DescribeImages', { ImageIds: [ImageId], IncludeDeprecated: true, IncludeDisabled: true })],
            ['image-ancestry', ec2(region, 'GetImageAncestry', { ImageId })],
          ] as const)
        : []),
    ]);
  }),
};
