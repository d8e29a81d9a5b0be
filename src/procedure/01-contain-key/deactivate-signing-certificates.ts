import { text } from '../../kernel/index.ts';
import { credentialAction, switchOff } from './user-credentials.ts';

const list = { operation: 'ListSigningCertificates', members: 'Certificates' };

/** X.509 certificates with which a user signs requests: an old way in that few look at. */
export const action = credentialAction({
  id: 'deactivate-signing-certificates',
  title: text('Switch off signing certificates the attacker uploaded', 'Desactivar certificados de firma que subió el atacante'),
  noun: text('signing certificates', 'certificados de firma'),
  type: 'AWS::IAM::SigningCertificate',
  permissions: ['iam:ListSigningCertificates', 'iam:UpdateSigningCertificate'],
  list,
  read: (row) =>
    typeof row.CertificateId === 'string'
      ? { id: row.CertificateId, created: typeof row.UploadDate === 'string' ? row.UploadDate : null, active: row.Status === 'Active' }
      : null,
  end: (region, credential, danger) =>
    switchOff(
      region,
      {
        step: 'signing-certificate',
        credential,
        update: 'UpdateSigningCertificate',
        idMember: 'CertificateId',
        list,
        why: text(
          `switch off signing certificate ${credential.id} of ${credential.userName}`,
          `desactivar el certificado de firma ${credential.id} de ${credential.userName}`,
        ),
      },
      danger,
    ),
});
