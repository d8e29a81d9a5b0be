import type { Technique } from '../technique.ts';

/** A key of the company that another account may use. */
export const technique: Technique = {
  id: 'kms-key-policy',
  place: 'home',
  makes: [],
  changes: ['AWS::KMS::Key'],
  needs: ['kms:PutKeyPolicy'],
  async before(act) {
    const { KeyMetadata } = await act.call('kms', 'CreateKey', { Description: 'application data' });
    Object.assign(act.kept, { id: KeyMetadata.KeyId, arn: KeyMetadata.Arn });
  },
  async play(act) {
    const statement = (AWS: string, Action: string[]) => ({ Effect: 'Allow', Principal: { AWS }, Action, Resource: '*' });
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        statement(`arn:aws:iam::${act.account}:root`, ['kms:*']),
        statement(`arn:aws:iam::${act.company.outsider}:root`, ['kms:Decrypt', 'kms:CreateGrant']),
      ],
    });
    await act.call('kms', 'PutKeyPolicy', { KeyId: act.kept.id, PolicyName: 'default', Policy });
    act.changed('AWS::KMS::Key', act.kept.id!, act.kept.arn!, `account ${act.company.outsider} may use it`);
  },
  async innocent(act) {
    const { KeyMetadata } = await act.call('kms', 'CreateKey', { Description: 'invoices' });
    act.made('AWS::KMS::Key', KeyMetadata.KeyId, KeyMetadata.Arn);
  },
};
