import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { api, asked, askedText, machinery, named, who, yes } from '../data/reading.ts';
import { says } from '../stored.ts';

export const detection: Detection = {
  title: text('Machine protected against being ended', 'Máquina protegida contra su terminación'),
  description: text(
    "Miners protect theirs so that a responder's TerminateInstances fails. Administrators protect servers that matter: a machine that is hours old and large is no such server.",
    'Los mineros protegen las suyas para que falle el TerminateInstances de quien responde. Los administradores protegen servidores importantes: una máquina de hace horas y grande no lo es.',
  ),
  severity: 'medium',
  attack: ['T1496.001', 'T1578'],
  apis: ['ec2:ModifyInstanceAttribute', 'ec2:RunInstances'],
  sql: says('disableapi(?s:.*)true', 'true(?s:.*)disableapi'),
  when: (record) =>
    machinery(record) ||
    !(
      yes(asked(record, 'disableApiTermination')) ||
      yes(asked(record, 'disableApiStop')) ||
      (askedText(record, 'attribute') === 'disableApiTermination' && yes(asked(record, 'value')))
    )
      ? undefined
      : text(
          `${who(record)} protected machine ${named(record, 'instanceId', 'instanceType')} against being ended or stopped (${api(record)}).`,
          `${who(record)} protegió la máquina ${named(record, 'instanceId', 'instanceType')} contra su terminación o parada (${api(record)}).`,
        ),
  examples: {
    hits: [
      example('set', call('ec2:ModifyInstanceAttribute', { instanceId: 'i-1', disableApiTermination: { value: true } })),
      example('from the start, refused', denied('ec2:RunInstances', { instanceType: 'c5.9xlarge', disableApiTermination: true })),
    ],
    quiet: [
      example('taken off', call('ec2:ModifyInstanceAttribute', { instanceId: 'i-1', disableApiTermination: { value: false } })),
      example('an ordinary start', call('ec2:RunInstances', { instanceType: 't3.micro', disableApiTermination: false, disableApiStop: false })),
    ],
  },
};
