import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as at, principalOf } from '../../event.ts';
import { byService, call, denied, example, many } from '../data/examples.ts';
import { machinery, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Machines looked for in very many regions', 'Máquinas buscadas en muchísimas regiones'),
  description: text(
    'Eight regions within ten minutes. Inventory tools do it on schedule, from their own role; a stolen key does it once.',
    'Ocho regiones en diez minutos. Las herramientas de inventario lo hacen según calendario y con su rol; una clave robada, una vez.',
  ),
  severity: 'medium',
  attack: ['T1580', 'T1535'],
  apis: [
    'ec2:DescribeInstances',
    'ec2:DescribeVpcs',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSnapshots',
    'ec2:DescribeImages',
    'ec2:DescribeVolumes',
    'ec2:DescribeKeyPairs',
    'lambda:ListFunctions',
    'rds:DescribeDBInstances',
    'ecs:ListClusters',
    'eks:ListClusters',
    'secretsmanager:ListSecrets',
    'bedrock:ListFoundationModels',
    'lightsail:GetInstances',
    'dynamodb:ListTables',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} searches one region after another, ${region(record)} among them.`,
          `${who(record)} busca en una región tras otra, entre ellas ${region(record)}.`,
        ),
  burst: { by: principalOf, within: 600, atLeast: 8, distinct: (record) => at(record, 'awsRegion'), sql: { by: 'principal', distinct: 'awsRegion' } },
  examples: {
    hits: [
      example(
        'eight regions',
        many(8, (i) => call('ec2:DescribeInstances', null, { awsRegion: `us-east-${i}` })),
      ),
      example(
        'refused',
        many(9, (i) => denied('ec2:DescribeInstances', null, { awsRegion: `us-east-${i}` })),
      ),
    ],
    quiet: [
      example(
        'one region',
        many(50, () => call('ec2:DescribeInstances')),
      ),
      example(
        'Resource Explorer',
        many(12, (i) => ({ ...byService('resource-explorer-2', 'ec2:DescribeInstances'), awsRegion: `us-east-${i}` })),
      ),
    ],
  },
};
