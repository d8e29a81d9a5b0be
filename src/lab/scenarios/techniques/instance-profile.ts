import type { Act, Technique } from '../technique.ts';
import { document, trust } from '../words.ts';

async function profile(act: Act): Promise<void> {
  const name = act.name(['ec2-default', 'ssm-managed', 'node-runtime']);
  const { Role } = await act.call('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: trust({ Service: 'ec2.amazonaws.com' }) });
  act.made('AWS::IAM::Role', name, Role.Arn);
  await act.call('iam', 'PutRolePolicy', { RoleName: name, PolicyName: 'run', PolicyDocument: document('Allow', rights) });
  const { InstanceProfile } = await act.call('iam', 'CreateInstanceProfile', { InstanceProfileName: name });
  act.made('AWS::IAM::InstanceProfile', name, InstanceProfile.Arn);
  await act.call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName: name, RoleName: name });
}
const rights = ['s3:*', 'ssm:*', 'secretsmanager:GetSecretValue'];

/** A role with every right that instances carry: whoever gets into one of them has it. */
export const technique: Technique = {
  id: 'instance-profile',
  place: 'global',
  makes: ['AWS::IAM::Role', 'AWS::IAM::InstanceProfile'],
  needs: ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:CreateInstanceProfile', 'iam:AddRoleToInstanceProfile'],
  play: profile,
  innocent: profile,
};
