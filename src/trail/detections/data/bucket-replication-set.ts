import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { ACCOUNT, call, denied, example } from './examples.ts';
import { asked, below, list, machinery, named, shown, who, word } from './reading.ts';

const open = (record: TrailRecord) =>
  list(asked(record, 'ReplicationConfiguration.Rule')).filter(
    (rule) => word(below(rule, 'Destination.Account')) === '' && word(below(rule, 'Destination.Bucket')) !== '',
  );

export const detection: Detection = {
  title: text('Replication set up to a bucket whose owner is not named', 'Replicación a un bucket cuyo dueño no se nombra'),
  description: text(
    "The request does not say whose the destination is. Look whether a bucket of that name is one of the owner's.",
    'La petición no dice de quién es el destino. Mire si hay un bucket con ese nombre entre los del dueño.',
  ),
  severity: 'low',
  attack: ['T1537', 'T1020'],
  apis: ['s3:PutBucketReplication'],
  when: (record) =>
    machinery(record) || !(open(record).length > 0)
      ? undefined
      : text(
          `${who(record)} set up replication of bucket ${named(record, 'bucketName')} to ${shown(word(below(open(record)[0], 'Destination.Bucket')))}.`,
          `${who(record)} configuró la replicación del bucket ${named(record, 'bucketName')} a ${shown(word(below(open(record)[0], 'Destination.Bucket')))}.`,
        ),
  examples: {
    hits: [
      example(
        'some bucket',
        call('s3:PutBucketReplication', {
          bucketName: 'data',
          ReplicationConfiguration: { Rule: { Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::copy' } } },
        }),
      ),
      example(
        'refused',
        denied('s3:PutBucketReplication', { bucketName: 'data', ReplicationConfiguration: { Rule: [{ Destination: { Bucket: 'arn:aws:s3:::copy' } }] } }),
      ),
    ],
    quiet: [
      example(
        'the account is named',
        call('s3:PutBucketReplication', {
          bucketName: 'data',
          ReplicationConfiguration: { Rule: { Destination: { Bucket: 'arn:aws:s3:::copy', Account: ACCOUNT } } },
        }),
      ),
      example('no rules', call('s3:PutBucketReplication', { bucketName: 'data' })),
    ],
  },
};
