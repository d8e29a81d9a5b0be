import type { Act, Technique } from '../technique.ts';

async function instance(act: Act): Promise<void> {
  const name = act.name(['blog', 'vpn', 'demo']);
  const where = { availabilityZone: `${act.region}a`, blueprintId: 'ubuntu_24_04', bundleId: act.draw.pick(['small_3_0', 'medium_3_0']) };
  await act.call('lightsail', 'CreateInstances', { instanceNames: [name], ...where });
  act.made('AWS::Lightsail::Instance', name, '');
}

/** A machine where nobody looks: Lightsail has a console and prices of its own. */
export const technique: Technique = {
  id: 'lightsail-instance',
  place: 'region',
  makes: ['AWS::Lightsail::Instance'],
  needs: ['lightsail:CreateInstances'],
  play: instance,
  innocent: instance,
};
