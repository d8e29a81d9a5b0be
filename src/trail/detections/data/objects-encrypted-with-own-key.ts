import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as at, principalOf } from '../../event.ts';
import { says } from '../stored.ts';
import { call, denied, example } from './examples.ts';
import { asked, askedText, machinery, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Objects written with a key that only the caller has', 'Objetos escritos con una clave que solo tiene quien llama'),
  description: text(
    "SSE-C: S3 encrypts with a key from the request and forgets it. Who overwrites objects that way holds them to ransom, and AWS cannot help. Very few applications use it: ask whether one of the owner's does. Older versions, where kept, are readable.",
    'SSE-C: S3 cifra con una clave de la petición y la olvida. Quien sobrescribe objetos así los toma como rehenes, y AWS no puede ayudar. Muy pocas aplicaciones lo usan: pregunte si alguna del dueño lo hace. Las versiones anteriores, si se guardan, se pueden leer.',
  ),
  severity: 'high',
  attack: ['T1486'],
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html'],
  apis: ['s3:PutObject', 's3:CopyObject', 's3:CreateMultipartUpload', 's3:UploadPart', 's3:UploadPartCopy'],
  sql: `${says('customer-algorithm')} OR contains(additionalEventData::VARCHAR, 'SSE_C')`,
  looksFurther: true,
  when: (record) =>
    machinery(record) ||
    !(asked(record, 'x-amz-server-side-encryption-customer-algorithm') !== undefined || at(record, 'additionalEventData.SSEApplied') === 'SSE_C')
      ? undefined
      : text(
          `${who(record)} wrote ${named(record, 'key')} to bucket ${named(record, 'bucketName')} with a key of his own (SSE-C).`,
          `${who(record)} escribió ${named(record, 'key')} en el bucket ${named(record, 'bucketName')} con una clave propia (SSE-C).`,
        ),
  burst: {
    by: (record) => `${principalOf(record)} ${askedText(record, 'bucketName') ?? ''}`,
    within: 3_600,
    atLeast: 1,
  },
  examples: {
    hits: [
      example(
        'an object copied onto itself',
        call('s3:CopyObject', {
          bucketName: 'data',
          key: 'db.sql',
          'x-amz-copy-source': 'data/db.sql',
          'x-amz-server-side-encryption-customer-algorithm': 'AES256',
        }),
      ),
      example('as S3 says it', call('s3:PutObject', { bucketName: 'data', key: 'x' }, { additionalEventData: { SSEApplied: 'SSE_C' } })),
      example('refused', denied('s3:PutObject', { bucketName: 'data', key: 'x', 'x-amz-server-side-encryption-customer-algorithm': 'AES256' })),
    ],
    quiet: [
      example('with a key of S3', call('s3:PutObject', { bucketName: 'data', key: 'x' }, { additionalEventData: { SSEApplied: 'Default_SSE_S3' } })),
      example(
        'with a KMS key',
        call('s3:CopyObject', { bucketName: 'data', key: 'x', 'x-amz-server-side-encryption': 'aws:kms' }, { additionalEventData: { SSEApplied: 'SSE_KMS' } }),
      ),
    ],
  },
};
