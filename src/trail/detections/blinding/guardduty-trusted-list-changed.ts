import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Addresses that GuardDuty trusts changed, or its threat list removed', 'Lista de confianza de GuardDuty cambiada o su lista de amenazas quitada'),
  description: text(
    "GuardDuty makes no findings for addresses on a trusted list. Attackers put theirs on it. Read the list's file, at the location that the request gives, and its older versions.",
    'GuardDuty no genera hallazgos de las direcciones de una lista de confianza. Los atacantes ponen la suya. Lea el fichero de la lista, en el lugar que da la petición, y sus versiones anteriores.',
  ),
  severity: 'medium',
  attack: ['T1562.001'],
  apis: [
    'guardduty:CreateIPSet',
    'guardduty:UpdateIPSet',
    'guardduty:CreateTrustedEntitySet',
    'guardduty:UpdateTrustedEntitySet',
    'guardduty:DeleteThreatIntelSet',
    'guardduty:DeleteThreatEntitySet',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} in GuardDuty${noted(record, 'location', 'name', 'ipSetId', 'trustedEntitySetId', 'threatIntelSetId')}.`,
          `${who(record)} llamó a ${api(record)} en GuardDuty${noted(record, 'location', 'name', 'ipSetId', 'trustedEntitySetId', 'threatIntelSetId')}.`,
        ),
  examples: {
    hits: [
      example(
        'a list of trusted addresses',
        call('guardduty:CreateIPSet', { detectorId: '12abc', name: 'office', location: 'https://s3.amazonaws.com/b/list.txt', activate: true }),
      ),
      example('refused', denied('guardduty:DeleteThreatIntelSet', { detectorId: '12abc', threatIntelSetId: 't1' })),
    ],
    quiet: [
      example('a service does it', byService('guardduty', 'guardduty:UpdateIPSet', { detectorId: '12abc', ipSetId: 'i1' })),
      example('Firewall Manager does it', byService('fms', 'guardduty:CreateIPSet', { detectorId: '12abc' })),
    ],
  },
};
