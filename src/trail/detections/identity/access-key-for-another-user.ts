import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { outcomeOf } from '../../event.ts';
import { grantOf } from '../../policy/index.ts';
import { call, isAws, REFUSED, target, who } from './saying.ts';

export const detection: Detection = {
  title: text('Access key made for another user', 'Clave de acceso creada para otro usuario'),
  description: text(
    'Somebody made a lasting key for a user who is not himself: he can act as that user from now on, also when his own access is gone. Administrators do it for new users and programs. See whether the new key was used from the same address.',
    'Alguien creó una clave duradera para un usuario que no es él: desde ahora puede actuar como ese usuario, también cuando pierda su propio acceso. Los administradores lo hacen para usuarios y programas nuevos. Vea si la clave nueva se usó desde la misma dirección.',
  ),
  severity: 'medium',
  attack: ['T1098.001'],
  references: ['https://attack.mitre.org/techniques/T1098/001/'],
  apis: ['iam:CreateAccessKey'],
  when(record, background) {
    if (isAws(record)) return undefined;
    const grant = grantOf(record, background, { refused: true });
    if (!grant) return undefined;
    // A refused call names the user in its message only.
    if (outcomeOf(record) === 'denied' && target(record) === '?')
      return text(`${who(record)} asked for an access key and was refused.`, `${who(record)} pidió una clave de acceso y se le negó.`);
    if (grant.self) return undefined;
    return text(`${who(record)} made an access key for ${target(record)}.`, `${who(record)} creó una clave de acceso para ${target(record)}.`);
  },
  examples: {
    hits: [
      { what: 'for bob', records: [call('iam:CreateAccessKey', { userName: 'bob' })] },
      { what: 'refused', records: [call('iam:CreateAccessKey', null, REFUSED)] },
    ],
    quiet: [
      { what: 'his own, by name', records: [call('iam:CreateAccessKey', { userName: 'alice' })] },
      { what: 'his own', records: [call('iam:CreateAccessKey')] },
    ],
  },
};
