import type { Act, Technique } from '../technique.ts';

async function identity(act: Act): Promise<void> {
  const name = `${act.name(['news', 'billing', 'notice'])}.example`;
  await act.call('sesv2', 'CreateEmailIdentity', { EmailIdentity: name });
  act.made('AWS::SES::EmailIdentity', name, act.arn('ses', `identity/${name}`));
}

/** A sender of his own, to write to others in the company's name and on its account. */
export const technique: Technique = {
  id: 'ses-identity',
  place: 'region',
  makes: ['AWS::SES::EmailIdentity'],
  needs: ['ses:CreateEmailIdentity'],
  play: identity,
  innocent: identity,
};
