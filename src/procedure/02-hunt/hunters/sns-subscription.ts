import type { Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present } from '../hunting/found.ts';

const TYPE = 'AWS::SNS::Subscription';
interface Subscription {
  SubscriptionArn?: string;
  Protocol?: string;
  Endpoint?: string;
  TopicArn?: string;
}

/** Who gets a copy of every message: an address, a server, or another account's queue or function. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('SNS subscriptions', 'Suscripciones de SNS'),
  permissions: ['sns:ListSubscriptions'],
  createdByEvents: ['Subscribe'],
  // One that waits in another account is named by an ARN in the request alone, which says less than an answer would.
  changedByEvents: ['Subscribe', 'SetSubscriptionAttributes'],
  // While it waits for confirmation it has no ARN: its endpoint names it.
  names: ['subscriptionArn', 'endpoint'],
  async *scan(ctx, region) {
    for await (const one of listed<Subscription>(ctx, 'sns', region, 'ListSubscriptions', 'Subscriptions')) {
      if (one.Endpoint === undefined || one.TopicArn === undefined) continue;
      const account = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(one.Endpoint)?.[1];
      const confirmed = one.SubscriptionArn?.startsWith('arn:') === true;
      const reasons: Reason[] =
        account !== undefined && account !== ctx.facts.account
          ? [{ code: 'shared-outside', text: text(`sends every message to account ${account}`, `envía cada mensaje a la cuenta ${account}`) }]
          : [];
      yield foundAt(ctx, TYPE, region, confirmed ? one.SubscriptionArn! : `${one.TopicArn}:PendingConfirmation:${oneLine(one.Endpoint)}`, one.Endpoint, {
        createdAt: null,
        reasons,
        detail: present({ topic: oneLine(one.TopicArn), protocol: one.Protocol, confirmed, to: oneLine(one.Endpoint) }),
      });
    }
  },
};
