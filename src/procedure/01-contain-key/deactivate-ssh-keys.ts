import { text } from '../../kernel/index.ts';
import { credentialAction, switchOff } from './user-credentials.ts';

const list = { operation: 'ListSSHPublicKeys', members: 'SSHPublicKeys' };

/** SSH public keys of IAM users open CodeCommit; they are not the key pairs of instances. */
export const action = credentialAction({
  id: 'deactivate-ssh-keys',
  title: text('Switch off SSH keys the attacker uploaded to IAM users', 'Desactivar claves SSH que el atacante subió a usuarios de IAM'),
  noun: text('SSH public keys', 'claves públicas SSH'),
  type: 'AWS::IAM::SSHPublicKey',
  permissions: ['iam:ListSSHPublicKeys', 'iam:UpdateSSHPublicKey'],
  list,
  read: (row) =>
    typeof row.SSHPublicKeyId === 'string'
      ? { id: row.SSHPublicKeyId, created: typeof row.UploadDate === 'string' ? row.UploadDate : null, active: row.Status === 'Active' }
      : null,
  end: (region, credential, danger) =>
    switchOff(
      region,
      {
        step: 'ssh-key',
        credential,
        update: 'UpdateSSHPublicKey',
        idMember: 'SSHPublicKeyId',
        list,
        why: text(`switch off SSH key ${credential.id} of ${credential.userName}`, `desactivar la clave SSH ${credential.id} de ${credential.userName}`),
      },
      danger,
    ),
});
