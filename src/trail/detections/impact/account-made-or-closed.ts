import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Account made or closed, or organisation deleted', 'Cuenta creada o cerrada, u organización borrada'),
  description: text(
    'A new account is a place where nobody looks; a closed one takes its data with it after 90 days. Write to AWS Support at once if nobody ordered it.',
    'Una cuenta nueva es un sitio donde nadie mira; una cerrada se lleva sus datos a los 90 días. Escriba a AWS Support de inmediato si nadie lo pidió.',
  ),
  severity: 'high',
  attack: ['T1136.003', 'T1531', 'T1666'],
  apis: ['organizations:CreateAccount', 'organizations:CreateGovCloudAccount', 'organizations:CloseAccount', 'organizations:DeleteOrganization'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)}${noted(record, 'accountName', 'email', 'accountId')}.`,
          `${who(record)} llamó a ${api(record)}${noted(record, 'accountName', 'email', 'accountId')}.`,
        ),
  examples: {
    hits: [
      example('closed', call('organizations:CloseAccount', { accountId: '444455556666' })),
      example('made, refused', denied('organizations:CreateAccount', { accountName: 'x', email: '****' })),
    ],
    quiet: [
      example('Control Tower', byService('controltower', 'organizations:CreateAccount', { accountName: 'x' })),
      example('Service Catalog for it', byService('controltower', 'organizations:CloseAccount', { accountId: '444455556666' })),
    ],
  },
};
