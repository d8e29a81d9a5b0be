import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { foundAt, time } from '../hunting/found.ts';
import { adminReasons, grantDetail, granted } from '../hunting/grants.ts';
import { attachedTo, detailsOf, type InlinePolicy, type PrincipalDetail } from '../hunting/principals.ts';

interface Group extends PrincipalDetail {
  GroupName?: string;
  GroupPolicyList?: InlinePolicy[];
}

/** Groups, which give what they may to every member. */
export const hunter: Hunter = {
  type: 'AWS::IAM::Group',
  scope: 'global',
  title: text('IAM groups', 'Grupos de IAM'),
  permissions: ['iam:GetAccountAuthorizationDetails'],
  createdByEvents: ['CreateGroup'],
  changedByEvents: ['AttachGroupPolicy', 'PutGroupPolicy', 'DetachGroupPolicy', 'DeleteGroupPolicy', 'AddUserToGroup', 'RemoveUserFromGroup', 'UpdateGroup'],
  names: ['groupName'],
  async *scan(ctx, region, since) {
    for await (const one of detailsOf<Group>(ctx, region, 'Group')) {
      if (one.GroupName === undefined || one.Arn === undefined) continue;
      const createdAt = time(one.CreateDate);
      const may = granted(one.GroupPolicyList ?? [], attachedTo(one));
      yield foundAt(ctx, 'AWS::IAM::Group', region, one.Arn, one.GroupName, {
        createdAt,
        reasons: adminReasons(may, createdAt, since),
        detail: grantDetail(may),
      });
    }
  },
};
