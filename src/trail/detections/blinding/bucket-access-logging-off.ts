import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { isObject } from '../../event.ts';
import { call, denied, example } from '../data/examples.ts';
import { asked, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text("A bucket's access logging switched off", 'Registro de accesos de un bucket desactivado'),
  description: text(
    'Requests to this bucket leave no access log from now on; only CloudTrail data events, where they are on, still show who read it.',
    'Desde ahora las peticiones a este bucket no dejan registro de accesos; solo los eventos de datos de CloudTrail, si los hay, dicen quién lo leyó.',
  ),
  severity: 'low',
  attack: ['T1562.008'],
  apis: ['s3:PutBucketLogging'],
  when: (record) =>
    machinery(record) || !(isObject(asked(record, 'BucketLoggingStatus')) && asked(record, 'BucketLoggingStatus.LoggingEnabled') === undefined)
      ? undefined
      : text(
          `${who(record)} switched off access logging of bucket ${named(record, 'bucketName')}.`,
          `${who(record)} desactivó el registro de accesos del bucket ${named(record, 'bucketName')}.`,
        ),
  examples: {
    hits: [
      example('switched off', call('s3:PutBucketLogging', { bucketName: 'data', BucketLoggingStatus: { xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/' } })),
      example('refused', denied('s3:PutBucketLogging', { bucketName: 'data', BucketLoggingStatus: {} })),
    ],
    quiet: [
      example(
        'switched on',
        call('s3:PutBucketLogging', { bucketName: 'data', BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: '' } } }),
      ),
      example('nothing said', call('s3:PutBucketLogging', { bucketName: 'data' })),
    ],
  },
};
