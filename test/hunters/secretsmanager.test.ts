import { expect } from 'vitest';
import { type Call_, testHunter } from './stand.ts';

const because = (code: string) => expect.arrayContaining([expect.objectContaining({ code })]);
const make = async (as: Call_, Name: string): Promise<string> =>
  (await as('secrets-manager', 'CreateSecret', { Name, SecretString: 'not for the ledger' })).ARN;
const policy = (AWS: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'secretsmanager:GetSecretValue', Resource: '*' }] });

testHunter({
  type: 'AWS::SecretsManager::Secret',
  plant: (as) => Promise.all(['prod/copy-1', 'prod/copy-2', 'prod/copy-3'].map((name) => make(as, name))),
  innocent: async (as) => [await make(as, 'prod/database')],
});
testHunter({
  type: 'AWS::SecretsManager::ResourcePolicy',
  before: async (as) => void (await Promise.all(['prod/database', 'prod/mail', 'prod/queue'].map((name) => make(as, name)))),
  plant: async (as) => {
    for (const SecretId of ['prod/database', 'prod/mail'])
      await as('secrets-manager', 'PutResourcePolicy', { SecretId, ResourcePolicy: policy('arn:aws:iam::999988887777:root') });
    return ['prod/database', 'prod/mail'];
  },
  innocent: async (as) => {
    await as('secrets-manager', 'PutResourcePolicy', { SecretId: 'prod/queue', ResourcePolicy: policy('arn:aws:iam::111122223333:role/app') });
    return ['prod/queue'];
  },
  looks: { reasons: because('shared-outside') },
});
