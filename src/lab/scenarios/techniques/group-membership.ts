import type { Technique } from '../technique.ts';
import { document } from '../words.ts';

/** A group with every right, and the user he holds in it. */
export const technique: Technique = {
  id: 'group-membership',
  place: 'global',
  makes: ['AWS::IAM::Group'],
  needs: ['iam:CreateGroup', 'iam:PutGroupPolicy', 'iam:AddUserToGroup'],
  async play(act) {
    const GroupName = act.name(['auditors', 'contractors', 'readers']);
    const { Group } = await act.call('iam', 'CreateGroup', { GroupName });
    act.made('AWS::IAM::Group', GroupName, Group.Arn);
    await act.call('iam', 'PutGroupPolicy', { GroupName, PolicyName: 'access', PolicyDocument: document('Allow', '*') });
    await act.call('iam', 'AddUserToGroup', { GroupName, UserName: act.company.leakedUser });
    act.changed('AWS::IAM::User', act.company.leakedUser, act.arn('iam', `user/${act.company.leakedUser}`), 'in a group with every right');
  },
  async innocent(act) {
    const GroupName = act.name(['interns', 'finance']);
    const { Group } = await act.call('iam', 'CreateGroup', { GroupName });
    act.made('AWS::IAM::Group', GroupName, Group.Arn);
    await act.call('iam', 'PutGroupPolicy', { GroupName, PolicyName: 'read', PolicyDocument: document('Allow', ['s3:GetObject']) });
  },
};
