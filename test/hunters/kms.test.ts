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
    // The account itself stays in: KMS refuses a policy that would lock out whoever sets it.
    const statements = [OUTSIDER, 'arn:aws:iam::111122223333:root'].map((AWS) => ({ Effect: 'Allow', Principal: { AWS }, Action: 'kms:*', Resource: '*' }));
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
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
