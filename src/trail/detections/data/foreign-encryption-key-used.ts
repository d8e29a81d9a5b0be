import { text } from '../../../kernel/index.ts';
import type { Background, Detection } from '../../detection.ts';
import { principalOf, type TrailRecord } from '../../event.ts';
import { knownPattern } from '../stored.ts';
import { ACCOUNT, call, denied, example, OUTSIDER } from './examples.ts';
import { outsidersIn } from './outside.ts';
import { api, askedText, machinery, named, strings, who } from './reading.ts';

const foreignKeys = (record: TrailRecord, background: Background) =>
  outsidersIn(
    strings(record.requestParameters).filter((one) => /^arn:aws[^:]{0,20}:kms:/.test(one)),
    record,
    background,
  );

export const detection: Detection = {
  title: text("Data encrypted with another account's key", 'Datos cifrados con la clave de otra cuenta'),
  description: text(
    "Objects, volumes, snapshots or a bucket's default encryption use a KMS key of an account that is not the owner's. Its holder takes the data away by disabling the key. Shared keys of an organisation look the same: ask whose account it is.",
    'Objetos, volúmenes, snapshots o el cifrado por defecto de un bucket usan una clave KMS de una cuenta que no es del dueño. Quien la tiene retira los datos desactivándola. Las claves compartidas de una organización se ven igual: pregunte de quién es la cuenta.',
  ),
  severity: 'critical',
  attack: ['T1486'],
  apis: [
    's3:PutObject',
    's3:CopyObject',
    's3:CreateMultipartUpload',
    's3:PutBucketEncryption',
    'ec2:CreateVolume',
    'ec2:CopySnapshot',
    'ec2:CopyImage',
    'ec2:ModifyEbsDefaultKmsKeyId',
    'ec2:RunInstances',
    'rds:CopyDBSnapshot',
    'rds:CreateDBInstance',
    'rds:RestoreDBInstanceFromDBSnapshot',
    'rds:StartExportTask',
  ],
  sql: (background) =>
    `contains(requestParameters::VARCHAR, ':kms:') AND contains(regexp_replace(requestParameters::VARCHAR, ':kms:[^:]*:${knownPattern(background)}:', '', 'g'), ':kms:')`,
  when: (record, background) =>
    machinery(record) || !(foreignKeys(record, background).length > 0)
      ? undefined
      : text(
          `${who(record)} encrypted ${named(record, 'key', 'bucketName', 'snapshotId', 'sourceSnapshotId', 'volumeId', 'dBInstanceIdentifier')} with a key of account ${foreignKeys(record, background)[0]} (${api(record)}).`,
          `${who(record)} cifró ${named(record, 'key', 'bucketName', 'snapshotId', 'sourceSnapshotId', 'volumeId', 'dBInstanceIdentifier')} con una clave de la cuenta ${foreignKeys(record, background)[0]} (${api(record)}).`,
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
          'x-amz-server-side-encryption': 'aws:kms',
          'x-amz-server-side-encryption-aws-kms-key-id': `arn:aws:kms:us-east-1:${OUTSIDER}:key/1`,
        }),
      ),
      example(
        'a bucket from now on, refused',
        denied('s3:PutBucketEncryption', {
          bucketName: 'data',
          ServerSideEncryptionConfiguration: {
            Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: `arn:aws:kms:us-east-1:${OUTSIDER}:key/1` } },
          },
        }),
      ),
    ],
    quiet: [
      example(
        'a key of ours',
        call('s3:PutObject', { bucketName: 'data', key: 'x', 'x-amz-server-side-encryption-aws-kms-key-id': `arn:aws:kms:us-east-1:${ACCOUNT}:key/1` }),
      ),
      example('no key', call('ec2:CreateVolume', { size: 8, zone: 'us-east-1a' })),
    ],
  },
};
