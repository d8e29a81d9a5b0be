import type { Technique } from '../technique.ts';
import { document } from '../words.ts';

/** A policy of his own, with an ordinary name and every right, attached to the user he holds. */
export const technique: Technique = {
  id: 'managed-policy',
  place: 'global',
  makes: ['AWS::IAM::ManagedPolicy'],
  needs: ['iam:CreatePolicy', 'iam:AttachUserPolicy'],
  async play(act) {
    const name = act.name(['ReadOnlyBilling', 'CloudWatchAgentAccess', 'SupportAccess', 'BackupPolicy']);
    const { Policy } = await act.call('iam', 'CreatePolicy', { PolicyName: name, PolicyDocument: document('Allow', '*') });
    act.made('AWS::IAM::ManagedPolicy', name, Policy.Arn);
    await act.call('iam', 'AttachUserPolicy', { UserName: act.company.leakedUser, PolicyArn: Policy.Arn });
    act.changed('AWS::IAM::User', act.company.leakedUser, act.arn('iam', `user/${act.company.leakedUser}`), 'a policy with every right attached');
  },
  async innocent(act) {
    const name = act.name(['warehouse', 'newsletter', 'search']);
    const { Policy } = await act.call('iam', 'CreatePolicy', { PolicyName: name, PolicyDocument: document('Allow', ['s3:GetObject', 's3:PutObject']) });
    act.made('AWS::IAM::ManagedPolicy', name, Policy.Arn);
  },
};
