import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, askedText, machinery, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Amazon Inspector switched off or its findings suppressed', 'Amazon Inspector desactivado o con hallazgos suprimidos'),
  description: text(
    'Vulnerable packages are no longer found in this account. Ask whether the owner saved money.',
    'En esta cuenta ya no se detectan paquetes vulnerables. Pregunte si el dueño quería ahorrar.',
  ),
  severity: 'medium',
  attack: ['T1562.001'],
  apis: ['inspector2:Disable', 'inspector2:DisableDelegatedAdminAccount', 'inspector2:DisassociateMember', 'inspector2:CreateFilter'],
  when: (record) =>
    machinery(record) || !(apiOf(record) !== 'inspector2:CreateFilter' || askedText(record, 'action') === 'SUPPRESS')
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on Amazon Inspector in ${region(record)}.`,
          `${who(record)} llamó a ${api(record)} en Amazon Inspector en ${region(record)}.`,
        ),
  examples: {
    hits: [
      example('switched off', call('inspector2:Disable', { accountIds: ['111122223333'], resourceTypes: ['EC2'] })),
      example('suppression refused', denied('inspector2:CreateFilter', { name: 'x', action: 'SUPPRESS' })),
    ],
    quiet: [
      example('a filter for looking', call('inspector2:CreateFilter', { name: 'x', action: 'NONE' })),
      example('by a service', byService('inspector2', 'inspector2:DisassociateMember', { accountId: '444455556666' })),
    ],
  },
};
