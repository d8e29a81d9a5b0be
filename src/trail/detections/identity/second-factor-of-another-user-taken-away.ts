import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf, text as textAt } from '../../event.ts';
import { call, isAws, REFUSED, shown, who } from './saying.ts';

/** The device is named after its user, or the call names him. */
const isOwn = (user: string | undefined, device: string | undefined, actor: string): boolean =>
  (user !== undefined && actor.endsWith(`/${user}`)) || (user === undefined && device !== undefined && actor.split('/').pop() === device.split('/').pop());

export const detection: Detection = {
  title: text('The second factor of another user was taken away', 'Se quitó el segundo factor de otro usuario'),
  description: text(
    'Without his device the user, or whoever knows his password, signs in with the password alone. Lost telephones look the same: ask the user. See whether his password was changed and who signed in.',
    'Sin su dispositivo, el usuario, o quien sepa su contraseña, entra solo con ella. Un teléfono perdido se ve igual: pregunte al usuario. Vea si se cambió su contraseña y quién entró.',
  ),
  severity: 'medium',
  attack: ['T1556.006', 'T1098'],
  references: ['https://attack.mitre.org/techniques/T1556/006/'],
  apis: ['iam:DeactivateMFADevice', 'iam:DeleteVirtualMFADevice'],
  when(record) {
    if (isAws(record)) return undefined;
    const [user, device] = [textAt(record, 'requestParameters.userName'), textAt(record, 'requestParameters.serialNumber')];
    if (isOwn(user, device, principalOf(record))) return undefined;
    const whose = shown(record, 'requestParameters.userName', shown(record, 'requestParameters.serialNumber'));
    return text(`${who(record)} took away the device of ${whose}.`, `${who(record)} quitó el dispositivo de ${whose}.`);
  },
  examples: {
    hits: [
      { what: 'of bob', records: [call('iam:DeactivateMFADevice', { userName: 'bob', serialNumber: 'arn:aws:iam::111122223333:mfa/bob' })] },
      { what: 'refused', records: [call('iam:DeactivateMFADevice', null, REFUSED)] },
    ],
    quiet: [
      { what: 'his own', records: [call('iam:DeactivateMFADevice', { userName: 'alice', serialNumber: 'arn:aws:iam::111122223333:mfa/alice' })] },
      { what: 'his own, the device', records: [call('iam:DeleteVirtualMFADevice', { serialNumber: 'arn:aws:iam::111122223333:mfa/alice' })] },
    ],
  },
};
