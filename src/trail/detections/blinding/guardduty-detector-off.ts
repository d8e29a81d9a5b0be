import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, type TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { api, asked, below, list, machinery, named, no, region, who } from '../data/reading.ts';

const off = (record: TrailRecord): boolean =>
  no(asked(record, 'enable')) ||
  list(asked(record, 'features')).some((one) => below(one, 'status') === 'DISABLED') ||
  ['s3Logs.enable', 'kubernetes.auditLogs.enable'].some((path) => no(asked(record, `dataSources.${path}`)));

export const detection: Detection = {
  title: text('GuardDuty switched off or without a source of its findings', 'GuardDuty desactivado o sin una de sus fuentes'),
  description: text(
    'GuardDuty, or one of its sources, is off in this region; deleting the detector also deletes its findings, which is a loss of evidence. Export findings from Security Hub or EventBridge targets.',
    'GuardDuty, o una de sus fuentes, queda apagado en esta región; borrar el detector borra también sus hallazgos, que es una pérdida de pruebas. Exporte los hallazgos desde Security Hub o los destinos de EventBridge.',
  ),
  severity: 'high',
  attack: ['T1562.001'],
  apis: ['guardduty:DeleteDetector', 'guardduty:UpdateDetector'],
  when: (record) =>
    machinery(record) || !(apiOf(record) === 'guardduty:DeleteDetector' || off(record))
      ? undefined
      : text(
          `${who(record)} called ${api(record)} against GuardDuty detector ${named(record, 'detectorId')} in ${region(record)}.`,
          `${who(record)} llamó a ${api(record)} contra el detector de GuardDuty ${named(record, 'detectorId')} en ${region(record)}.`,
        ),
  examples: {
    hits: [
      example('deleted', call('guardduty:DeleteDetector', { detectorId: '12abc' })),
      example('switched off', call('guardduty:UpdateDetector', { detectorId: '12abc', enable: false })),
      example('refused', denied('guardduty:UpdateDetector', { detectorId: '12abc', features: [{ name: 'S3_DATA_EVENTS', status: 'DISABLED' }] })),
    ],
    quiet: [
      example('switched on', call('guardduty:UpdateDetector', { detectorId: '12abc', enable: true })),
      example('how often it publishes', call('guardduty:UpdateDetector', { detectorId: '12abc', findingPublishingFrequency: 'FIFTEEN_MINUTES' })),
    ],
  },
};
