import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { ACCOUNT, call, denied, example, OUTSIDER } from './examples.ts';
import { outsidersIn } from './outside.ts';
import { asked, machinery, named, who } from './reading.ts';

export const detection: Detection = {
  title: text("A bucket's notifications go to another account", 'Las notificaciones de un bucket van a otra cuenta'),
  description: text(
    "A queue, topic or function of an account that is not the owner's learns of every new object.",
    'Una cola, un tema o una función de una cuenta que no es del dueño se entera de cada objeto nuevo.',
  ),
  severity: 'medium',
  attack: ['T1537'],
  apis: ['s3:PutBucketNotification'],
  when: (record, background) =>
    machinery(record) || !(outsidersIn(asked(record, 'NotificationConfiguration'), record, background).length > 0)
      ? undefined
      : text(
          `${who(record)} had bucket ${named(record, 'bucketName')} tell account ${outsidersIn(asked(record, 'NotificationConfiguration'), record, background)[0]} of its events.`,
          `${who(record)} hizo que el bucket ${named(record, 'bucketName')} avise de sus eventos a la cuenta ${outsidersIn(asked(record, 'NotificationConfiguration'), record, background)[0]}.`,
        ),
  examples: {
    hits: [
      example(
        'a queue of theirs',
        call('s3:PutBucketNotification', {
          bucketName: 'data',
          NotificationConfiguration: { QueueConfiguration: { Queue: `arn:aws:sqs:us-east-1:${OUTSIDER}:q`, Event: 's3:ObjectCreated:*' } },
        }),
      ),
      example(
        'refused',
        denied('s3:PutBucketNotification', {
          bucketName: 'data',
          NotificationConfiguration: { CloudFunctionConfiguration: [{ CloudFunction: `arn:aws:lambda:us-east-1:${OUTSIDER}:function:f` }] },
        }),
      ),
    ],
    quiet: [
      example(
        'a queue of ours',
        call('s3:PutBucketNotification', {
          bucketName: 'data',
          NotificationConfiguration: { QueueConfiguration: { Queue: `arn:aws:sqs:us-east-1:${ACCOUNT}:q` } },
        }),
      ),
      example('to EventBridge', call('s3:PutBucketNotification', { bucketName: 'data', NotificationConfiguration: { EventBridgeConfiguration: '' } })),
    ],
  },
};
