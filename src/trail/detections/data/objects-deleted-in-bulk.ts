import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { byService, call, denied, example, many } from './examples.ts';
import { askedText, machinery, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Very many deletions of objects', 'Muchísimos borrados de objetos'),
  description: text(
    'One identity sent fifty deletions against a bucket within ten minutes; each DeleteObjects may take away a thousand objects. With versioning on, DELETE only hides them: look whether versions were deleted, too.',
    'Una identidad envió cincuenta borrados contra un bucket en diez minutos; cada DeleteObjects puede llevarse mil objetos. Con versionado, DELETE solo los oculta: mire si también se borraron versiones.',
  ),
  severity: 'high',
  attack: ['T1485', 'T1490'],
  apis: ['s3:DeleteObject', 's3:DeleteObjects'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} deletes many objects of bucket ${named(record, 'bucketName')} in a short time.`,
          `${who(record)} borra muchos objetos del bucket ${named(record, 'bucketName')} en poco tiempo.`,
        ),
  burst: { by: (record) => `${principalOf(record)} ${askedText(record, 'bucketName') ?? ''}`, within: 600, atLeast: 50, sql: { by: 'principal' } },
  examples: {
    hits: [
      example(
        'one by one',
        many(50, (i) => call('s3:DeleteObject', { bucketName: 'data', key: `k${i}` })),
      ),
      example(
        'refused each time',
        many(60, () => denied('s3:DeleteObjects', { bucketName: 'data', delete: '' })),
      ),
    ],
    quiet: [
      example(
        'a few',
        many(20, (i) => call('s3:DeleteObject', { bucketName: 'data', key: `k${i}` })),
      ),
      example(
        'lifecycle',
        many(60, () => byService('s3', 's3:DeleteObject', { bucketName: 'data' })),
      ),
    ],
  },
};
