import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as at } from '../../event.ts';

export const detection: Detection = {
  title: text('Access key made for the root user', 'Clave de acceso creada para el usuario raíz'),
  description: text(
    'A root access key can do everything, no policy of the account limits it, and nobody needs one. It may be an old habit of the owner: ask him, and delete the key either way. Look at what the key did since.',
    'Una clave de acceso raíz lo puede todo, ninguna política de la cuenta la limita y nadie la necesita. Puede ser una vieja costumbre del dueño: pregúntele, y borre la clave en cualquier caso. Mire qué hizo la clave desde entonces.',
  ),
  severity: 'critical',
  attack: ['T1098.001', 'T1078.004'],
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html'],
  apis: ['iam:CreateAccessKey'],
  when(record) {
    if (at(record, 'userIdentity.type') !== 'Root' || at(record, 'requestParameters.userName') !== undefined) return undefined;
    return text('The root user made an access key for itself.', 'El usuario raíz creó una clave de acceso para sí mismo.');
  },
  examples: {
    hits: [
      { what: 'root makes a key', records: [{ eventName: 'CreateAccessKey', userIdentity: { type: 'Root' } }] },
      {
        what: 'an organisation forbids it',
        records: [{ eventName: 'CreateAccessKey', userIdentity: { type: 'Root' }, errorCode: 'AccessDenied' }],
      },
    ],
    quiet: [
      {
        what: 'root makes a key for a user',
        records: [{ eventName: 'CreateAccessKey', userIdentity: { type: 'Root' }, requestParameters: { userName: 'bob' } }],
      },
      { what: 'a user makes his own', records: [{ eventName: 'CreateAccessKey' }] },
    ],
  },
};
