import { expect } from 'vitest';
import { type Call_, testHunter } from './stand.ts';

const because = (code: string) => expect.arrayContaining([expect.objectContaining({ code })]);
const OUTSIDER = 'arn:aws:iam::999988887777:root';
const key = async (as: Call_): Promise<string> => (await as('kms', 'CreateKey', { Description: 'data' })).KeyMetadata.KeyId;
const GRANT = { Operations: ['Decrypt', 'GenerateDataKey'] };

testHunter({
  type: 'AWS::KMS::Key',
  plant: async (as) => {
    const keys = [await key(as), await key(as), await key(as)];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: OUTSIDER }, Action: 'kms:*', Resource: '*' }] });
    for (const KeyId of keys) await as('kms', 'PutKeyPolicy', { KeyId, PolicyName: 'default', Policy });
    return keys;
  },
  innocent: async (as) => [await key(as)],
  looks: { reasons: because('shared-outside'), detail: { otherAccounts: ['999988887777'] } },
});

const mine: string[] = [];
testHunter({
  type: 'AWS::KMS::Grant',
  before: async (as) => void mine.push(await key(as), await key(as), await key(as)),
  plant: async (as) =>
    Promise.all(mine.slice(0, 2).map(async (KeyId) => (await as('kms', 'CreateGrant', { KeyId, GranteePrincipal: OUTSIDER, ...GRANT })).GrantId)),
  innocent: async (as) => [(await as('kms', 'CreateGrant', { KeyId: mine[2]!, GranteePrincipal: 'arn:aws:iam::111122223333:role/app', ...GRANT })).GrantId],
  looks: { reasons: because('shared-outside') },
});
