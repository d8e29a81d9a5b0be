import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as at, principalOf } from '../../event.ts';
import { byService, call, denied, example, many } from '../data/examples.ts';
import { machinery, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Secrets or parameters listed in several regions', 'Secretos o parámetros listados en varias regiones'),
  description: text(
    'Nobody keeps secrets in every region, and only who does not know where they are asks everywhere.',
    'Nadie guarda secretos en todas las regiones, y solo pregunta en todas quien no sabe dónde están.',
  ),
  severity: 'medium',
  attack: ['T1555.006', 'T1580'],
  apis: ['secretsmanager:ListSecrets', 'ssm:DescribeParameters', 'kms:ListKeys'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} lists secrets, parameters or keys in one region after another, ${region(record)} among them.`,
          `${who(record)} lista secretos, parámetros o claves en una región tras otra, entre ellas ${region(record)}.`,
        ),
  burst: { by: principalOf, within: 1_800, atLeast: 3, distinct: (record) => at(record, 'awsRegion'), sql: { by: 'principal', distinct: 'awsRegion' } },
  examples: {
    hits: [
      example(
        'three regions',
        many(3, (i) => call('secretsmanager:ListSecrets', null, { awsRegion: ['us-east-1', 'us-west-2', 'eu-west-1'][i] ?? '' })),
      ),
      example(
        'refused',
        many(4, (i) => denied('ssm:DescribeParameters', null, { awsRegion: `us-east-${i}` })),
      ),
    ],
    quiet: [
      example(
        'one region',
        many(40, () => call('secretsmanager:ListSecrets')),
      ),
      example(
        'Security Hub',
        many(5, (i) => ({ ...byService('securityhub', 'kms:ListKeys'), awsRegion: `us-east-${i}` })),
      ),
    ],
  },
};
