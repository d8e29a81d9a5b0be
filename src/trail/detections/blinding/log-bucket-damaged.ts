import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, type TrailRecord } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { shortestExpiry } from '../data/lifecycle.ts';
import { documentOf } from '../data/outside.ts';
import { api, asked, askedText, below, list, machinery, named, strings, who } from '../data/reading.ts';

const LOGGY = /cloud-?trail|(^|[-._])(trails?|audit|logs?|logging|flow-?logs?|siem)([-._]|$)/i;
function harm(record: TrailRecord): boolean {
  const act = apiOf(record);
  if (act.startsWith('s3:PutBucketLifecycle')) return shortestExpiry(record) < 31;
  if (act !== 's3:PutBucketPolicy') return true;
  return list(below(documentOf(asked(record, 'bucketPolicy')), 'Statement')).some((one) => {
    const actions = strings(below(one, 'Action'));
    const service = strings(below(below(one, 'Principal'), 'Service'));
    const condition = below(one, 'Condition');
    return (
      below(one, 'Effect') === 'Deny' &&
      condition === undefined &&
      actions.some((action) => /^(s3:)?(\*|Put(Object)?\*?)$/i.test(action)) &&
      (below(one, 'Principal') === '*' || strings(below(below(one, 'Principal'), 'AWS')).includes('*') || service.includes('cloudtrail.amazonaws.com'))
    );
  });
}

export const detection: Detection = {
  title: text(
    'Bucket that seems to hold logs deleted, expiring or closed to its writers',
    'Bucket que parece guardar registros: borrado, con caducidad o cerrado a quien escribe',
  ),
  description: text(
    "The bucket's name says that it holds logs. It is deleted, its objects expire within weeks, or its policy is removed or denies CloudTrail: log files vanish or no longer arrive, while the trail looks healthy. Owners shorten the life of logs to save money, seldom below a month.",
    'El nombre del bucket dice que guarda registros. Se borra, sus objetos caducan en semanas o su política se quita o deniega a CloudTrail: los ficheros desaparecen o dejan de llegar, y el trail parece sano. Los dueños acortan la vida de los registros para ahorrar, rara vez por debajo de un mes.',
  ),
  severity: 'high',
  attack: ['T1562.008', 'T1070'],
  apis: ['s3:DeleteBucket', 's3:DeleteBucketPolicy', 's3:PutBucketPolicy', 's3:PutBucketLifecycle', 's3:PutBucketLifecycleConfiguration'],
  when: (record) =>
    machinery(record) || !(LOGGY.test((askedText(record, 'bucketName') ?? '').slice(0, 300)) && harm(record))
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on bucket ${named(record, 'bucketName')}, which seems to hold logs.`,
          `${who(record)} llamó a ${api(record)} sobre el bucket ${named(record, 'bucketName')}, que parece guardar registros.`,
        ),
  examples: {
    hits: [
      example(
        'objects expire after a day',
        call('s3:PutBucketLifecycle', {
          bucketName: 'org-cloudtrail-1',
          LifecycleConfiguration: { Rule: { Status: 'Enabled', Expiration: { Days: 1 }, ID: 'x' } },
        }),
      ),
      example(
        'writing is denied',
        call('s3:PutBucketPolicy', {
          bucketName: 'my-logs',
          bucketPolicy: { Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*' }] },
        }),
      ),
      example('deletion is refused', denied('s3:DeleteBucket', { bucketName: 'aws-cloudtrail-logs-111122223333' })),
    ],
    quiet: [
      example(
        'objects expire after a year',
        call('s3:PutBucketLifecycle', {
          bucketName: 'org-cloudtrail-1',
          LifecycleConfiguration: { Rule: { Status: 'Enabled', Expiration: { Days: 400 }, ID: 'x' } },
        }),
      ),
      example('another bucket', call('s3:DeleteBucket', { bucketName: 'catalogue-images' })),
      example(
        'the usual demand for TLS',
        call('s3:PutBucketPolicy', {
          bucketName: 'my-logs',
          bucketPolicy: {
            Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
          },
        }),
      ),
    ],
  },
};
