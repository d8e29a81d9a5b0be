import type { Technique } from '../technique.ts';

/** A grant on a key of the company: it stands beside the key policy, where nobody reads it. */
export const technique: Technique = {
  id: 'kms-grant',
  place: 'home',
  makes: ['AWS::KMS::Grant'],
  needs: ['kms:CreateGrant'],
  async before(act) {
    const { KeyMetadata } = await act.call('kms', 'CreateKey', { Description: 'archive' });
    act.kept.id = KeyMetadata.KeyId;
  },
  async play(act) {
    const asked = { KeyId: act.kept.id, GranteePrincipal: `arn:aws:iam::${act.company.outsider}:root`, Operations: ['Decrypt', 'GenerateDataKey'] };
    const { GrantId } = await act.call('kms', 'CreateGrant', asked);
    act.made('AWS::KMS::Grant', GrantId, '');
    act.attends('AWS::KMS::Key', act.kept.id!);
  },
  async innocent(act) {
    const asked = { KeyId: act.kept.id, GranteePrincipal: act.company.serviceRoleArn, Operations: ['Decrypt'] };
    const { GrantId } = await act.call('kms', 'CreateGrant', asked);
    act.made('AWS::KMS::Grant', GrantId, '');
  },
};
