import type { Technique } from '../technique.ts';

/** A secret that another account may read from now on, whatever becomes of the key. */
export const technique: Technique = {
  id: 'secret-policy',
  place: 'home',
  makes: [],
  changes: ['AWS::SecretsManager::Secret'],
  needs: ['secretsmanager:PutResourcePolicy'],
  async before(act) {
    const { ARN } = await act.call('secrets-manager', 'CreateSecret', { Name: act.name(['database', 'payments', 'mail']), SecretString: act.draw.word(24) });
    act.kept.arn = ARN;
  },
  async play(act) {
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${act.company.outsider}:root` },
      Action: 'secretsmanager:GetSecretValue',
      Resource: '*',
    };
    const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await act.call('secrets-manager', 'PutResourcePolicy', { SecretId: act.kept.arn, ResourcePolicy });
    act.changed('AWS::SecretsManager::Secret', act.kept.arn!, act.kept.arn!, `account ${act.company.outsider} may read it`);
  },
  async innocent(act) {
    const { ARN } = await act.call('secrets-manager', 'CreateSecret', { Name: act.name(['search', 'cache']), SecretString: act.draw.word(24) });
    act.made('AWS::SecretsManager::Secret', ARN, ARN);
  },
};
