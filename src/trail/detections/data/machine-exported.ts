import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from './examples.ts';
import { api, machinery, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Machine or image exported to a bucket', 'Máquina o imagen exportada a un bucket'),
  description: text(
    'The whole disk ends up as a file in S3, to be downloaded or copied from there. Migrations do it; ask whether one is under way.',
    'El disco entero acaba como fichero en S3, de donde se descarga o copia. Las migraciones lo hacen; pregunte si hay una en curso.',
  ),
  severity: 'medium',
  attack: ['T1537', 'T1530'],
  apis: ['ec2:CreateInstanceExportTask', 'ec2:ExportImage', 'ec2:CreateStoreImageTask'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} asked to export ${named(record, 'instanceId', 'imageId')} to ${named(record, 'exportToS3.s3Bucket', 'exportToS3Task.s3Bucket', 's3ExportLocation.s3Bucket', 'bucket')} (${api(record)}).`,
          `${who(record)} pidió exportar ${named(record, 'instanceId', 'imageId')} a ${named(record, 'exportToS3.s3Bucket', 'exportToS3Task.s3Bucket', 's3ExportLocation.s3Bucket', 'bucket')} (${api(record)}).`,
        ),
  examples: {
    hits: [
      example('a machine', call('ec2:CreateInstanceExportTask', { instanceId: 'i-1', targetEnvironment: 'vmware', exportToS3: { s3Bucket: 'out' } })),
      example('an image, refused', denied('ec2:CreateStoreImageTask', { CreateStoreImageTaskRequest: { ImageId: 'ami-1', Bucket: 'out' } })),
    ],
    quiet: [
      example('a migration service', byService('mgn', 'ec2:CreateStoreImageTask', { imageId: 'ami-1' })),
      example('Image Builder', byService('imagebuilder', 'ec2:ExportImage', { imageId: 'ami-1' })),
    ],
  },
};
