import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf, type TrailRecord } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { asked, askedText, machinery, named, strings, who } from '../data/reading.ts';

const LOG = /(^|\/)AWSLogs\/.{1,80}\/(CloudTrail|CloudTrail-Digest|vpcflowlogs|Config|GuardDuty)\//;
const keys = (record: TrailRecord): readonly string[] => [
  askedText(record, 'key') ?? '',
  ...strings(asked(record, 'Delete')),
  ...strings(record.resources).map((arn) => arn.replace(/^arn:aws[^:]*:s3:::[^/]*\//, '')),
];

export const detection: Detection = {
  title: text("CloudTrail's log files deleted from a bucket", 'Ficheros de CloudTrail borrados de un bucket'),
  description: text(
    'A person deletes objects under AWSLogs/…/CloudTrail. Lifecycle rules leave no such event, so somebody chose to. With versioning the files are still there under their older versions; the digest files tell which are missing.',
    'Una persona borra objetos bajo AWSLogs/…/CloudTrail. Las reglas de ciclo de vida no dejan un evento así: alguien lo quiso. Con versionado los ficheros siguen en sus versiones anteriores; los ficheros de resumen dicen cuáles faltan.',
  ),
  severity: 'high',
  attack: ['T1070'],
  apis: ['s3:DeleteObject', 's3:DeleteObjects'],
  sql: "contains(requestParameters::VARCHAR, 'AWSLogs/') OR contains(resources::VARCHAR, 'AWSLogs/')",
  when: (record) =>
    machinery(record) || !keys(record).some((key) => LOG.test(key.slice(0, 1_100)))
      ? undefined
      : text(
          `${who(record)} deleted log files from bucket ${named(record, 'bucketName')}: ${named(record, 'key', 'bucketName')}.`,
          `${who(record)} borró ficheros de registro del bucket ${named(record, 'bucketName')}: ${named(record, 'key', 'bucketName')}.`,
        ),
  burst: {
    by: (record) => `${principalOf(record)} ${askedText(record, 'bucketName') ?? ''}`,
    within: 3_600,
    atLeast: 1,
  },
  examples: {
    hits: [
      example('one file', call('s3:DeleteObject', { bucketName: 'trail', key: 'AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/04/x.json.gz' })),
      example(
        'of an organisation, refused',
        denied('s3:DeleteObject', { bucketName: 'trail', key: 'AWSLogs/o-abc/111122223333/CloudTrail/us-east-1/2026/03/04/x.json.gz' }),
      ),
    ],
    quiet: [
      example('another object', call('s3:DeleteObject', { bucketName: 'site', key: 'images/logo.png' })),
      example('a service does it', byService('s3', 's3:DeleteObject', { bucketName: 'trail', key: 'AWSLogs/111122223333/CloudTrail/us-east-1/x.json.gz' })),
    ],
  },
};
