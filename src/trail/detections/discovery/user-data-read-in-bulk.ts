import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, text as at, principalOf, type TrailRecord } from '../../event.ts';
import { call, denied, example, many } from '../data/examples.ts';
import { askedText, machinery, region, who } from '../data/reading.ts';

const place = (record: TrailRecord) => askedText(record, 'instanceId') ?? askedText(record, 'launchTemplateId') ?? askedText(record, 'launchTemplateName');

export const detection: Detection = {
  title: text('User data of many machines read', 'Datos de usuario de muchas máquinas leídos'),
  description: text(
    'User data often hold passwords and keys. Terraform reads them when it compares; a person reads one or two.',
    'Los datos de usuario suelen contener contraseñas y claves. Terraform los lee al comparar; una persona lee uno o dos.',
  ),
  severity: 'medium',
  attack: ['T1552.005', 'T1580'],
  apis: ['ec2:DescribeInstanceAttribute', 'ec2:DescribeLaunchTemplateVersions'],
  when: (record) =>
    machinery(record) ||
    !(
      (askedText(record, 'attribute') === 'userData' || apiOf(record) === 'ec2:DescribeLaunchTemplateVersions') &&
      !(at(record, 'userAgent') ?? '').includes('Terraform')
    )
      ? undefined
      : text(
          `${who(record)} reads the user data of one machine after another in ${region(record)}.`,
          `${who(record)} lee los datos de usuario de una máquina tras otra en ${region(record)}.`,
        ),
  burst: { by: principalOf, within: 600, atLeast: 5, distinct: place, sql: { by: 'principal' } },
  examples: {
    hits: [
      example(
        'five machines',
        many(5, (i) => call('ec2:DescribeInstanceAttribute', { instanceId: `i-${i}`, attribute: 'userData' })),
      ),
      example(
        'refused',
        many(15, (i) => denied('ec2:DescribeInstanceAttribute', { instanceId: `i-${i}`, attribute: 'userData' })),
      ),
    ],
    quiet: [
      example(
        'one machine',
        many(9, () => call('ec2:DescribeInstanceAttribute', { instanceId: 'i-1', attribute: 'userData' })),
      ),
      example(
        'another attribute',
        many(9, (i) => call('ec2:DescribeInstanceAttribute', { instanceId: `i-${i}`, attribute: 'disableApiTermination' })),
      ),
    ],
  },
};
