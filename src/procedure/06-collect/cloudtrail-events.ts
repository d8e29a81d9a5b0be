import { type Collector, text } from '../../kernel/index.ts';
import { takeEach } from '../shared/collected.ts';
import { targetOf } from '../shared/ec2.ts';

/** Ninety days of what was done to it: started, stopped, attributes and groups changed, snapshots taken, by whom and from where. */
export const collector: Collector = {
  id: 'cloudtrail-events',
  step: 6,
  title: text('What CloudTrail says was done to it', 'Lo que CloudTrail dice que se le hizo'),
  permissions: ['cloudtrail:LookupEvents'],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const input = { LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: instanceId }] };
    yield* takeEach(ctx, [['cloudtrail-events', { service: 'cloudtrail', operation: 'LookupEvents', region, input }, { all: true }]]);
  },
};
