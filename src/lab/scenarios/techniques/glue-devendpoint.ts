import type { Act, Technique } from '../technique.ts';

async function endpoint(act: Act): Promise<void> {
  const EndpointName = act.name(['analysis', 'notebooks', 'adhoc']);
  const PublicKey = `ssh-rsa ${act.draw.bytes(200).toString('base64')}`;
  await act.call('glue', 'CreateDevEndpoint', { EndpointName, RoleArn: act.company.serviceRoleArn, PublicKey });
  act.made('AWS::Glue::DevEndpoint', EndpointName, act.arn('glue', `devEndpoint/${EndpointName}`));
}

/** A development endpoint with his SSH key: a shell with a role of the company. */
export const technique: Technique = {
  id: 'glue-devendpoint',
  place: 'region',
  makes: ['AWS::Glue::DevEndpoint'],
  needs: ['glue:CreateDevEndpoint', 'iam:PassRole'],
  play: endpoint,
  innocent: endpoint,
};
