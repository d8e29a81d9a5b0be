import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { ACCOUNT, call, denied, example } from './examples.ts';
import { api, asked, machinery, named, no, who } from './reading.ts';

const PARTS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const;

export const detection: Detection = {
  title: text('Public access block of a bucket or of the account lifted', 'Bloqueo de acceso público de un bucket o de la cuenta levantado'),
  description: text(
    'Public policies and access lists have an effect again. For the whole account that is almost never wanted. Nothing is public by this alone: look for the policy or access list that follows.',
    'Las políticas y listas públicas vuelven a surtir efecto. Para toda la cuenta casi nunca se quiere. Por sí solo nada queda público: busque la política o lista que siga.',
  ),
  severity: 'medium',
  attack: ['T1562.001', 'T1530'],
  apis: ['s3:PutBucketPublicAccessBlock', 's3:DeleteBucketPublicAccessBlock', 's3:PutAccountPublicAccessBlock', 's3:DeleteAccountPublicAccessBlock'],
  when: (record) =>
    machinery(record) || !(apiOf(record).startsWith('s3:Delete') || PARTS.some((part) => no(asked(record, `PublicAccessBlockConfiguration.${part}`))))
      ? undefined
      : text(
          `${who(record)} lifted the public access block (${api(record)}, ${named(record, 'bucketName', 'accountId')}).`,
          `${who(record)} levantó el bloqueo de acceso público (${api(record)}, ${named(record, 'bucketName', 'accountId')}).`,
        ),
  examples: {
    hits: [
      example('deleted', call('s3:DeleteBucketPublicAccessBlock', { bucketName: 'data' })),
      example(
        'of the account, refused',
        denied('s3:PutAccountPublicAccessBlock', { accountId: ACCOUNT, PublicAccessBlockConfiguration: { BlockPublicPolicy: false, BlockPublicAcls: true } }),
      ),
    ],
    quiet: [
      example(
        'all on',
        call('s3:PutBucketPublicAccessBlock', {
          bucketName: 'data',
          PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
        }),
      ),
      example('nothing said', call('s3:PutAccountPublicAccessBlock', { accountId: ACCOUNT })),
    ],
  },
};
