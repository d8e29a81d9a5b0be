import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example, OUTSIDER } from '../data/examples.ts';
import { asked, askedText, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Trail sent to another bucket or key', 'Trail desviado a otro bucket o a otra clave'),
  description: text(
    'Log files go to another bucket, another prefix, or are encrypted with another key from now on: the readers of the old place see nothing new, and whoever holds the new key can take the logs away. Compare the bucket and the key with those that the owner knows.',
    'Los ficheros van desde ahora a otro bucket, a otro prefijo o se cifran con otra clave: quien lee el sitio anterior no ve nada nuevo, y quien tiene la clave nueva puede hacer ilegibles los registros. Compare el bucket y la clave con los que conoce el dueño.',
  ),
  severity: 'medium',
  attack: ['T1562.008'],
  apis: ['cloudtrail:UpdateTrail'],
  when: (record) =>
    machinery(record) || !(askedText(record, 's3BucketName') || askedText(record, 's3KeyPrefix') || asked(record, 'kmsKeyId') !== undefined)
      ? undefined
      : text(
          `${who(record)} asked trail ${named(record, 'name')} to write to ${named(record, 's3BucketName', 's3KeyPrefix', 'kmsKeyId')}.`,
          `${who(record)} pidió al trail ${named(record, 'name')} que escriba en ${named(record, 's3BucketName', 's3KeyPrefix', 'kmsKeyId')}.`,
        ),
  examples: {
    hits: [
      example('another bucket', call('cloudtrail:UpdateTrail', { name: 'main', s3BucketName: 'elsewhere' })),
      example('another key, refused', denied('cloudtrail:UpdateTrail', { name: 'main', kmsKeyId: `arn:aws:kms:us-east-1:${OUTSIDER}:key/1` })),
    ],
    quiet: [
      example('validation switched on', call('cloudtrail:UpdateTrail', { name: 'main', enableLogFileValidation: true })),
      example('more regions', call('cloudtrail:UpdateTrail', { name: 'main', isMultiRegionTrail: true })),
    ],
  },
};
