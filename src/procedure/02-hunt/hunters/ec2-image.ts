import type { ActionContext, Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { partition } from '../../shared/partition.ts';
import { readOrAbsent } from '../../shared/reading.ts';
import { each, listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { OLD_ASKED, type Permission, type Shared, sharedWith, sharingReasons } from '../hunting/sharing.ts';

interface Image {
  ImageId?: string;
  Name?: string;
  Description?: string;
  CreationDate?: string;
  State?: string;
  Public?: boolean;
  SourceInstanceId?: string;
  SourceImageId?: string;
  BlockDeviceMappings?: { Ebs?: { SnapshotId?: string } }[];
}
/** Null when the image is gone by now. */
async function sharing(ctx: ActionContext, region: string, id: string): Promise<Shared | null> {
  const input = { ImageId: id, Attribute: 'launchPermission' };
  const answer = await readOrAbsent<{ LaunchPermissions?: Permission[] }>(ctx, { service: 'ec2', operation: 'DescribeImageAttribute', region, input });
  return answer && sharedWith(answer.output.LaunchPermissions ?? [], ctx.facts.account ?? '');
}

/**
 * Images of machines: a copy of a disk to carry away when shared, a backdoor when started. CloudFormation has no type for an image;
 * the name is its way of naming one. The list says which are public; with which accounts one is shared takes a call for each, made for
 * those of the window and a number of older ones.
 */
export const hunter: Hunter = {
  type: 'AWS::EC2::Image',
  scope: 'regional',
  title: text('Machine images (AMIs)', 'Imágenes de máquina (AMI)'),
  permissions: ['ec2:DescribeImages', 'ec2:DescribeImageAttribute'],
  createdByEvents: ['CreateImage', 'RegisterImage', 'CopyImage', 'ImportImage'],
  changedByEvents: ['ModifyImageAttribute', 'ResetImageAttribute', 'DeregisterImage', 'DisableImage', 'EnableImage', 'CreateStoreImageTask'],
  names: ['imageId'],
  arn: (id, where) => `arn:${where.partition}:ec2:${where.region}::image/${id}`,
  async *scan(ctx, region, since) {
    let old = 0;
    const input = { Owners: ['self'], IncludeDeprecated: true, IncludeDisabled: true, MaxResults: 1000 };
    const look = async (one: Image): Promise<Found[]> => {
      if (one.ImageId === undefined) return [];
      const createdAt = time(one.CreationDate);
      const asked = createdAt === null || createdAt >= since || old++ < OLD_ASKED;
      const shared = asked ? await sharing(ctx, region, one.ImageId) : null;
      const reasons = sharingReasons({ public: one.Public === true || shared?.public === true, outside: shared?.outside ?? [] });
      const snapshots = (one.BlockDeviceMappings ?? []).flatMap((mapping) => mapping.Ebs?.SnapshotId ?? []).slice(0, 50);
      return [
        foundAt(ctx, 'AWS::EC2::Image', region, `arn:${partition(ctx).name}:ec2:${region}::image/${one.ImageId}`, one.ImageId, {
          createdAt,
          alive: one.State !== 'deregistered',
          detail: {
            ...present({
              state: one.State,
              name: oneLine(one.Name),
              description: oneLine(one.Description),
              sourceInstance: one.SourceInstanceId,
              sourceImage: one.SourceImageId,
              sharingNotAsked: asked ? undefined : true,
            }),
            ...(snapshots.length > 0 ? { snapshots } : {}),
            ...(shared && shared.outside.length > 0 ? { sharedWith: [...shared.outside] } : {}),
          },
          reasons,
        }),
      ];
    };
    yield* each(listed<Image>(ctx, 'ec2', region, 'DescribeImages', 'Images', input), look);
  },
};
