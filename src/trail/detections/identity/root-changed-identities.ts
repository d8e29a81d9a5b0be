import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, text as textAt } from '../../event.ts';
import { call, REFUSED, shown, target } from './saying.ts';

export const detection: Detection = {
  title: text('The root user changed identities', 'El usuario raíz cambió identidades'),
  description: text(
    'Root created or changed users, roles or policies. In a small account that may be the owner’s daily work; where administrators exist it is out of place. Ask the owner.',
    'El usuario raíz creó o cambió usuarios, roles o políticas. En una cuenta pequeña puede ser el trabajo diario del dueño; donde hay administradores está fuera de lugar. Pregunte al dueño.',
  ),
  severity: 'low',
  attack: ['T1078.004', 'T1098'],
  apis: ['iam:Create*', 'iam:Put*', 'iam:Attach*', 'iam:Update*', 'iam:Add*'],
  sql: "identityType = 'Root'",
  when(record) {
    if (textAt(record, 'userIdentity.type') !== 'Root' || textAt(record, 'userIdentity.invokedBy') !== undefined) return undefined;
    if (/^iam:(CreateServiceLinkedRole|UpdateAccountName|UpdateAccountPasswordPolicy|CreateVirtualMFADevice|CreateAccountAlias)$/.test(apiOf(record)))
      return undefined;
    return text(
      `Root called ${shown(record, 'eventName')} for ${target(record)}.`,
      `El usuario raíz llamó a ${shown(record, 'eventName')} para ${target(record)}.`,
    );
  },
  examples: {
    hits: [
      { what: 'a user', records: [call('iam:CreateUser', { userName: 'bob' }, { userIdentity: { type: 'Root' } })] },
      { what: 'refused by the organisation', records: [call('iam:CreateUser', null, { userIdentity: { type: 'Root' }, ...REFUSED })] },
    ],
    quiet: [
      { what: 'its own second factor', records: [call('iam:CreateVirtualMFADevice', { virtualMFADeviceName: 'root' }, { userIdentity: { type: 'Root' } })] },
      { what: 'a user', records: [call('iam:CreateUser', { userName: 'bob' })] },
    ],
  },
};
