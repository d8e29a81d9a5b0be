import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { ACCOUNT, call, denied, example, OUTSIDER } from './examples.ts';
import { accountsNamed, outsidersIn } from './outside.ts';
import { asked, below, list, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Bucket copied to another account by replication', 'Bucket copiado a otra cuenta por replicación'),
  description: text(
    "Every new object is copied to a bucket of another account from now on, by S3 itself and without a read that the trail would show as somebody's.",
    'Desde ahora S3 copia cada objeto nuevo a un bucket de otra cuenta, sin una lectura que el trail muestre como de alguien.',
  ),
  severity: 'high',
  attack: ['T1537', 'T1020'],
  apis: ['s3:PutBucketReplication'],
  when(record, background) {
    const accounts = outsidersIn(
      list(asked(record, 'ReplicationConfiguration.Rule')).map((rule) => below(rule, 'Destination.Account') ?? ''),
      record,
      background,
    );
    if (accounts.length === 0) return undefined;
    const whom = accountsNamed(accounts);
    return text(
      `${who(record)} set up replication of bucket ${named(record, 'bucketName')} to ${whom.en}.`,
      `${who(record)} configuró la replicación del bucket ${named(record, 'bucketName')} a ${whom.es}.`,
    );
  },
  examples: {
    hits: [
      example(
        'to another account',
        call('s3:PutBucketReplication', {
          bucketName: 'data',
          ReplicationConfiguration: {
            Role: 'arn:aws:iam::111122223333:role/r',
            Rule: { Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::theirs', Account: OUTSIDER } },
          },
        }),
      ),
      example(
        'refused',
        denied('s3:PutBucketReplication', {
          bucketName: 'data',
          ReplicationConfiguration: { Rule: [{ Destination: { Bucket: 'arn:aws:s3:::theirs', Account: OUTSIDER } }] },
        }),
      ),
    ],
    quiet: [
      example(
        'to our own account',
        call('s3:PutBucketReplication', {
          bucketName: 'data',
          ReplicationConfiguration: { Rule: { Destination: { Bucket: 'arn:aws:s3:::copy', Account: ACCOUNT } } },
        }),
      ),
      example(
        'without an account',
        call('s3:PutBucketReplication', { bucketName: 'data', ReplicationConfiguration: { Rule: { Destination: { Bucket: 'arn:aws:s3:::copy' } } } }),
      ),
    ],
  },
};
