import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { iamFound, listed, present, time } from './describe.ts';

export const hunter: Hunter = {
  type: 'AWS::IAM::Role',
  scope: 'global',
  title: text('IAM roles', 'Roles de IAM'),
  permissions: ['iam:ListRoles'],
  createdByEvents: ['CreateRole', 'CreateServiceLinkedRole'],
  changedByEvents: [
    'UpdateAssumeRolePolicy',
    'AttachRolePolicy',
    'PutRolePolicy',
    'DetachRolePolicy',
    'DeleteRolePolicy',
    'PutRolePermissionsBoundary',
    'DeleteRolePermissionsBoundary',
    'UpdateRole',
  ],
  names: ['roleName'],
  async *scan(ctx, region) {
    const roles = listed<{ RoleName?: string; Arn?: string; CreateDate?: string; Path?: string; Description?: string }>(
      ctx,
      'iam',
      region,
      'ListRoles',
      'Roles',
    );
    for await (const one of roles) {
      if (one.RoleName === undefined || one.Arn === undefined) continue;
      yield iamFound(ctx, 'AWS::IAM::Role', region, one.Arn, one.RoleName, {
        createdAt: time(one.CreateDate),
        alive: true,
        detail: present({ description: oneLine(one.Description), serviceLinked: one.Path?.startsWith('/aws-service-role/') || undefined }),
      });
    }
  },
};
