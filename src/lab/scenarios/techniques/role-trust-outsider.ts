import type { Technique } from '../technique.ts';
import { document, trust } from '../words.ts';

/** A role of the company lets another account in: no new principal, no key, and it works after every key is gone. */
export const technique: Technique = {
  id: 'role-trust-outsider',
  place: 'global',
  makes: [],
  changes: ['AWS::IAM::Role'],
  needs: ['iam:UpdateAssumeRolePolicy'],
  async before(act) {
    const name = act.name(['maintenance', 'housekeeping', 'migrations']);
    const { Role } = await act.call('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: trust({ AWS: `arn:aws:iam::${act.account}:root` }) });
    const rights = document('Allow', ['ec2:Describe*', 's3:GetObject', 's3:ListBucket']);
    await act.call('iam', 'PutRolePolicy', { RoleName: name, PolicyName: 'work', PolicyDocument: rights });
    Object.assign(act.kept, { name, arn: Role.Arn });
  },
  async play(act) {
    await act.call('iam', 'UpdateAssumeRolePolicy', {
      RoleName: act.kept.name,
      PolicyDocument: trust({ AWS: `arn:aws:iam::${act.account}:root` }, { AWS: `arn:aws:iam::${act.company.outsider}:root` }),
    });
    act.changed('AWS::IAM::Role', act.kept.name!, act.kept.arn!, `trusts account ${act.company.outsider}`);
    act.credential({ kind: 'role', id: act.kept.name!, principal: act.kept.name! });
  },
  async innocent(act) {
    const name = act.name(['indexing', 'thumbnails', 'mailer']);
    const { Role } = await act.call('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: trust({ Service: 'lambda.amazonaws.com' }) });
    act.made('AWS::IAM::Role', name, Role.Arn);
    const both = trust({ Service: 'lambda.amazonaws.com' }, { Service: 'ecs-tasks.amazonaws.com' });
    await act.call('iam', 'UpdateAssumeRolePolicy', { RoleName: name, PolicyDocument: both });
  },
};
