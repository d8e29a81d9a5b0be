import type { Act, Technique } from '../technique.ts';

async function activation(act: Act): Promise<void> {
  const asked = { Description: 'on-premises', DefaultInstanceName: act.name(['branch', 'warehouse']), IamRole: act.company.serviceRoleName };
  const { ActivationId } = await act.call('ssm', 'CreateActivation', { ...asked, RegistrationLimit: 5 });
  act.made('AWS::SSM::Activation', ActivationId, '');
}

/** A machine of his own, registered as one of the company, that answers to its Systems Manager. */
export const technique: Technique = {
  id: 'ssm-activation',
  place: 'region',
  makes: ['AWS::SSM::Activation'],
  needs: ['ssm:CreateActivation', 'iam:PassRole'],
  play: activation,
  innocent: activation,
};
