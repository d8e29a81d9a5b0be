import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, text as textAt } from '../../event.ts';
import { call, isAws, REFUSED, shown, who } from './saying.ts';

export const detection: Detection = {
  title: text('A root session of a member account was taken', 'Se obtuvo una sesión raíz de una cuenta miembro'),
  description: text(
    'From the organisation’s management account somebody acted as root of a member account, for one task such as unlocking a bucket or removing root’s credentials. It is rare and planned. See which task policy was named and what the session did.',
    'Desde la cuenta de gestión de la organización alguien actuó como raíz de una cuenta miembro, para una tarea como desbloquear un bucket o quitar credenciales raíz. Es raro y planificado. Vea qué política de tarea se nombró y qué hizo la sesión.',
  ),
  severity: 'high',
  attack: ['T1078.004', 'T1548.005'],
  references: ['https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html'],
  apis: ['sts:AssumeRoot', 'iam:EnableOrganizationsRootSessions', 'iam:EnableOrganizationsRootCredentialsManagement'],
  when(record) {
    if (isAws(record)) return undefined;
    if (apiOf(record) !== 'sts:AssumeRoot')
      return text(
        `${who(record)} lets the management account act as root of members.`,
        `${who(record)} permite que la cuenta de gestión actúe como raíz de las cuentas miembro.`,
      );
    // Looking whether there are root credentials is what auditors do.
    if (/IAMAuditRootUserCredentials$/.test(textAt(record, 'requestParameters.taskPolicyArn.arn') ?? textAt(record, 'requestParameters.taskPolicyArn') ?? ''))
      return undefined;
    const account = shown(record, 'requestParameters.targetPrincipal');
    return text(`${who(record)} took a root session of account ${account}.`, `${who(record)} obtuvo una sesión raíz de la cuenta ${account}.`);
  },
  examples: {
    hits: [
      {
        what: 'unlocking a bucket',
        records: [
          call('sts:AssumeRoot', { targetPrincipal: '111122223333', taskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy' } }),
        ],
      },
      { what: 'refused', records: [call('sts:AssumeRoot', null, REFUSED)] },
    ],
    quiet: [
      {
        what: 'auditing',
        records: [
          call('sts:AssumeRoot', { targetPrincipal: '111122223333', taskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials' } }),
        ],
      },
      { what: 'a service', records: [call('iam:EnableOrganizationsRootSessions', null, { userIdentity: { type: 'AWSService' } })] },
    ],
  },
};
