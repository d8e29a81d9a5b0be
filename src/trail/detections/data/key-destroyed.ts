import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from './examples.ts';
import { api, machinery, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('KMS key disabled, or its destruction begun', 'Clave KMS desactivada o con su destrucción iniciada'),
  description: text(
    'What the key encrypts cannot be read while it is disabled, and never again once it is deleted: volumes, databases, buckets, the trail. Deletion waits 7 to 30 days: CancelKeyDeletion and EnableKey undo it until then.',
    'Lo que cifra la clave no se puede leer mientras está desactivada y nunca más una vez borrada: volúmenes, bases de datos, buckets, el trail. El borrado espera de 7 a 30 días: CancelKeyDeletion y EnableKey lo deshacen hasta entonces.',
  ),
  severity: 'high',
  attack: ['T1485', 'T1486', 'T1490'],
  apis: ['kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:DeleteImportedKeyMaterial', 'kms:DisconnectCustomKeyStore', 'kms:DeleteCustomKeyStore'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on KMS key ${named(record, 'keyId', 'customKeyStoreId')}.`,
          `${who(record)} llamó a ${api(record)} sobre la clave KMS ${named(record, 'keyId', 'customKeyStoreId')}.`,
        ),
  examples: {
    hits: [
      example('deletion begins', call('kms:ScheduleKeyDeletion', { keyId: 'k1', pendingWindowInDays: 7 })),
      example('refused', denied('kms:DisableKey', { keyId: 'k1' })),
    ],
    quiet: [
      example('by a service', byService('kms', 'kms:DisableKey', { keyId: 'k1' })),
      example('by the backup service', byService('backup', 'kms:ScheduleKeyDeletion', { keyId: 'k1' })),
    ],
  },
};
