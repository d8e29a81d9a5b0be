import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf, type TrailRecord } from '../../event.ts';
import { says } from '../stored.ts';
import { call, denied, example } from './examples.ts';
import { api, asked, askedText, machinery, named, strings, who } from './reading.ts';

const GROUP = /acs\.amazonaws\.com\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;
const CANNED = /^(public-read|public-read-write|authenticated-read)$/;
const given = (record: TrailRecord): readonly string[] => [
  ...strings(asked(record, 'x-amz-acl')),
  ...strings(asked(record, 'accessControlList')),
  ...strings(asked(record, 'AccessControlPolicy')),
  ...strings(asked(record, 'x-amz-grant-read')),
  ...strings(asked(record, 'x-amz-grant-full-control')),
];

export const detection: Detection = {
  title: text('Bucket or object made public by its access list', 'Bucket u objeto hecho público con su lista de acceso'),
  description: text(
    'An access list gives everybody, or everybody with an AWS account, the right to read or write. With the public access block on it has no effect; look whether that was lifted.',
    'Una lista de acceso da a todo el mundo, o a todo el que tenga cuenta de AWS, derecho a leer o escribir. Con el bloqueo de acceso público no surte efecto; mire si se levantó.',
  ),
  severity: 'high',
  attack: ['T1530', 'T1537'],
  apis: ['s3:PutBucketAcl', 's3:PutObjectAcl', 's3:CreateBucket', 's3:PutObject', 's3:CopyObject', 's3:CreateMultipartUpload'],
  sql: says('public-read', 'authenticated-read', 'allusers', 'authenticatedusers'),
  when: (record) =>
    machinery(record) || !given(record).some((one) => CANNED.test(one) || GROUP.test(one.slice(0, 300).replace(/"$/, '')))
      ? undefined
      : text(
          `${who(record)} made ${named(record, 'key', 'bucketName')} in bucket ${named(record, 'bucketName')} public with ${api(record)}.`,
          `${who(record)} hizo público ${named(record, 'key', 'bucketName')} del bucket ${named(record, 'bucketName')} con ${api(record)}.`,
        ),
  burst: {
    by: (record) => `${principalOf(record)} ${askedText(record, 'bucketName') ?? ''}`,
    within: 3_600,
    atLeast: 1,
  },
  examples: {
    hits: [
      example('everybody reads', call('s3:PutBucketAcl', { bucketName: 'data', 'x-amz-acl': ['public-read'] })),
      example(
        'by a grant',
        call('s3:PutBucketAcl', {
          bucketName: 'data',
          AccessControlPolicy: { AccessControlList: { Grant: [{ Grantee: { URI: 'http://acs.amazonaws.com/groups/global/AllUsers' }, Permission: 'READ' }] } },
        }),
      ),
      example('an object, refused', denied('s3:PutObjectAcl', { bucketName: 'data', key: 'db.sql', accessControlList: { 'x-amz-acl': 'public-read' } })),
    ],
    quiet: [
      example('private', call('s3:PutBucketAcl', { bucketName: 'data', 'x-amz-acl': ['private'] })),
      example(
        'logs may be delivered',
        call('s3:PutBucketAcl', {
          bucketName: 'logs',
          AccessControlPolicy: { AccessControlList: { Grant: [{ Grantee: { URI: 'http://acs.amazonaws.com/groups/s3/LogDelivery' }, Permission: 'WRITE' }] } },
        }),
      ),
    ],
  },
};
