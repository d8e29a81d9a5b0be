import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { partition } from '../../shared/partition.ts';
import { listed } from '../hunting/calls.ts';
import { present, time } from '../hunting/found.ts';

interface Mapping {
  UUID?: string;
  EventSourceMappingArn?: string;
  EventSourceArn?: string;
  FunctionArn?: string;
  State?: string;
  LastModified?: string;
  Topics?: string[];
  Queues?: string[];
}

/** What calls a function by itself: a queue, a stream. AWS tells the last change, not the creation. */
export const hunter: Hunter = {
  type: 'AWS::Lambda::EventSourceMapping',
  scope: 'regional',
  title: text('Event source mappings of Lambda', 'Asignaciones de origen de eventos de Lambda'),
  permissions: ['lambda:ListEventSourceMappings'],
  createdByEvents: ['CreateEventSourceMapping'],
  changedByEvents: ['UpdateEventSourceMapping'],
  names: ['uuid'],
  arn: (id, { partition, region, account }) => `arn:${partition}:lambda:${region}:${account}:event-source-mapping:${id}`,
  async *scan(ctx, region) {
    for await (const one of listed<Mapping>(ctx, 'lambda', region, 'ListEventSourceMappings', 'EventSourceMappings')) {
      if (one.UUID === undefined) continue;
      const account = ctx.facts.account ?? '';
      yield {
        type: 'AWS::Lambda::EventSourceMapping',
        arn: one.EventSourceMappingArn ?? `arn:${partition(ctx).name}:lambda:${region}:${account}:event-source-mapping:${one.UUID}`,
        id: one.UUID,
        region,
        account,
        createdAt: null,
        alive: one.State !== 'Deleting',
        detail: present({
          source: one.EventSourceArn,
          function: one.FunctionArn,
          state: one.State,
          lastModified: time(one.LastModified),
          topics: oneLine(one.Topics?.join(', ')),
          queues: oneLine(one.Queues?.join(', ')),
        }),
      };
    }
  },
};
