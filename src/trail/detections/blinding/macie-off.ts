import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, askedText, machinery, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Amazon Macie switched off or paused', 'Amazon Macie desactivado o en pausa'),
  description: text(
    'Nobody watches any more what sensitive data lies in buckets and who may read it.',
    'Ya nadie vigila qué datos sensibles hay en los buckets ni quién puede leerlos.',
  ),
  severity: 'medium',
  attack: ['T1562.001'],
  apis: [
    'macie2:DisableMacie',
    'macie2:UpdateMacieSession',
    'macie2:DisassociateFromAdministratorAccount',
    'macie2:DisableOrganizationAdminAccount',
    'macie2:DisassociateMember',
  ],
  when: (record) =>
    machinery(record) || !(apiOf(record) !== 'macie2:UpdateMacieSession' || askedText(record, 'status') === 'PAUSED')
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on Amazon Macie in ${region(record)}.`,
          `${who(record)} llamó a ${api(record)} en Amazon Macie en ${region(record)}.`,
        ),
  examples: {
    hits: [example('switched off', call('macie2:DisableMacie')), example('pausing refused', denied('macie2:UpdateMacieSession', { status: 'PAUSED' }))],
    quiet: [
      example('switched on', call('macie2:UpdateMacieSession', { status: 'ENABLED' })),
      example('by Organizations', byService('organizations', 'macie2:DisassociateMember', { id: '444455556666' })),
    ],
  },
};
