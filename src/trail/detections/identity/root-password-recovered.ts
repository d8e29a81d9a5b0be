import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, text as textAt } from '../../event.ts';
import { call, shown, WORKER } from './saying.ts';

export const detection: Detection = {
  title: text('The root password was recovered or changed', 'Se recuperó o cambió la contraseña raíz'),
  description: text(
    'Somebody asked for a new root password, set one, or changed it. The link goes to the account’s mailbox: whoever reads that owns the account. Ask the owner, and check the mailbox and the account’s address.',
    'Alguien pidió una nueva contraseña raíz, la puso o la cambió. El enlace llega al buzón de la cuenta: quien lo lee es dueño de la cuenta. Pregunte al dueño y revise el buzón y la dirección de la cuenta.',
  ),
  severity: 'high',
  attack: ['T1098', 'T1078.004'],
  apis: ['signin:PasswordRecoveryRequested', 'signin:PasswordRecoveryCompleted', 'signin:PasswordUpdated'],
  when(record) {
    const type = textAt(record, 'userIdentity.type');
    if (type !== undefined && type !== 'Root') return undefined;
    const from = shown(record, 'sourceIPAddress');
    return apiOf(record) === 'signin:PasswordRecoveryRequested'
      ? text(`A new root password was asked for from ${from}.`, `Se pidió una nueva contraseña raíz desde ${from}.`)
      : text(`The root password was set from ${from}.`, `Se puso la contraseña raíz desde ${from}.`);
  },
  examples: {
    hits: [
      { what: 'asked for', records: [call('signin:PasswordRecoveryRequested', null, { userIdentity: { type: 'Root' }, eventType: 'AwsConsoleSignIn' })] },
      { what: 'failed', records: [call('signin:PasswordRecoveryCompleted', null, { userIdentity: { type: 'Root' }, errorMessage: 'Failed authentication' })] },
    ],
    quiet: [
      { what: 'a user’s', records: [call('signin:PasswordUpdated')] },
      { what: 'of a role', records: [call('signin:PasswordUpdated', null, WORKER)] },
    ],
  },
};
