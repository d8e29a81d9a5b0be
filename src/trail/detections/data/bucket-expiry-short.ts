import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from './examples.ts';
import { shortestExpiry } from './lifecycle.ts';
import { machinery, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('All objects of a bucket expire within a week', 'Todos los objetos de un bucket caducan en una semana'),
  description: text(
    'A lifecycle rule for the whole bucket deletes what is older than a few days: S3 itself destroys the data, or logs, without one DeleteObject in the trail. Buckets for temporary files are made that way; take the rule off first and ask then.',
    'Una regla de ciclo de vida para todo el bucket borra lo que tenga más de unos días: el propio S3 destruye los datos, o los registros, sin un solo DeleteObject en el trail. Los buckets de ficheros temporales se crean así; quite primero la regla y pregunte después.',
  ),
  severity: 'high',
  attack: ['T1485', 'T1490'],
  apis: ['s3:PutBucketLifecycle', 's3:PutBucketLifecycleConfiguration'],
  when: (record) =>
    machinery(record) || !(shortestExpiry(record, true) <= 7)
      ? undefined
      : text(
          `${who(record)} lets all objects of bucket ${named(record, 'bucketName')} expire after ${Math.round(shortestExpiry(record, true))} days.`,
          `${who(record)} hace caducar todos los objetos del bucket ${named(record, 'bucketName')} tras ${Math.round(shortestExpiry(record, true))} días.`,
        ),
  examples: {
    hits: [
      example(
        'after one day',
        call('s3:PutBucketLifecycle', {
          bucketName: 'data',
          LifecycleConfiguration: { Rule: { Status: 'Enabled', Filter: { Prefix: '*' }, Expiration: { Days: 1 }, ID: 'x' } },
        }),
      ),
      example(
        'on a day that is near, refused',
        denied('s3:PutBucketLifecycle', {
          bucketName: 'data',
          LifecycleConfiguration: { Rule: [{ Status: 'Enabled', Filter: '', Expiration: { Date: '2026-03-05T00:00:00Z' } }] },
        }),
      ),
    ],
    quiet: [
      example(
        'after a year',
        call('s3:PutBucketLifecycle', { bucketName: 'data', LifecycleConfiguration: { Rule: { Status: 'Enabled', Filter: '', Expiration: { Days: 365 } } } }),
      ),
      example(
        'temporary files only',
        call('s3:PutBucketLifecycle', {
          bucketName: 'data',
          LifecycleConfiguration: { Rule: { Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 1 } } },
        }),
      ),
      example(
        'a rule that is off',
        call('s3:PutBucketLifecycle', { bucketName: 'data', LifecycleConfiguration: { Rule: { Status: 'Disabled', Filter: '', Expiration: { Days: 1 } } } }),
      ),
    ],
  },
};
