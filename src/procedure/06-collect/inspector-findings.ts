import { type Call, type Collector, type Json, text } from '../../kernel/index.ts';
import { take } from '../shared/collected.ts';
import { targetOf } from '../shared/ec2.ts';

/** Which known holes Inspector saw on it: how they may have come in. */
export const collector: Collector = {
  id: 'inspector-findings',
  step: 6,
  title: text('Inspector findings', 'Hallazgos de Inspector'),
  permissions: ['inspector2:ListFindings'],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const input: Json = { filterCriteria: { resourceId: [{ comparison: 'EQUALS', value: instanceId }] } };
    const call: Call = { service: 'inspector2', operation: 'ListFindings', region, input };

    yield (await take(ctx, 'inspector-findings', call, { all: true })).item;
  },
};
