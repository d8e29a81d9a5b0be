import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Account leaves its organisation', 'La cuenta abandona su organización'),
  description: text(
    'Outside the organisation no service control policy binds the account, its organisation trail no longer records it, and the bill and support are its own. Planned moves exist and are announced. The attempt matters too: ordinary users never try it.',
    'Fuera de la organización ninguna SCP limita la cuenta, el trail de la organización ya no la registra, y factura y soporte son solo suyos. Hay traslados planificados, y se anuncian. El intento también importa: un usuario corriente nunca lo prueba.',
  ),
  severity: 'critical',
  attack: ['T1562.001', 'T1666'],
  apis: ['organizations:LeaveOrganization', 'organizations:RemoveAccountFromOrganization'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)}${noted(record, 'accountId', 'account')}: the account would be outside of all guard rails.`,
          `${who(record)} llamó a ${api(record)}${noted(record, 'accountId', 'account')}: la cuenta quedaría fuera de todos los límites.`,
        ),
  examples: {
    hits: [example('the account leaves', call('organizations:LeaveOrganization')), example('refused', denied('organizations:LeaveOrganization'))],
    quiet: [
      example('a service', byService('controltower', 'organizations:RemoveAccountFromOrganization', { accountId: '444455556666' })),
      example('Organizations', byService('organizations', 'organizations:LeaveOrganization')),
    ],
  },
};
