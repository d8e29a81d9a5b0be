import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { adminReasons, grantDetail, granted } from '../hunting/grants.ts';
import { attachedTo, boundaryOf, detailsOf, type InlinePolicy, type PrincipalDetail } from '../hunting/principals.ts';

interface User extends PrincipalDetail {
  UserName?: string;
  UserPolicyList?: InlinePolicy[];
  GroupList?: string[];
}

/** Users, the longest-lived way to stay, and whether they may do everything. */
export const hunter: Hunter = {
  type: 'AWS::IAM::User',
  scope: 'global',
  title: text('IAM users', 'Usuarios de IAM'),
  permissions: ['iam:GetAccountAuthorizationDetails'],
  createdByEvents: ['CreateUser'],
  changedByEvents: [
    'AttachUserPolicy',
    'PutUserPolicy',
    'DetachUserPolicy',
    'DeleteUserPolicy',
    'AddUserToGroup',
    'RemoveUserFromGroup',
    'CreateLoginProfile',
    'UpdateLoginProfile',
    'DeleteLoginProfile',
    'EnableMFADevice',
    'DeactivateMFADevice',
    'PutUserPermissionsBoundary',
    'DeleteUserPermissionsBoundary',
    'UpdateUser',
  ],
  names: ['userName'],
  async *scan(ctx, region, since) {
    for await (const one of detailsOf<User>(ctx, region, 'User')) {
      if (one.UserName === undefined || one.Arn === undefined) continue;
      const createdAt = time(one.CreateDate);
      const may = granted(one.UserPolicyList ?? [], attachedTo(one));
      yield foundAt(ctx, 'AWS::IAM::User', region, one.Arn, one.UserName, {
        createdAt,
        reasons: adminReasons(may, createdAt, since),
        detail: {
          ...present({
            groups: (one.GroupList ?? []).join(', '),
            boundary: boundaryOf(one),
            madeByBedrock: one.UserName.startsWith('BedrockAPIKey-') || undefined,
          }),
          ...grantDetail(may),
        },
      });
    }
  },
};
