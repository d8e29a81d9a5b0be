import type { Act, Technique } from '../technique.ts';

async function apiKey(act: Act, UserName = act.company.leakedUser): Promise<void> {
  const asked = { UserName, ServiceName: 'bedrock.amazonaws.com', CredentialAgeDays: act.draw.pick([90, 365, 3650]) };
  const { ServiceSpecificCredential: made } = await act.call('iam', 'CreateServiceSpecificCredential', asked);
  act.made('AWS::IAM::ServiceSpecificCredential', made.ServiceSpecificCredentialId, '');
  act.attends('AWS::IAM::User', UserName, act.arn('iam', `user/${UserName}`));
  act.credential({ kind: 'service', id: made.ServiceSpecificCredentialId, principal: UserName });
}

/** A long-term API key for Bedrock: it needs no access key, and language models are sold by the token. */
export const technique: Technique = {
  id: 'service-specific-credential',
  place: 'global',
  makes: ['AWS::IAM::ServiceSpecificCredential'],
  needs: ['iam:CreateServiceSpecificCredential'],
  play: apiKey,
  async innocent(act) {
    await apiKey(act, act.company.programUser);
  },
};
