import type { Technique } from '../technique.ts';

/** The detector is suspended, and GuardDuty says nothing any more. */
export const technique: Technique = {
  id: 'guardduty-suspended',
  place: 'home',
  makes: [],
  changes: ['AWS::GuardDuty::Detector'],
  needs: ['guardduty:UpdateDetector'],
  async before(act) {
    const { DetectorId } = await act.call('guardduty', 'CreateDetector', { Enable: true });
    act.kept.id = DetectorId;
  },
  async play(act) {
    await act.call('guardduty', 'UpdateDetector', { DetectorId: act.kept.id, Enable: false });
    act.changed('AWS::GuardDuty::Detector', act.kept.id!, act.arn('guardduty', `detector/${act.kept.id}`), 'suspended');
  },
};
