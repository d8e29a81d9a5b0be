import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arnOf, pageOf } from '../paging.ts';
import { shelf } from '../shelf.ts';

interface Topic {
  arn: string;
  name: string;
  attributes: Record<string, string>;
  tags: any[];
}
interface Subscription {
  /** Its ARN, or the topic and endpoint while it waits for confirmation. */
  id: string;
  arn: string;
  topic: string;
  protocol: string;
  endpoint: string;
}
const gone = (): LabError => new LabError('NotFoundException', 'Topic does not exist');
export const topics = shelf<Topic>('snsTopics', gone);
const subscriptions = shelf<Subscription>('snsSubscriptions', () => new LabError('NotFoundException', 'Subscription does not exist'));
const invalid = (message: string): LabError => new LabError('InvalidParameterException', `Invalid parameter: ${message}`);
const PAGE = 100;
const paged = <T>(ctx: LabContext, items: T[], input: any) =>
  pageOf(ctx, items, { token: input.NextToken, size: PAGE }, ['InvalidParameter', 'Invalid parameter: NextToken']);
const resources = (input: any): string[] => [input.TopicArn];

/** The policy SNS gives every new topic: its owner's account only. */
const standardPolicy = (arn: string, account: string) => ({
  Version: '2008-10-17',
  Id: '__default_policy_ID',
  Statement: [
    {
      Sid: '__default_statement_ID',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: [
        'GetTopicAttributes',
        'SetTopicAttributes',
        'AddPermission',
        'RemovePermission',
        'DeleteTopic',
        'Subscribe',
        'ListSubscriptionsByTopic',
        'Publish',
      ].map((name) => `SNS:${name}`),
      Resource: arn,
      Condition: { StringEquals: { 'AWS:SourceOwner': account } },
    },
  ],
});
const ENDPOINTS: Record<string, RegExp> = {
  email: /^[^@\s]+@[^@\s]+$/,
  'email-json': /^[^@\s]+@[^@\s]+$/,
  http: /^http:\/\//,
  https: /^https:\/\//,
  sms: /^\+?[0-9 ()-]{6,}$/,
  sqs: /^arn:aws[a-z-]*:sqs:/,
  lambda: /^arn:aws[a-z-]*:lambda:/,
  firehose: /^arn:aws[a-z-]*:firehose:/,
  application: /^arn:aws[a-z-]*:sns:/,
};
const view = (ctx: LabContext, one: Subscription) => ({
  SubscriptionArn: one.arn,
  Owner: ctx.account.id,
  Protocol: one.protocol,
  Endpoint: one.endpoint,
  TopicArn: one.topic,
});

