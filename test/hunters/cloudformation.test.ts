import { expect } from 'vitest';
import { type Call_, testHunter } from './stand.ts';

const template = (user: string): string =>
  JSON.stringify({
    Resources: {
      Key: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: { Ref: 'User' } } },
      User: { Type: 'AWS::IAM::User', Properties: { UserName: user, ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] } },
    },
  });
const stack = async (as: Call_, StackName: string): Promise<string> => {
  const { StackId } = await as('cloudformation', 'CreateStack', {
    StackName,
    TemplateBody: template(`${StackName}-user`),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  });
  return StackId;
};
testHunter({
  type: 'AWS::CloudFormation::Stack',
  plant: async (as) => [await stack(as, 'baseline'), await stack(as, 'baseline-2'), await stack(as, 'baseline-3')],
  innocent: async (as) => [await stack(as, 'network')],
  looks: {
    detail: {
      capabilities: 'CAPABILITY_NAMED_IAM',
      made: [expect.stringMatching(/^AWS::IAM::User baseline(-\d)?-user$/), expect.stringMatching(/^AWS::IAM::AccessKey AKIA[A-Z2-7]{16}$/)],
    },
  },
});
const set = async (as: Call_, StackSetName: string): Promise<string> => {
  const { StackSetId } = await as('cloudformation', 'CreateStackSet', {
    StackSetName,
    TemplateBody: template('everywhere'),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    AdministrationRoleARN: 'arn:aws:iam::111122223333:role/AWSCloudFormationStackSetAdministrationRole',
  });
  return StackSetId;
};
testHunter({
  type: 'AWS::CloudFormation::StackSet',
  plant: async (as) => [await set(as, 'a'), await set(as, 'b'), await set(as, 'c')],
  innocent: async (as) => [await set(as, 'guardrails')],
  looks: { roles: ['arn:aws:iam::111122223333:role/AWSCloudFormationStackSetAdministrationRole'] },
});
