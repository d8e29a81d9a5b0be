import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { describeAll, ec2Found, present, time } from './describe.ts';

export const hunter: Hunter = {
  type: 'AWS::EC2::LaunchTemplate',
  scope: 'regional',
  title: text('Launch templates', 'Plantillas de lanzamiento'),
  permissions: ['ec2:DescribeLaunchTemplates'],
  createdByEvents: ['CreateLaunchTemplate'],
  async *scan(ctx, region) {
    const { LaunchTemplates = [] } = await describeAll<{
      LaunchTemplates?: { LaunchTemplateId?: string; LaunchTemplateName?: string; CreateTime?: string; LatestVersionNumber?: number }[];
    }>(ctx, region, 'DescribeLaunchTemplates', { MaxResults: 200 });
    for (const one of LaunchTemplates) {
      if (one.LaunchTemplateId === undefined) continue;
      yield ec2Found(ctx, 'AWS::EC2::LaunchTemplate', 'launch-template', region, one.LaunchTemplateId, {
        createdAt: time(one.CreateTime),
        alive: true,
        detail: present({ name: oneLine(one.LaunchTemplateName), versions: one.LatestVersionNumber }),
      });
    }
  },
};
