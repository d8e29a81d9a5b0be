import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example, OUTSIDER } from './examples.ts';
import { machinery, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Database exported to a bucket', 'Base de datos exportada a un bucket'),
  description: text(
    'A whole table or snapshot is written to S3, from where it can be taken. Analysts do so as well; look at whose the bucket is, and who reads the files afterwards.',
    'Una tabla o un snapshot entero se escribe en S3, de donde se puede sacar. Los analistas también lo hacen; mire de quién es el bucket y quién lee luego los ficheros.',
  ),
  severity: 'medium',
  attack: ['T1530', 'T1537'],
  apis: ['rds:StartExportTask', 'dynamodb:ExportTableToPointInTime'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} asked to export ${named(record, 'sourceArn', 'tableArn')} to bucket ${named(record, 's3BucketName', 's3Bucket')}.`,
          `${who(record)} pidió exportar ${named(record, 'sourceArn', 'tableArn')} al bucket ${named(record, 's3BucketName', 's3Bucket')}.`,
        ),
  examples: {
    hits: [
      example(
        'a snapshot',
        call('rds:StartExportTask', {
          sourceArn: 'arn:aws:rds:us-east-1:111122223333:snapshot:nightly',
          s3BucketName: 'out',
          iamRoleArn: 'arn:aws:iam::111122223333:role/export',
        }),
      ),
      example(
        'a table, refused',
        denied('dynamodb:ExportTableToPointInTime', {
          tableArn: 'arn:aws:dynamodb:us-east-1:111122223333:table/t',
          s3Bucket: 'theirs',
          s3BucketOwner: OUTSIDER,
        }),
      ),
    ],
    quiet: [
      example('Glue zero-ETL', byService('glue', 'dynamodb:ExportTableToPointInTime', { tableArn: 'x', s3Bucket: 'y' })),
      example('Backup', byService('backup', 'rds:StartExportTask', { sourceArn: 'x' })),
    ],
  },
};
