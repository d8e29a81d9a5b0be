import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { says } from '../stored.ts';
import { call, denied, example } from './examples.ts';
import { api, asked, askedText, machinery, named, strings, who, word } from './reading.ts';

export const detection: Detection = {
  title: text('Retention of objects lifted or bypassed', 'Retención de objetos levantada u omitida'),
  description: text(
    'Object Lock keeps evidence and back-ups from being deleted. A legal hold was taken off, or governance retention was bypassed by a right that few have.',
    'Object Lock impide borrar pruebas y copias. Se quitó una retención legal o se omitió la retención de gobierno con un derecho que pocos tienen.',
  ),
  severity: 'high',
  attack: ['T1485', 'T1490'],
  apis: ['s3:DeleteObject', 's3:DeleteObjects', 's3:PutObjectRetention', 's3:PutObjectLegalHold'],
  sql: says('bypass-governance', 'legal-?hold'),
  when: (record) =>
    machinery(record) ||
    !(
      strings(asked(record, 'x-amz-bypass-governance-retention'))
        .concat(word(asked(record, 'x-amz-bypass-governance-retention')))
        .includes('true') || askedText(record, 'LegalHold.Status') === 'OFF'
    )
      ? undefined
      : text(
          `${who(record)} lifted retention of ${named(record, 'key')} in bucket ${named(record, 'bucketName')} with ${api(record)}.`,
          `${who(record)} levantó la retención de ${named(record, 'key')} en el bucket ${named(record, 'bucketName')} con ${api(record)}.`,
        ),
  burst: {
    by: (record) => `${principalOf(record)} ${askedText(record, 'bucketName') ?? ''}`,
    within: 3_600,
    atLeast: 1,
  },
  examples: {
    hits: [
      example('deleted all the same', call('s3:DeleteObject', { bucketName: 'evidence', key: 'x', 'x-amz-bypass-governance-retention': 'true' })),
      example('a legal hold, refused', denied('s3:PutObjectLegalHold', { bucketName: 'evidence', key: 'x', LegalHold: { Status: 'OFF' } })),
    ],
    quiet: [
      example('a hold is set', call('s3:PutObjectLegalHold', { bucketName: 'evidence', key: 'x', LegalHold: { Status: 'ON' } })),
      example('an ordinary deletion', call('s3:DeleteObject', { bucketName: 'data', key: 'x' })),
    ],
  },
};
