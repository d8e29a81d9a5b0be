import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { call, denied, example } from './examples.ts';
import { api, askedText, machinery, noted, who } from './reading.ts';

export const detection: Detection = {
  title: text('Key whose material comes from outside of KMS', 'Clave cuyo material viene de fuera de KMS'),
  description: text(
    'Who brought the material can take it away, at once or on a set day, and with it everything encrypted by the key: a way to hold data to ransom. Regulated companies do it on purpose, and rarely.',
    'Quien aportó el material puede retirarlo, al momento o en una fecha, y con él todo lo que cifra la clave: una forma de secuestrar datos. Las empresas reguladas lo hacen a propósito, y rara vez.',
  ),
  severity: 'medium',
  attack: ['T1486'],
  apis: ['kms:ImportKeyMaterial', 'kms:CreateKey', 'kms:CreateCustomKeyStore'],
  when: (record) =>
    machinery(record) || !(apiOf(record) !== 'kms:CreateKey' || /^EXTERNAL/.test(askedText(record, 'origin') ?? ''))
      ? undefined
      : text(
          `${who(record)} called ${api(record)} for a KMS key with material from outside${noted(record, 'keyId', 'origin', 'customKeyStoreName')}.`,
          `${who(record)} llamó a ${api(record)} para una clave KMS con material externo${noted(record, 'keyId', 'origin', 'customKeyStoreName')}.`,
        ),
  examples: {
    hits: [
      example('a key for outside material', call('kms:CreateKey', { origin: 'EXTERNAL' })),
      example('refused', denied('kms:ImportKeyMaterial', { keyId: 'k1', expirationModel: 'KEY_MATERIAL_EXPIRES' })),
    ],
    quiet: [
      example('an ordinary key', call('kms:CreateKey', { origin: 'AWS_KMS', keyUsage: 'ENCRYPT_DECRYPT' })),
      example('without an origin', call('kms:CreateKey', { description: 'app' })),
    ],
  },
};
