import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as textAt } from '../../event.ts';
import { grantOf } from '../../policy/index.ts';
import { call, isAws, REFUSED, who } from './saying.ts';

export const detection: Detection = {
  title: text('A lasting credential that is no access key was made', 'Se creó una credencial duradera que no es una clave de acceso'),
  description: text(
    'SSH keys, signing certificates and passwords for single services of IAM users are easily forgotten when access keys are taken away. Repositories and databases need some; signing certificates nobody. List them for the user.',
    'Las claves SSH, certificados de firma y contraseñas para servicios sueltos de usuarios de IAM se olvidan al retirar las claves de acceso. Repositorios y bases de datos necesitan algunas; los certificados de firma, nadie. Lístelas para el usuario.',
  ),
  severity: 'low',
  attack: ['T1098.001', 'T1098.004'],
  apis: ['iam:UploadSSHPublicKey', 'iam:UploadSigningCertificate', 'iam:CreateServiceSpecificCredential'],
  when(record, background) {
    if (isAws(record) || textAt(record, 'requestParameters.serviceName') === 'bedrock.amazonaws.com') return undefined;
    const grant = grantOf(record, background, { refused: true });
    if (!grant) return undefined;
    return text(`${grant.why.en} It was done by ${who(record)}.`, `${grant.why.es} Lo hizo ${who(record)}.`);
  },
  examples: {
    hits: [
      { what: 'a certificate', records: [call('iam:UploadSigningCertificate', { userName: 'bob' })] },
      { what: 'refused', records: [call('iam:UploadSSHPublicKey', null, REFUSED)] },
    ],
    quiet: [
      {
        what: 'for language models: another detection',
        records: [call('iam:CreateServiceSpecificCredential', { userName: 'bob', serviceName: 'bedrock.amazonaws.com' })],
      },
      { what: 'a service', records: [call('iam:UploadSSHPublicKey', { userName: 'bob' }, { userIdentity: { type: 'AWSService' } })] },
    ],
  },
};
