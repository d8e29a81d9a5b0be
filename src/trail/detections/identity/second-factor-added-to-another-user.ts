import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf, text as textAt } from '../../event.ts';
import { call, isAws, REFUSED, target, who } from './saying.ts';

export const detection: Detection = {
  title: text('A second factor was added to another user', 'Se añadió un segundo factor a otro usuario'),
  description: text(
    'A device for signing in belongs to the person: only he has the codes. Whoever adds his own device to another user can sign in as him where a second factor is asked for, and a user may have eight. Ask the user.',
    'Un dispositivo para entrar es de la persona: solo ella tiene los códigos. Quien añade su dispositivo a otro usuario puede entrar como él donde se pide un segundo factor, y un usuario puede tener ocho. Pregunte al usuario.',
  ),
  severity: 'medium',
  attack: ['T1556.006', 'T1098.005'],
  apis: ['iam:EnableMFADevice'],
  when(record) {
    const user = textAt(record, 'requestParameters.userName');
    if (isAws(record) || (user !== undefined && principalOf(record).endsWith(`/${user}`))) return undefined;
    if (textAt(record, 'userIdentity.type') === 'Root' && user === undefined) return undefined;
    return text(`${who(record)} added a device to ${target(record)}.`, `${who(record)} añadió un dispositivo a ${target(record)}.`);
  },
  examples: {
    hits: [
      { what: 'to bob', records: [call('iam:EnableMFADevice', { userName: 'bob', serialNumber: 'arn:aws:iam::111122223333:mfa/x' })] },
      { what: 'refused', records: [call('iam:EnableMFADevice', null, REFUSED)] },
    ],
    quiet: [
      { what: 'his own', records: [call('iam:EnableMFADevice', { userName: 'alice', serialNumber: 'arn:aws:iam::111122223333:mfa/alice' })] },
      {
        what: 'root for itself',
        records: [call('iam:EnableMFADevice', { serialNumber: 'arn:aws:iam::111122223333:mfa/root' }, { userIdentity: { type: 'Root' } })],
      },
    ],
  },
};
