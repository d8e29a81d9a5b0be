import { type Call_, testHunter } from './stand.ts';

const source = {
  sourceType: 'CERTIFICATE_BUNDLE',
  sourceData: { x509CertificateData: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----' },
};
const anchor = async (as: Call_, name: string): Promise<string> =>
  (await as('rolesanywhere', 'CreateTrustAnchor', { name, source, enabled: true })).trustAnchor.trustAnchorId;
const profile = async (as: Call_, name: string): Promise<string> =>
  (await as('rolesanywhere', 'CreateProfile', { name, roleArns: ['arn:aws:iam::111122223333:role/admin'], enabled: true })).profile.profileId;

testHunter({
  type: 'AWS::RolesAnywhere::TrustAnchor',
  plant: async (as) => [await anchor(as, 'build'), await anchor(as, 'deploy'), await anchor(as, 'test')],
  innocent: async (as) => [await anchor(as, 'build')],
  looks: { detail: { enabled: true, source: 'CERTIFICATE_BUNDLE' } },
});
testHunter({
  type: 'AWS::RolesAnywhere::Profile',
  plant: async (as) => [await profile(as, 'build'), await profile(as, 'deploy'), await profile(as, 'test')],
  innocent: async (as) => [await profile(as, 'build')],
  looks: { roles: ['arn:aws:iam::111122223333:role/admin'], detail: { enabled: true } },
});
