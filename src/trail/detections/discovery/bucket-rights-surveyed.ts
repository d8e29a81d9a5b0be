import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as at, principalOf } from '../../event.ts';
import { byService, call, denied, example, many } from '../data/examples.ts';
import { askedText, machinery, named, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Policies and access lists of many buckets read', 'Políticas y listas de acceso de muchos buckets leídas'),
  description: text(
    'Ten buckets within ten minutes: somebody looks for the one that lets him in. The console does it when it lists buckets, and so do audit tools.',
    'Diez buckets en diez minutos: alguien busca el que le deje entrar. La consola lo hace al listar buckets, y también las herramientas de auditoría.',
  ),
  severity: 'low',
  attack: ['T1619', 'T1580'],
  apis: [
    's3:GetBucketAcl',
    's3:GetBucketPolicy',
    's3:GetBucketPolicyStatus',
    's3:GetBucketPublicAccessBlock',
    's3:GetBucketVersioning',
    's3:ListObjects',
    's3:ListObjectsV2',
  ],
  when: (record) =>
    machinery(record) || (at(record, 'userAgent') ?? '').includes('Terraform')
      ? undefined
      : text(
          `${who(record)} looks at the rights of one bucket after another, ${named(record, 'bucketName')} among them.`,
          `${who(record)} mira los permisos de un bucket tras otro, entre ellos ${named(record, 'bucketName')}.`,
        ),
  burst: { by: principalOf, within: 600, atLeast: 10, distinct: (record) => askedText(record, 'bucketName'), sql: { by: 'principal' } },
  examples: {
    hits: [
      example(
        'ten buckets',
        many(10, (i) => call('s3:GetBucketAcl', { bucketName: `b${i}` })),
      ),
      example(
        'refused',
        many(11, (i) => denied('s3:GetBucketPolicy', { bucketName: `b${i}` })),
      ),
    ],
    quiet: [
      example(
        'one bucket',
        many(40, () => call('s3:GetBucketAcl', { bucketName: 'b' })),
      ),
      example(
        'CloudTrail checks its buckets',
        many(20, (i) => byService('cloudtrail', 's3:GetBucketAcl', { bucketName: `b${i}` })),
      ),
    ],
  },
};
