import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from './examples.ts';
import { askedText, machinery, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Versioning of a bucket suspended, or its MFA delete removed', 'Versionado de un bucket suspendido o sin borrado con MFA'),
  description: text(
    'What is overwritten or deleted from now on is gone for good. Attackers do it before they encrypt or delete.',
    'Lo que se sobrescriba o borre desde ahora se pierde para siempre. Los atacantes lo hacen antes de cifrar o borrar.',
  ),
  severity: 'medium',
  attack: ['T1490'],
  apis: ['s3:PutBucketVersioning'],
  when: (record) =>
    machinery(record) ||
    !(askedText(record, 'VersioningConfiguration.Status') === 'Suspended' || askedText(record, 'VersioningConfiguration.MfaDelete') === 'Disabled')
      ? undefined
      : text(
          `${who(record)} suspended versioning, or its MFA delete, of bucket ${named(record, 'bucketName')}.`,
          `${who(record)} suspendió el versionado, o su borrado con MFA, del bucket ${named(record, 'bucketName')}.`,
        ),
  examples: {
    hits: [
      example(
        'suspended',
        call('s3:PutBucketVersioning', {
          bucketName: 'data',
          VersioningConfiguration: { Status: 'Suspended', xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/' },
        }),
      ),
      example(
        'MFA delete, refused',
        denied('s3:PutBucketVersioning', { bucketName: 'data', VersioningConfiguration: { Status: 'Enabled', MfaDelete: 'Disabled' } }),
      ),
    ],
    quiet: [
      example('switched on', call('s3:PutBucketVersioning', { bucketName: 'data', VersioningConfiguration: { Status: 'Enabled' } })),
      example('nothing said', call('s3:PutBucketVersioning', { bucketName: 'data' })),
    ],
  },
};
