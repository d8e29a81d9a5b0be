import type { JsonObject } from '../../src/kernel/index.ts';
import { type Call_, testHunter } from './stand.ts';

const trail = async (as: Call_, Name: string): Promise<string> => {
  await as('cloudtrail', 'CreateTrail', { Name, S3BucketName: 'logs', IsMultiRegionTrail: true });
  await as('cloudtrail', 'StartLogging', { Name });
  return Name;
};
const detector = async (as: Call_): Promise<string> => (await as('guardduty', 'CreateDetector', { Enable: true })).DetectorId;
const filter = async (as: Call_, Name: string, Action: string): Promise<string> => {
  const [DetectorId] = (await as('guardduty', 'ListDetectors')).DetectorIds;
  return (await as('guardduty', 'CreateFilter', { DetectorId, Name, Action, FindingCriteria: { Criterion: { type: { Equals: ['Recon:IAMUser/x'] } } } })).Name;
};
const recorder = async (as: Call_, name: string): Promise<string> => {
  await as('config-service', 'PutConfigurationRecorder', { ConfigurationRecorder: { name, roleARN: 'arn:aws:iam::111122223333:role/config' } });
  await as('config-service', 'PutDeliveryChannel', { DeliveryChannel: { name, s3BucketName: 'config' } });
  await as('config-service', 'StartConfigurationRecorder', { ConfigurationRecorderName: name });
  return name;
};

testHunter({
  type: 'AWS::CloudTrail::Trail',
  before: async (as) => {
    for (const name of ['main', 'audit', 'backup', 'office']) await trail(as, name);
  },
  plant: async (as) => {
    await as('cloudtrail', 'StopLogging', { Name: 'main' });
    await as('cloudtrail', 'PutEventSelectors', { TrailName: 'audit', EventSelectors: [{ ReadWriteType: 'ReadOnly', IncludeManagementEvents: true }] });
    const FieldSelectors = [{ Field: 'eventCategory', Equals: ['Data'] }];
    await as('cloudtrail', 'PutEventSelectors', { TrailName: 'backup', AdvancedEventSelectors: [{ FieldSelectors }] });
    return ['main', 'audit', 'backup'];
  },
  innocent: async (as) => {
    const FieldSelectors: JsonObject[] = [
      { Field: 'eventCategory', Equals: ['Management'] },
      { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] },
    ];
    await as('cloudtrail', 'PutEventSelectors', { TrailName: 'office', AdvancedEventSelectors: [{ FieldSelectors }] });
    return ['office'];
  },
  changes: true,
  looks: { reasons: [{ code: 'changed-by-key' }, { code: 'blinded' }] },
});
testHunter({
  type: 'AWS::GuardDuty::Detector',
  before: async (as) => void (await detector(as)),
  plant: async (as) => {
    const [DetectorId] = (await as('guardduty', 'ListDetectors')).DetectorIds;
    await as('guardduty', 'UpdateDetector', { DetectorId, Enable: false });
    return [DetectorId];
  },
  innocent: async () => [],
  changes: true,
  looks: { reasons: [{ code: 'changed-by-key' }, { code: 'blinded' }], detail: { status: 'DISABLED' } },
});
testHunter({
  type: 'AWS::GuardDuty::Filter',
  before: async (as) => void (await detector(as)),
  plant: async (as) => [await filter(as, 'quiet', 'ARCHIVE'), await filter(as, 'calm', 'ARCHIVE'), await filter(as, 'still', 'ARCHIVE')],
  innocent: async (as) => [await filter(as, 'marked', 'NOOP')],
  looks: { reasons: [{ code: 'by-key' }, { code: 'blinded' }] },
});
testHunter({
  type: 'AWS::Config::ConfigurationRecorder',
  before: async (as) => void (await recorder(as, 'default')),
  plant: async (as) => {
    await as('config-service', 'StopConfigurationRecorder', { ConfigurationRecorderName: 'default' });
    return ['default'];
  },
  innocent: async () => [],
  changes: true,
  looks: { reasons: [{ code: 'changed-by-key' }, { code: 'blinded' }], detail: { recording: false } },
});

// What was deleted is listed nowhere: CloudTrail is asked for it.
const gone = { alive: false, reasons: [{ code: 'changed-by-key' }, { code: 'blinded' }] };
testHunter({
  type: 'AWS::CloudTrail::Trail',
  before: async (as) => {
    for (const name of ['main', 'audit', 'office']) await trail(as, name);
  },
  plant: async (as) => {
    for (const Name of ['main', 'audit']) await as('cloudtrail', 'DeleteTrail', { Name });
    return ['main', 'audit'];
  },
  innocent: async () => ['office'],
  changes: true,
  looks: gone,
});
testHunter({
  type: 'AWS::GuardDuty::Detector',
  before: async (as) => void (await detector(as)),
  plant: async (as) => {
    const [DetectorId] = (await as('guardduty', 'ListDetectors')).DetectorIds;
    await as('guardduty', 'DeleteDetector', { DetectorId });
    return [DetectorId];
  },
  innocent: async () => [],
  changes: true,
  looks: gone,
});
testHunter({
  type: 'AWS::Config::ConfigurationRecorder',
  before: async (as) => void (await recorder(as, 'default')),
  plant: async (as) => {
    await as('config-service', 'DeleteConfigurationRecorder', { ConfigurationRecorderName: 'default' });
    return ['default'];
  },
  innocent: async () => [],
  changes: true,
  looks: gone,
});
