import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

/** Buses on which events of other accounts may come in, or go out. The default one is always there. */
export const hunter: Hunter = {
  type: 'AWS::Events::EventBus',
  scope: 'regional',
  title: text('EventBridge buses', 'Buses de EventBridge'),
  permissions: ['events:ListEventBuses'],
  createdByEvents: ['CreateEventBus'],
  changedByEvents: ['UpdateEventBus'],
  names: ['eventBusArn', 'name'],
  arn: (id, { partition, region, account }) => `arn:${partition}:events:${region}:${account}:event-bus/${id}`,
  async *scan(ctx, region) {
    const buses = listed<{ Name?: string; Arn?: string; Description?: string; CreationTime?: string }>(
      ctx,
      'eventbridge',
      region,
      'ListEventBuses',
      'EventBuses',
    );
    for await (const one of buses) {
      if (one.Name === undefined || one.Arn === undefined || one.Name === 'default') continue;
      yield foundAt(ctx, 'AWS::Events::EventBus', region, one.Arn, one.Name, {
        createdAt: time(one.CreationTime),
        detail: present({ description: oneLine(one.Description) }),
      });
    }
  },
};
