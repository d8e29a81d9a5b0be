import type { Technique } from '../technique.ts';

/** What language models are asked is no longer written down. */
export const technique: Technique = {
  id: 'bedrock-logging-off',
  place: 'home',
  makes: [],
  changes: ['AWS::Bedrock::ModelInvocationLoggingConfiguration'],
  needs: ['bedrock:DeleteModelInvocationLoggingConfiguration'],
  async before(act) {
    const s3Config = { bucketName: `${act.company.slug}-model-logs`, keyPrefix: 'bedrock' };
    await act.call('bedrock', 'PutModelInvocationLoggingConfiguration', { loggingConfig: { s3Config, textDataDeliveryEnabled: true } });
  },
  async play(act) {
    await act.call('bedrock', 'DeleteModelInvocationLoggingConfiguration', {});
    act.changed('AWS::Bedrock::ModelInvocationLoggingConfiguration', act.region, '', 'deleted');
  },
};
