import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { grantOf } from '../../policy/index.ts';
import { ADMIN_KINDS, call, isAws, shown, who } from './saying.ts';

export const detection: Detection = {
  title: text('A permission set was given full power', 'Se dio poder total a un conjunto de permisos'),
  description: text(
    'Everybody who has this permission set gets full power in every account where he has it. Setting up Identity Center looks the same. See who has the permission set, and where.',
    'Todo el que tiene este conjunto de permisos recibe poder total en cada cuenta donde lo tiene. Configurar Identity Center se ve igual. Vea quién lo tiene y dónde.',
  ),
  severity: 'high',
  attack: ['T1098.003'],
  apis: ['sso:AttachManagedPolicyToPermissionSet', 'sso:PutInlinePolicyToPermissionSet'],
  when(record, background) {
    const power = grantOf(record, background, { refused: true })?.powers.find(({ kind }) => ADMIN_KINDS.has(kind));
    if (isAws(record) || !power) return undefined;
    const set = shown(record, 'requestParameters.permissionSetArn');
    return text(
      `${who(record)} gave the permission set ${set} a policy. ${power.why.en}`,
      `${who(record)} dio una política al conjunto de permisos ${set}. ${power.why.es}`,
    );
  },
  examples: {
    hits: [
      {
        what: 'AdministratorAccess',
        records: [
          call('sso:AttachManagedPolicyToPermissionSet', {
            permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1',
            managedPolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
          }),
        ],
      },
      {
        what: 'refused',
        records: [
          call(
            'sso:PutInlinePolicyToPermissionSet',
            { permissionSetArn: 'ps-1', inlinePolicy: '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}' },
            { errorCode: 'AccessDeniedException' },
          ),
        ],
      },
    ],
    quiet: [
      {
        what: 'reading',
        records: [call('sso:AttachManagedPolicyToPermissionSet', { permissionSetArn: 'ps-1', managedPolicyArn: 'arn:aws:iam::aws:policy/ViewOnlyAccess' })],
      },
      {
        what: 'a narrow one',
        records: [
          call('sso:PutInlinePolicyToPermissionSet', {
            permissionSetArn: 'ps-1',
            inlinePolicy: '{"Statement":{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}}',
          }),
        ],
      },
    ],
  },
};
