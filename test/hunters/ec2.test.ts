import { testHunter } from './stand.ts';

testHunter({
  type: 'AWS::EC2::KeyPair',
  plant: async (as) => Promise.all(['a', 'b'].map(async (KeyName) => (await as('ec2', 'CreateKeyPair', { KeyName })).KeyPairId)),
  innocent: async (as) => [(await as('ec2', 'CreateKeyPair', { KeyName: 'office' })).KeyPairId],
});
