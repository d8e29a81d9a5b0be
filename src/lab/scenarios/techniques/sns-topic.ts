import type { Act, Technique } from '../technique.ts';

async function topic(act: Act): Promise<void> {
  const name = act.name(['alerts', 'campaign', 'otp']);
  const { TopicArn } = await act.call('sns', 'CreateTopic', { Name: name });
  act.made('AWS::SNS::Topic', name, TopicArn);
}

/** A topic that sends text messages on the company’s bill. */
export const technique: Technique = {
  id: 'sns-topic',
  place: 'region',
  makes: ['AWS::SNS::Topic'],
  needs: ['sns:CreateTopic'],
  play: topic,
  innocent: topic,
};
