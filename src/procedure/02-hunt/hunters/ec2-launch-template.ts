import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { described, ec2Found, present, time } from './describe.ts';

export const hunter: Hunter = {
  type: 'AWS::EC2::LaunchTemplate',
  scope: 'regional',
  title: text('Launch templates', 'Plantillas de lanzamiento'),
  permissions: ['ec2:DescribeLaunchTemplates'],
  createdByEvents: ['CreateLaunchTemplate'],
  changedByEvents: ['CreateLaunchTemplateVersion', 'ModifyLaunchTemplate', 'DeleteLaunchTemplateVersions'],
  names: ['launchTemplateId', 'launchTemplateName'],
  async *scan(ctx, region) {
    const templates = described<{ LaunchTemplateId?: string; LaunchTemplateName?: string; CreateTime?: string; LatestVersionNumber?: number }>(
      ctx,
      region,
      'DescribeLaunchTemplates',
      'LaunchTemplates',
      { MaxResults: 200 },
    );
    for await (const one of templates) {
      if (one.LaunchTemplateId === undefined) continue;
      yield ec2Found(ctx, 'AWS::EC2::LaunchTemplate', 'launch-template', region, one.LaunchTemplateId, {
        createdAt: time(one.CreateTime),
        alive: true,
        detail: present({ name: oneLine(one.LaunchTemplateName), versions: one.LatestVersionNumber }),
      });
    }
  },
};
