import { type Call, type Collector, type Json, text } from '../../kernel/index.ts';
import { notApplicable, take, takeEach, type Wanted } from '../shared/collected.ts';
import { targetOf } from '../shared/ec2.ts';

/** GetFindings takes fifty ids at most. */
const AT_ONCE = 50;

/** What GuardDuty found about the instance, archived findings too: an attacker may have archived them. */
export const collector: Collector = {
  id: 'guardduty-findings',
  step: 6,
  title: text('GuardDuty findings', 'Hallazgos de GuardDuty'),
  permissions: ['guardduty:ListDetectors', 'guardduty:ListFindings', 'guardduty:GetFindings'],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const ask = (operation: string, input: Json): Call => ({ service: 'guardduty', operation, region, input });
    const detectors = await take<{ DetectorIds?: string[] }>(ctx, 'guardduty-detectors', ask('ListDetectors', {}), { all: true });
    yield detectors.item;
    const ids = detectors.output?.DetectorIds ?? [];
    if (detectors.output && ids.length === 0)
      yield notApplicable('guardduty-findings', text('GuardDuty is off in this Region.', 'GuardDuty está desactivado en esta región.'), detectors.item.reading);
    for (const DetectorId of ids) {
      const FindingCriteria = { Criterion: { 'resource.instanceDetails.instanceId': { Eq: [instanceId] } } };
      const list = await take<{ FindingIds?: string[] }>(ctx, 'guardduty-finding-ids', ask('ListFindings', { DetectorId, FindingCriteria }), { all: true });
      yield list.item;
      const found = list.output?.FindingIds ?? [];
      yield* takeEach(
        ctx,
        Array.from(
          { length: Math.ceil(found.length / AT_ONCE) },
          (_, page): Wanted => [
            `guardduty-findings ${page + 1}`,
            ask('GetFindings', { DetectorId, FindingIds: found.slice(page * AT_ONCE, (page + 1) * AT_ONCE) }),
          ],
        ),
      );
    }
  },
};
