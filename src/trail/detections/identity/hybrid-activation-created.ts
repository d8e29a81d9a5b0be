import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, isAws, shown, who } from './saying.ts';

export const detection: Detection = {
  title: text('A code was made that joins foreign machines to the account', 'Se creó un código que une máquinas ajenas a la cuenta'),
  description: text(
    'With an activation, any computer in the world becomes a managed machine and gets the credentials of a role: a way in that needs no AWS key. Companies with their own data centres use it. See which role, and which machines registered.',
    'Con una activación, cualquier ordenador del mundo se convierte en máquina administrada y recibe las credenciales de un rol: una entrada que no necesita clave de AWS. Las empresas con centros de datos propios lo usan. Vea qué rol y qué máquinas se registraron.',
  ),
  severity: 'medium',
  attack: ['T1098.001', 'T1219'],
  apis: ['ssm:CreateActivation'],
  when(record) {
    if (isAws(record)) return undefined;
    const role = shown(record, 'requestParameters.iamRole');
    return text(`${who(record)} made an activation with the role ${role}.`, `${who(record)} creó una activación con el rol ${role}.`);
  },
  examples: {
    hits: [
      { what: 'made', records: [call('ssm:CreateActivation', { iamRole: 'service-role/ssm', registrationLimit: 10 })] },
      { what: 'refused', records: [call('ssm:CreateActivation', null, { errorCode: 'AccessDeniedException' })] },
    ],
    quiet: [
      { what: 'a service', records: [call('ssm:CreateActivation', { iamRole: 'r' }, { userIdentity: { type: 'AWSService' } })] },
      {
        what: 'ECS’s own role',
        records: [
          call(
            'ssm:CreateActivation',
            { iamRole: 'r' },
            {
              userIdentity: {
                type: 'AssumedRole',
                sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS' } },
              },
            },
          ),
        ],
      },
    ],
  },
};
