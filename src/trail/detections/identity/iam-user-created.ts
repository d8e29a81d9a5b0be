import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, isAws, REFUSED, target, who } from './saying.ts';

export const detection: Detection = {
  title: text('IAM user created', 'Usuario de IAM creado'),
  description: text(
    'A new IAM user is the simplest way to stay. Setting up accounts looks the same; people usually come in through Identity Center, so ask what this user is for. See which keys, passwords and policies he got.',
    'Un usuario de IAM nuevo es la forma más simple de quedarse. El alta de cuentas se ve igual; las personas suelen entrar por Identity Center, así que pregunte para qué es. Vea qué claves, contraseñas y políticas recibió.',
  ),
  severity: 'low',
  attack: ['T1136.003'],
  references: ['https://attack.mitre.org/techniques/T1136/003/'],
  apis: ['iam:CreateUser'],
  when(record) {
    if (isAws(record)) return undefined;
    return text(`${who(record)} created the user ${target(record)}.`, `${who(record)} creó el usuario ${target(record)}.`);
  },
  examples: {
    hits: [
      { what: 'a user', records: [call('iam:CreateUser', { userName: 'support2' })] },
      { what: 'refused', records: [call('iam:CreateUser', null, REFUSED)] },
    ],
    quiet: [
      { what: 'a service', records: [call('iam:CreateUser', { userName: 'x' }, { userIdentity: { type: 'AWSService' } })] },
      {
        what: 'a service’s own role',
        records: [
          call(
            'iam:CreateUser',
            { userName: 'x' },
            {
              userIdentity: {
                type: 'AssumedRole',
                sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX' } },
              },
            },
          ),
        ],
      },
    ],
  },
};
