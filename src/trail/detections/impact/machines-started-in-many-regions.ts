import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as at, principalOf } from '../../event.ts';
import { byService, call, denied, example, many } from '../data/examples.ts';
import { machinery, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Machines asked for in many regions within the hour', 'Máquinas pedidas en muchas regiones en una hora'),
  description: text(
    "Nobody who runs a service starts machines in four regions at once; miners fill each region's limit in turn.",
    'Nadie que lleve un servicio arranca máquinas en cuatro regiones a la vez; los mineros llenan el límite de cada región.',
  ),
  severity: 'high',
  attack: ['T1496.001', 'T1535'],
  apis: [
    'ec2:RunInstances',
    'ec2:RequestSpotInstances',
    'ec2:RequestSpotFleet',
    'ec2:CreateFleet',
    'ecs:CreateCluster',
    'ecs:RunTask',
    'lightsail:CreateInstances',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} asks for machines in one region after another, ${region(record)} among them.`,
          `${who(record)} pide máquinas en una región tras otra, entre ellas ${region(record)}.`,
        ),
  burst: { by: principalOf, within: 3600, atLeast: 4, distinct: (record) => at(record, 'awsRegion'), sql: { by: 'principal', distinct: 'awsRegion' } },
  examples: {
    hits: [
      example(
        'four regions',
        many(
          4,
          (i) => call('ec2:RunInstances', { instanceType: 'c5.xlarge' }, { awsRegion: ['us-east-1', 'eu-west-1', 'ap-south-1', 'sa-east-1'][i] ?? '' }),
          60,
        ),
      ),
      example(
        'refused',
        many(5, (i) => denied('ec2:RunInstances', { instanceType: 'c5.xlarge' }, { awsRegion: `us-east-${i}` }), 60),
      ),
    ],
    quiet: [
      example(
        'one region',
        many(9, () => call('ec2:RunInstances', { instanceType: 'c5.xlarge' })),
      ),
      example(
        'a service',
        many(6, (i) => ({ ...byService('autoscaling', 'ec2:RunInstances'), awsRegion: `us-east-${i}` })),
      ),
    ],
  },
};
