import { text } from '../../kernel/index.ts';
import { credentialAction, switchOff } from './user-credentials.ts';

const list = { operation: 'ListServiceSpecificCredentials', members: 'ServiceSpecificCredentials' };

/** Bedrock, CodeCommit, Keyspaces, CloudWatch Logs: keys that live beside the access keys and outlive them. */
export const action = credentialAction({
  id: 'deactivate-service-credentials',
  title: text(
    'Switch off service credentials the attacker added (Bedrock keys and others)',
    'Desactivar credenciales de servicio añadidas por el atacante (claves de Bedrock y otras)',
  ),
  noun: text('service-specific credentials', 'credenciales de servicio'),
  type: 'AWS::IAM::ServiceSpecificCredential',
  permissions: ['iam:ListServiceSpecificCredentials', 'iam:UpdateServiceSpecificCredential'],
  list,
  read: (row) =>
    typeof row.ServiceSpecificCredentialId === 'string'
      ? {
          id: row.ServiceSpecificCredentialId,
          created: typeof row.CreateDate === 'string' ? row.CreateDate : null,
          active: row.Status === 'Active',
          ...(typeof row.ServiceName === 'string' ? { about: row.ServiceName } : {}),
        }
      : null,
  end: (region, credential, danger) =>
    switchOff(
      region,
      {
        step: 'service-credential',
        credential,
        update: 'UpdateServiceSpecificCredential',
        idMember: 'ServiceSpecificCredentialId',
        list,
        why: text(
          `switch off the ${credential.about ?? 'service'} credential of ${credential.userName}`,
          `desactivar la credencial de ${credential.about ?? 'servicio'} de ${credential.userName}`,
        ),
      },
      danger,
    ),
});
