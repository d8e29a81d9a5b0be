import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as at, principalOf } from '../../event.ts';
import { byService, call, denied, example, many } from '../data/examples.ts';
import { machinery, noted, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Limits of many services or regions looked up', 'Límites de muchos servicios o regiones consultados'),
  description: text(
    'How many machines may be started here, in each region in turn: miners and mail thieves ask before they begin.',
    'Cuántas máquinas se pueden arrancar aquí, región por región: mineros y ladrones de correo lo preguntan antes de empezar.',
  ),
  severity: 'low',
  attack: ['T1526', 'T1580'],
  apis: [
    'servicequotas:GetServiceQuota',
    'servicequotas:ListServiceQuotas',
    'servicequotas:ListAWSDefaultServiceQuotas',
    'ec2:DescribeAccountAttributes',
    'ses:GetSendQuota',
    'lightsail:GetRegions',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} looks up limits in one region after another, ${region(record)} among them${noted(record, 'serviceCode')}.`,
          `${who(record)} consulta límites en una región tras otra, entre ellas ${region(record)}${noted(record, 'serviceCode')}.`,
        ),
  burst: { by: principalOf, within: 1_800, atLeast: 4, distinct: (record) => at(record, 'awsRegion'), sql: { by: 'principal', distinct: 'awsRegion' } },
  examples: {
    hits: [
      example(
        'four regions',
        many(4, (i) =>
          call(
            'servicequotas:GetServiceQuota',
            { serviceCode: 'ec2', quotaCode: 'L-1216C47A' },
            { awsRegion: ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-south-1'][i] ?? '' },
          ),
        ),
      ),
      example(
        'refused',
        many(5, (i) => denied('ses:GetSendQuota', null, { awsRegion: `us-east-${i}` })),
      ),
    ],
    quiet: [
      example(
        'one region',
        many(20, () => call('servicequotas:ListServiceQuotas', { serviceCode: 'ec2' })),
      ),
      example(
        'Trusted Advisor',
        many(6, (i) => ({ ...byService('trustedadvisor', 'ec2:DescribeAccountAttributes'), awsRegion: `us-east-${i}` })),
      ),
    ],
  },
};
