import type { Found, Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { readOrAbsent } from '../../shared/reading.ts';
import { each, listed } from '../hunting/calls.ts';
import { deletions } from '../hunting/deletions.ts';
import { arnFor, foundAt, present, time } from '../hunting/found.ts';

interface Detector {
  Status?: string;
  CreatedAt?: string;
  UpdatedAt?: string;
  FindingPublishingFrequency?: string;
  Features?: { Name?: string; Status?: string }[];
}
const OFF: Reason = { code: 'blinded', text: text('GuardDuty is suspended here', 'GuardDuty está suspendido aquí') };

/** Detectors of GuardDuty: suspended, weakened or deleted ones find nothing. */
export const hunter: Hunter = {
  type: 'AWS::GuardDuty::Detector',
  scope: 'regional',
  title: text('GuardDuty, and whether it still watches', 'GuardDuty, y si aún vigila'),
  permissions: ['guardduty:ListDetectors', 'guardduty:GetDetector', 'cloudtrail:LookupEvents'],
  createdByEvents: ['CreateDetector'],
  changedByEvents: ['UpdateDetector', 'DeleteDetector', 'StopMonitoringMembers', 'DisassociateFromAdministratorAccount', 'DisassociateFromMasterAccount'],
  names: ['detectorId'],
  async *scan(ctx, region) {
    let any = false;
    const ask = async (id: string): Promise<Found[]> => {
      any = true;
      const answer = await readOrAbsent<Detector>(ctx, { service: 'guardduty', operation: 'GetDetector', region, input: { DetectorId: id } });
      if (!answer) return [];
      const one = answer.output;
      const off = (one.Features ?? []).filter((feature) => feature.Status === 'DISABLED').map((feature) => feature.Name ?? '');
      return [
        foundAt(ctx, 'AWS::GuardDuty::Detector', region, arnFor(ctx, 'guardduty', region, `detector/${id}`), id, {
          createdAt: time(one.CreatedAt),
          reasons: one.Status === 'DISABLED' ? [OFF] : [],
          detail: present({ status: one.Status, updatedAt: time(one.UpdatedAt), tells: one.FindingPublishingFrequency, featuresOff: off.join(', ') }),
        }),
      ];
    };
    yield* each(listed<string>(ctx, 'guardduty', region, 'ListDetectors', 'DetectorIds'), ask);
    if (any) return;
    yield* deletions(ctx, region, 'DeleteDetector', 'detectorId', (id) => ({
      type: 'AWS::GuardDuty::Detector',
      arn: arnFor(ctx, 'guardduty', region, `detector/${id}`),
      what: ['GuardDuty of this region', 'GuardDuty de esta región'],
    }));
  },
};
