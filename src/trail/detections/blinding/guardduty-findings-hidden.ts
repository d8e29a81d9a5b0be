import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, askedText, machinery, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('GuardDuty findings archived or suppressed', 'Hallazgos de GuardDuty archivados o suprimidos'),
  description: text(
    "A filter that archives, findings archived by hand, or their publishing deleted: GuardDuty sees and nobody is told. Security staff does this to be rid of noise; ask who and why, and read the filter's criteria.",
    'Un filtro que archiva, hallazgos archivados a mano o su publicación borrada: GuardDuty ve y nadie se entera. El personal de seguridad lo hace contra el ruido; pregunte quién y por qué, y lea los criterios del filtro.',
  ),
  severity: 'medium',
  attack: ['T1562.001'],
  apis: ['guardduty:CreateFilter', 'guardduty:UpdateFilter', 'guardduty:ArchiveFindings', 'guardduty:DeletePublishingDestination'],
  when: (record) =>
    machinery(record) || !(!/Filter$/.test(apiOf(record)) || askedText(record, 'action') === 'ARCHIVE')
      ? undefined
      : text(
          `${who(record)} called ${api(record)} in GuardDuty${noted(record, 'name', 'findingIds', 'destinationId', 'filterName')}.`,
          `${who(record)} llamó a ${api(record)} en GuardDuty${noted(record, 'name', 'findingIds', 'destinationId', 'filterName')}.`,
        ),
  examples: {
    hits: [
      example(
        'a suppression filter',
        call('guardduty:CreateFilter', { detectorId: '12abc', name: 'quiet', action: 'ARCHIVE', findingCriteria: { criterion: {} } }),
      ),
      example('archiving refused', denied('guardduty:ArchiveFindings', { detectorId: '12abc', findingIds: ['f1'] })),
    ],
    quiet: [
      example('a filter for looking', call('guardduty:CreateFilter', { detectorId: '12abc', name: 'view', action: 'NOOP' })),
      example('a service archives', byService('securityhub', 'guardduty:ArchiveFindings', { detectorId: '12abc' })),
    ],
  },
};
