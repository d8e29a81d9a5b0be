import { type Call_, testHunter } from './stand.ts';

const launch = async (as: Call_, ...instanceNames: string[]): Promise<string[]> => {
  await as('lightsail', 'CreateInstances', { instanceNames, availabilityZone: 'eu-west-1a', blueprintId: 'ubuntu_24_04', bundleId: '2xlarge_3_0' });
  return instanceNames;
};
const pair = async (as: Call_, keyPairName: string): Promise<string> => (await as('lightsail', 'CreateKeyPair', { keyPairName })).keyPair.arn;

testHunter({
  type: 'AWS::Lightsail::Instance',
  plant: (as) => launch(as, 'node-1', 'node-2', 'node-3'),
  innocent: (as) => launch(as, 'blog'),
  looks: { detail: { bundle: '2xlarge_3_0', openToInternet: 'tcp/22, tcp/80' } },
});
testHunter({
  type: 'AWS::Lightsail::KeyPair',
  plant: async (as) => [await pair(as, 'k-1'), await pair(as, 'k-2'), await pair(as, 'k-3')],
  innocent: async (as) => [await pair(as, 'office')],
});
