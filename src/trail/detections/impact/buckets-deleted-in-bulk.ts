import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { byService, call, denied, example, many } from '../data/examples.ts';
import { askedText, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Several buckets deleted in a short time', 'Varios buckets borrados en poco tiempo'),
  description: text(
    'Three or more within the hour. Names of deleted buckets can be taken by anybody: look what still points to them.',
    'Tres o más en una hora. Los nombres de buckets borrados los puede tomar cualquiera: mire qué apunta aún a ellos.',
  ),
  severity: 'medium',
  attack: ['T1485'],
  apis: ['s3:DeleteBucket'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} deletes one bucket after another, ${named(record, 'bucketName')} among them.`,
          `${who(record)} borra un bucket tras otro, entre ellos ${named(record, 'bucketName')}.`,
        ),
  burst: { by: principalOf, within: 3600, atLeast: 3, distinct: (record) => askedText(record, 'bucketName') },
  examples: {
    hits: [
      example(
        'three',
        many(3, (i) => call('s3:DeleteBucket', { bucketName: `b${i}` })),
      ),
      example(
        'refused',
        many(4, (i) => denied('s3:DeleteBucket', { bucketName: `b${i}` })),
      ),
    ],
    quiet: [
      example(
        'one tried again',
        many(5, () => call('s3:DeleteBucket', { bucketName: 'b' })),
      ),
      example(
        'CodeCatalyst',
        many(4, (i) => byService('codecatalyst', 's3:DeleteBucket', { bucketName: `b${i}` })),
      ),
    ],
  },
};