export const operations: LabOperations = {
  CreateTopic: {
    run(input, ctx) {
      if (!/^[A-Za-z0-9_-]{1,256}(\.fifo)?$/.test(input.Name)) throw invalid('Topic Name');
      const arn = arnOf(ctx, 'sns', input.Name);
      if (!topics.find(ctx, arn)) {
        const attributes = { Policy: JSON.stringify(standardPolicy(arn, ctx.account.id)), DisplayName: '', ...input.Attributes };
        topics.put(ctx, arn, { arn, name: input.Name, attributes, tags: input.Tags ?? [] });
      }
      return { TopicArn: arn };
    },
  },
  DeleteTopic: {
    resources,
    run(input, ctx) {
      topics.drop(ctx, input.TopicArn);
    },
  },
  ListTopics: {
    run(input, ctx) {
      const { items, next } = paged(ctx, topics.all(ctx), input);
      return { Topics: items.map((one) => ({ TopicArn: one.arn })), ...(next === undefined ? {} : { NextToken: next }) };
    },
  },
  GetTopicAttributes: {
    resources,
    run(input, ctx) {
      const one = topics.get(ctx, input.TopicArn);
      const mine = subscriptions.all(ctx).filter((each) => each.topic === one.arn);
      const pending = mine.filter((each) => !each.arn.startsWith('arn:')).length;
      return {
        Attributes: {
          ...one.attributes,
          TopicArn: one.arn,
          Owner: ctx.account.id,
          SubscriptionsPending: String(pending),
          SubscriptionsConfirmed: String(mine.length - pending),
          SubscriptionsDeleted: '0',
        },
      };
    },
  },
  SetTopicAttributes: {
    resources,
    run(input, ctx) {
      const one = topics.get(ctx, input.TopicArn);
      if (input.AttributeName === 'Policy') {
        try {
          if (JSON.parse(input.AttributeValue ?? '').Statement === undefined) throw new Error('no statement');
        } catch {
          throw invalid('Policy Error: null');
        }
      }
      one.attributes[input.AttributeName] = input.AttributeValue ?? '';
    },
  },
  AddPermission: {
    resources,
    run(input, ctx) {
      const one = topics.get(ctx, input.TopicArn);
      const policy = JSON.parse(one.attributes.Policy!);
      if (policy.Statement.some((each: any) => each.Sid === input.Label)) throw invalid('Statement already exists');
      if (!input.AWSAccountId.every((id: string) => /^\d{12}$/.test(id))) throw invalid('AWSAccountId');
      policy.Statement.push({
        Sid: input.Label,
        Effect: 'Allow',
        Principal: { AWS: input.AWSAccountId.map((id: string) => `arn:aws:iam::${id}:root`) },
        Action: input.ActionName.map((name: string) => `SNS:${name}`),
        Resource: one.arn,
      });
      one.attributes.Policy = JSON.stringify(policy);
    },
  },
  RemovePermission: {
    resources,
    run(input, ctx) {
      const one = topics.get(ctx, input.TopicArn);
      const policy = JSON.parse(one.attributes.Policy!);
      policy.Statement = policy.Statement.filter((each: any) => each.Sid !== input.Label);
      one.attributes.Policy = JSON.stringify(policy);
    },
  },
  Subscribe: {
    resources,
    run(input, ctx) {
      const topic = topics.get(ctx, input.TopicArn);
      const rule = ENDPOINTS[input.Protocol];
      if (!rule) throw invalid(`Does not support this protocol string: ${input.Protocol}`);
      if (!rule.test(input.Endpoint ?? '')) throw invalid('Endpoint');
      const id = `${topic.arn}|${input.Protocol}|${input.Endpoint}`;
      // Endpoints of one's own account and phones need no confirmation.
      const own = input.Protocol === 'sms' || input.Endpoint.split(':')[4] === ctx.account.id;
      const there = subscriptions.find(ctx, id);
      const arn = there?.arn ?? (own ? `${topic.arn}:${ctx.uuid()}` : 'PendingConfirmation');
      subscriptions.put(ctx, id, { id, arn, topic: topic.arn, protocol: input.Protocol, endpoint: input.Endpoint });
      return { SubscriptionArn: arn === 'PendingConfirmation' ? 'pending confirmation' : arn };
    },
  },
  Unsubscribe: {
    run(input, ctx) {
      const one = subscriptions.all(ctx).find((each) => each.arn === input.SubscriptionArn);
      if (!one) throw new LabError('NotFoundException', 'Subscription does not exist');
      subscriptions.drop(ctx, one.id);
    },
  },
  ListSubscriptions: {
    run(input, ctx) {
      const { items, next } = paged(ctx, subscriptions.all(ctx), input);
      return { Subscriptions: items.map((one) => view(ctx, one)), ...(next === undefined ? {} : { NextToken: next }) };
    },
  },
  ListSubscriptionsByTopic: {
    resources,
    run(input, ctx) {
      const topic = topics.get(ctx, input.TopicArn);
      const { items, next } = paged(
        ctx,
        subscriptions.all(ctx).filter((one) => one.topic === topic.arn),
        input,
      );
      return { Subscriptions: items.map((one) => view(ctx, one)), ...(next === undefined ? {} : { NextToken: next }) };
    },
  },
};
