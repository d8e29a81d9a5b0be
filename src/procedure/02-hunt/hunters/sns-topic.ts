import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { outsideDetail, outsideReasons, outsiders } from '../../shared/outsiders.ts';
import { each, listed, read } from '../hunting/calls.ts';
import { foundAt, present } from '../hunting/found.ts';

const TYPE = 'AWS::SNS::Topic';

/** Topics, and who outside may read or publish there. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('SNS topics', 'Temas de SNS'),
  permissions: ['sns:ListTopics', 'sns:GetTopicAttributes'],
  createdByEvents: ['CreateTopic'],
  changedByEvents: ['SetTopicAttributes', 'AddPermission', 'RemovePermission', 'Subscribe'],
  names: ['topicArn'],
  scan: (ctx, region) =>
    each(listed<{ TopicArn?: string }>(ctx, 'sns', region, 'ListTopics', 'Topics'), async ({ TopicArn }) => {
      if (TopicArn === undefined) return [];
      const { Attributes = {} } = await read<{ Attributes?: Record<string, string> }>(ctx, 'sns', region, 'GetTopicAttributes', { TopicArn });
      const who = outsiders(Attributes.Policy, ctx.facts.account);
      return [
        foundAt(ctx, TYPE, region, TopicArn, TopicArn.split(':').at(-1) ?? TopicArn, {
          createdAt: null,
          reasons: outsideReasons(who),
          detail: { ...present({ subscriptions: Number(Attributes.SubscriptionsConfirmed ?? 0) || undefined }), ...outsideDetail(who) },
        }),
      ];
    }),
};
