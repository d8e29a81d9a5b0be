import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text("Email address of the account's root user changed", 'Dirección de correo del usuario raíz cambiada'),
  description: text(
    'Who has the mailbox can set the root password and lock everybody out. Call AWS Support if the owner does not know of it.',
    'Quien tiene el buzón puede poner la contraseña raíz y dejar fuera a todos. Llame a AWS Support si el dueño no lo sabe.',
  ),
  severity: 'critical',
  attack: ['T1098', 'T1531'],
  apis: ['account:StartPrimaryEmailUpdate', 'account:AcceptPrimaryEmailUpdate', 'signin:EmailUpdated'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} changed the email address of account ${named(record, 'accountId')} to ${named(record, 'primaryEmail')} (${api(record)}).`,
          `${who(record)} cambió el correo de la cuenta ${named(record, 'accountId')} a ${named(record, 'primaryEmail')} (${api(record)}).`,
        ),
  examples: {
    hits: [
      example('begun', call('account:StartPrimaryEmailUpdate', { AccountId: '444455556666', PrimaryEmail: '****' })),
      example('refused', denied('account:AcceptPrimaryEmailUpdate', { AccountId: '444455556666' })),
    ],
    quiet: [
      example('a service', byService('organizations', 'account:StartPrimaryEmailUpdate')),
      example('another service', byService('controltower', 'account:AcceptPrimaryEmailUpdate')),
    ],
  },
};
