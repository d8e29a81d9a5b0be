import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { adminReasons, grantDetail, granted, trustReasons } from '../hunting/grants.ts';
import { attachedTo, boundaryOf, detailsOf, type InlinePolicy, type PrincipalDetail } from '../hunting/principals.ts';

interface Role extends PrincipalDetail {
  RoleName?: string;
  AssumeRolePolicyDocument?: string;
  RolePolicyList?: InlinePolicy[];
  RoleLastUsed?: { LastUsedDate?: string; Region?: string };
}

/** Roles, whom they let in and whether they may do everything. */
export const hunter: Hunter = {
  type: 'AWS::IAM::Role',
  scope: 'global',
  title: text('IAM roles and who may assume them', 'Roles de IAM y quién puede asumirlos'),
  permissions: ['iam:GetAccountAuthorizationDetails'],
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
    'UpdateRoleDescription',
  ],
  names: ['roleName'],
  async *scan(ctx, region, since) {
    for await (const one of detailsOf<Role>(ctx, region, 'Role')) {
      if (one.RoleName === undefined || one.Arn === undefined) continue;
      const createdAt = time(one.CreateDate);
      const linked = one.Path?.startsWith('/aws-service-role/') === true;
      const reserved = one.Path?.startsWith('/aws-reserved/') === true;
      const may = granted(one.RolePolicyList ?? [], attachedTo(one));
      const trust = trustReasons(one.AssumeRolePolicyDocument, ctx.facts.account);
      yield foundAt(ctx, 'AWS::IAM::Role', region, one.Arn, one.RoleName, {
        createdAt,
        reasons: [...trust.reasons, ...adminReasons(may, createdAt, since)],
        detail: {
          ...present({
            serviceLinked: linked || undefined,
            identityCenter: reserved || undefined,
            boundary: boundaryOf(one),
            lastUsed: time(one.RoleLastUsed?.LastUsedDate),
            lastUsedRegion: one.RoleLastUsed?.Region,
          }),
          ...grantDetail(may),
          ...trust.detail,
        },
      });
    }
  },
};
