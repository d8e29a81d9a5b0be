import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { iamFound, present, readPages, time } from './describe.ts';

export const hunter: Hunter = {
  type: 'AWS::IAM::Role',
  scope: 'global',
  title: text('IAM roles', 'Roles de IAM'),
  permissions: ['iam:ListRoles'],
  createdByEvents: ['CreateRole', 'CreateServiceLinkedRole'],
  async *scan(ctx, region) {
    const { Roles = [] } = await readPages<{ Roles?: { RoleName?: string; Arn?: string; CreateDate?: string; Path?: string; Description?: string }[] }>(
      ctx,
      'iam',
      region,
      'ListRoles',
      {},
    );
    for (const one of Roles) {
      if (one.RoleName === undefined || one.Arn === undefined) continue;
      yield iamFound(ctx, 'AWS::IAM::Role', region, one.Arn, one.RoleName, {
        createdAt: time(one.CreateDate),
        alive: true,
        detail: present({ description: oneLine(one.Description), serviceLinked: one.Path?.startsWith('/aws-service-role/') || undefined }),
      });
    }
  },
};
