import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Contacts of the account changed or deleted', 'Contactos de la cuenta cambiados o borrados'),
  description: text(
    'Warnings of AWS about abuse and stolen keys go to these contacts: with other ones the owner hears nothing.',
    'Los avisos de AWS sobre abuso y claves robadas van a estos contactos: con otros el dueño no se entera.',
  ),
  severity: 'medium',
  attack: ['T1098', 'T1531'],
  apis: ['account:PutContactInformation', 'account:PutAlternateContact', 'account:DeleteAlternateContact'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)}${noted(record, 'alternateContactType')}.`,
          `${who(record)} llamó a ${api(record)}${noted(record, 'alternateContactType')}.`,
        ),
  examples: {
    hits: [
      example('the security contact', call('account:PutAlternateContact', { AlternateContactType: 'SECURITY', EmailAddress: '****' })),
      example('refused', denied('account:DeleteAlternateContact', { AlternateContactType: 'SECURITY' })),
    ],
    quiet: [
      example('Control Tower', byService('controltower', 'account:PutAlternateContact')),
      example('Organizations', byService('organizations', 'account:PutContactInformation')),
    ],
  },
};
