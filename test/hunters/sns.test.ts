import { expect, it } from 'vitest';
import { hunter as subscriptions } from '../../src/procedure/02-hunt/hunters/sns-subscription.ts';
import { fakeContext } from '../../src/procedure/testing/fake-context.ts';
import { type Call_, testHunter } from './stand.ts';

const gather = async <T>(all: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const one of all) list.push(one);
  return list;
};
const because = (code: string) => expect.arrayContaining([expect.objectContaining({ code })]);
const topic = async (as: Call_, Name: string): Promise<string> => (await as('sns', 'CreateTopic', { Name })).TopicArn;
testHunter({
  type: 'AWS::SNS::Topic',
  plant: async (as) => {
    const made = [await topic(as, 'relay-1'), await topic(as, 'relay-2'), await topic(as, 'relay-3')];
    for (const TopicArn of made) await as('sns', 'AddPermission', { TopicArn, Label: 'out', AWSAccountId: ['999988887777'], ActionName: ['Publish'] });
    return made;
  },
  innocent: async (as) => [await topic(as, 'alarms')],
  looks: { reasons: because('shared-outside') },
});
let alarms = '';
const subscribe = async (as: Call_, Protocol: string, Endpoint: string) => {
  await as('sns', 'Subscribe', { TopicArn: alarms, Protocol, Endpoint });
  return Endpoint;
};
testHunter({
  type: 'AWS::SNS::Subscription',
  before: async (as) => {
    alarms = await topic(as, 'alarms');
  },
  plant: async (as) => [await subscribe(as, 'https', 'https://203.0.113.9/a'), await subscribe(as, 'https', 'https://203.0.113.9/b')],
  innocent: async (as) => [await subscribe(as, 'email', 'ops@company.example')],
});
testHunter({
  type: 'AWS::SNS::SMSAttributes',
  before: async (as) => void (await as('sns', 'SetSMSAttributes', { attributes: { MonthlySpendLimit: '0' } })),
  plant: async (as) => {
    await as('sns', 'SetSMSAttributes', { attributes: { MonthlySpendLimit: '1', DefaultSenderID: 'BANK' } });
    return ['sns-sms-eu-west-1'];
  },
  innocent: async () => [],
  looks: { detail: { sender: 'BANK' } },
});

it("tells another account's queue from one of our own", async () => {
  const TopicArn = 'arn:aws:sns:eu-west-1:111122223333:alarms';
  const to = (account: string) => ({ TopicArn, Protocol: 'sqs', Endpoint: `arn:aws:sqs:eu-west-1:${account}:q`, SubscriptionArn: 'PendingConfirmation' });
  const ctx = fakeContext({ answers: { 'sns:ListSubscriptions': { Subscriptions: [to('999988887777'), to('111122223333')] } } });
  const found = await gather(subscriptions.scan(ctx, 'eu-west-1', '2026-11-22T00:00:00.000Z'));
  expect(found.map((one) => one.reasons?.[0]?.code)).toEqual(['shared-outside', undefined]);
});
