import type { Technique } from '../technique.ts';

/** A console password for a program's user, which never had one and never needed one. */
export const technique: Technique = {
  id: 'login-profile',
  place: 'global',
  makes: ['AWS::IAM::LoginProfile'],
  needs: ['iam:CreateLoginProfile'],
  async play(act) {
    const asked = { UserName: act.company.programUser, Password: `${act.draw.word(14)}!7a`, PasswordResetRequired: false };
    await act.call('iam', 'CreateLoginProfile', asked);
    act.made('AWS::IAM::LoginProfile', act.company.programUser, '');
    act.attends('AWS::IAM::User', act.company.programUser, act.arn('iam', `user/${act.company.programUser}`));
    act.credential({ kind: 'password', id: act.company.programUser, principal: act.company.programUser });
  },
};
