import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { byService, call, denied, example, many } from '../data/examples.ts';
import { machinery, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Many machines ended in a short time', 'Muchas máquinas terminadas en poco tiempo'),
  description: text(
    'Five calls or more within ten minutes, by one identity and not by scaling. Tear-downs of test environments look the same. What is terminated is gone; volumes may be left.',
    'Cinco llamadas o más en diez minutos, por una identidad y no por el escalado. Los desmontajes de entornos de prueba se ven igual. Lo terminado se pierde; pueden quedar volúmenes.',
  ),
  severity: 'high',
  attack: ['T1485', 'T1489'],
  apis: ['ec2:TerminateInstances', 'lightsail:DeleteInstance'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(`${who(record)} ends one machine after another in ${region(record)}.`, `${who(record)} termina una máquina tras otra en ${region(record)}.`),
  burst: { by: principalOf, within: 600, atLeast: 5 },
  examples: {
    hits: [
      example(
        'five calls',
        many(5, (i) => call('ec2:TerminateInstances', { instancesSet: { items: [{ instanceId: `i-${i}` }] } })),
      ),
      example(
        'refused',
        many(6, (i) => denied('ec2:TerminateInstances', { instancesSet: { items: [{ instanceId: `i-${i}` }] } })),
      ),
    ],
    quiet: [
      example('one', call('ec2:TerminateInstances', { instancesSet: { items: [{ instanceId: 'i-1' }] } })),
      example(
        'scaling in',
        many(9, () => byService('autoscaling', 'ec2:TerminateInstances')),
      ),
    ],
  },
};
