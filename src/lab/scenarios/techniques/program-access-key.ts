import type { Technique } from '../technique.ts';

/** A second key for a program's user: its work goes on, and nobody looks at a user that runs by itself. */
export const technique: Technique = {
  id: 'program-access-key',
  place: 'global',
  makes: ['AWS::IAM::AccessKey'],
  needs: ['iam:CreateAccessKey'],
  async play(act) {
    const { AccessKey } = await act.call('iam', 'CreateAccessKey', { UserName: act.company.programUser });
    act.made('AWS::IAM::AccessKey', AccessKey.AccessKeyId, '');
    act.attends('AWS::IAM::User', act.company.programUser, act.arn('iam', `user/${act.company.programUser}`));
    act.credential({ kind: 'key', id: AccessKey.AccessKeyId, principal: act.company.programUser });
  },
};
