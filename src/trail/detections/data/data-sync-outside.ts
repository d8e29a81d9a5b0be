import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from './examples.ts';
import { api, machinery, noted, who } from './reading.ts';

export const detection: Detection = {
  title: text('DataSync location outside of S3 made', 'Ubicación de DataSync fuera de S3 creada'),
  description: text(
    'DataSync copies buckets and file systems at great speed to other clouds and machines. Migrations use it; ask where the host is.',
    'DataSync copia buckets y sistemas de ficheros a gran velocidad a otras nubes y máquinas. Las migraciones lo usan; pregunte dónde está el host.',
  ),
  severity: 'medium',
  attack: ['T1567', 'T1537'],
  apis: [
    'datasync:CreateLocationObjectStorage',
    'datasync:CreateLocationAzureBlob',
    'datasync:CreateLocationSmb',
    'datasync:CreateLocationNfs',
    'datasync:CreateLocationHdfs',
    'datasync:CreateAgent',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} in DataSync${noted(record, 'serverHostname', 'containerUrl', 'agentName')}.`,
          `${who(record)} llamó a ${api(record)} en DataSync${noted(record, 'serverHostname', 'containerUrl', 'agentName')}.`,
        ),
  examples: {
    hits: [
      example('another cloud', call('datasync:CreateLocationAzureBlob', { containerUrl: 'https://x.blob.core.windows.net/c' })),
      example('refused', denied('datasync:CreateLocationObjectStorage', { serverHostname: 'storage.example.net', bucketName: 'x' })),
    ],
    quiet: [
      example('a service', byService('datasync', 'datasync:CreateLocationNfs', { serverHostname: 'x' })),
      example('another service', byService('mgn', 'datasync:CreateAgent', {})),
    ],
  },
};
