import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { ACCOUNT, byService, call, denied, example, OUTSIDER } from './examples.ts';
import { outsider } from './outside.ts';
import { askedText, machinery, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('KMS grant for an outsider', 'Concesión KMS a un extraño'),
  description: text(
    "Grants stand in no policy and are easily missed. This one lets a principal of another account use the key. List the key's grants and revoke it.",
    'Las concesiones no están en ninguna política y se pasan por alto. Esta permite a un principal de otra cuenta usar la clave. Liste las concesiones de la clave y revóquela.',
  ),
  severity: 'high',
  attack: ['T1098', 'T1537'],
  apis: ['kms:CreateGrant'],
  when: (record, background) =>
    machinery(record) || !outsider(askedText(record, 'granteePrincipal'), record, background)
      ? undefined
      : text(
          `${who(record)} granted the use of KMS key ${named(record, 'keyId')} to ${named(record, 'granteePrincipal')}.`,
          `${who(record)} concedió el uso de la clave KMS ${named(record, 'keyId')} a ${named(record, 'granteePrincipal')}.`,
        ),
  examples: {
    hits: [
      example('to another account', call('kms:CreateGrant', { keyId: 'k1', granteePrincipal: `arn:aws:iam::${OUTSIDER}:user/x`, operations: ['Decrypt'] })),
      example('refused', denied('kms:CreateGrant', { keyId: 'k1', granteePrincipal: `arn:aws:iam::${OUTSIDER}:root`, operations: ['Decrypt', 'CreateGrant'] })),
    ],
    quiet: [
      example('to a role of ours', call('kms:CreateGrant', { keyId: 'k1', granteePrincipal: `arn:aws:iam::${ACCOUNT}:role/backup`, operations: ['Decrypt'] })),
      example('RDS for itself', byService('rds', 'kms:CreateGrant', { keyId: 'k1', granteePrincipal: 'rds.us-east-1.amazonaws.com' })),
    ],
  },
};
