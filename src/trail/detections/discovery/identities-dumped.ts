import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('All users, roles and policies read at once', 'Todos los usuarios, roles y políticas leídos de una vez'),
  description: text(
    'GetAccountAuthorizationDetails hands over everything about access in one call, and so does the credential report. Audit tools call them on schedule; others have no need to.',
    'GetAccountAuthorizationDetails entrega en una llamada todo sobre los accesos, y también el informe de credenciales. Las herramientas de auditoría las llaman según calendario; los demás no lo necesitan.',
  ),
  severity: 'medium',
  attack: ['T1087.004', 'T1069.003'],
  apis: ['iam:GetAccountAuthorizationDetails', 'iam:GetCredentialReport'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} read all users, roles and policies by ${api(record)}.`,
          `${who(record)} leyó todos los usuarios, roles y políticas con ${api(record)}.`,
        ),
  burst: { by: principalOf, within: 3_600, atLeast: 1 },
  examples: {
    hits: [example('all at once', call('iam:GetAccountAuthorizationDetails')), example('refused', denied('iam:GetCredentialReport'))],
    quiet: [
      example('Trusted Advisor', byService('trustedadvisor', 'iam:GetCredentialReport')),
      example('Access Analyzer', byService('access-analyzer', 'iam:GetAccountAuthorizationDetails')),
    ],
  },
};
