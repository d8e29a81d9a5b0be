import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, isAws, shown, who } from './saying.ts';

export const detection: Detection = {
  title: text('Somebody was given access to an account through Identity Center', 'Se dio a alguien acceso a una cuenta mediante Identity Center'),
  description: text(
    'A person or group may from now on sign in to an account with a permission set. It is how access is meant to be given; an attacker in the management account gives it to himself. See whom, where, and with which permission set.',
    'Una persona o grupo puede desde ahora entrar en una cuenta con un conjunto de permisos. Es la forma prevista de dar acceso; un atacante en la cuenta de gestión se lo da a sí mismo. Vea a quién, dónde y con qué conjunto.',
  ),
  severity: 'low',
  attack: ['T1098.003', 'T1136.003'],
  apis: ['sso:CreateAccountAssignment'],
  when(record) {
    if (isAws(record)) return undefined;
    const [person, account] = [shown(record, 'requestParameters.principalId'), shown(record, 'requestParameters.targetId')];
    return text(`${who(record)} gave ${person} access to account ${account}.`, `${who(record)} dio a ${person} acceso a la cuenta ${account}.`);
  },
  examples: {
    hits: [
      {
        what: 'given',
        records: [
          call('sso:CreateAccountAssignment', {
            principalType: 'USER',
            principalId: 'u-1',
            targetId: '111122223333',
            targetType: 'AWS_ACCOUNT',
            permissionSetArn: 'ps-1',
          }),
        ],
      },
      { what: 'refused', records: [call('sso:CreateAccountAssignment', null, { errorCode: 'AccessDeniedException' })] },
    ],
    quiet: [
      { what: 'a service', records: [call('sso:CreateAccountAssignment', { principalId: 'u-1' }, { userIdentity: { type: 'AWSService' } })] },
      {
        what: 'a service’s role',
        records: [
          call(
            'sso:CreateAccountAssignment',
            { principalId: 'u-1' },
            {
              userIdentity: {
                type: 'AssumedRole',
                sessionContext: {
                  sessionIssuer: { arn: 'arn:aws:iam::111122223333:role/aws-service-role/controltower.amazonaws.com/AWSServiceRoleForAWSControlTower' },
                },
              },
            },
          ),
        ],
      },
    ],
  },
};
