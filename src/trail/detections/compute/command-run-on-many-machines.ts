import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { principalOf } from '../../event.ts';
import { call, denied, example, many } from '../data/examples.ts';
import { asked, machinery, noted, strings, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('One identity runs commands on many machines', 'Una identidad ejecuta órdenes en muchas máquinas'),
  description: text(
    'Commands to ten machines by separate calls within minutes, as spreading does it.',
    'Órdenes a diez máquinas con llamadas separadas en minutos, como hace una propagación.',
  ),
  severity: 'high',
  attack: ['T1651', 'T1021.007'],
  apis: ['ssm:SendCommand'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} reaches one machine after another by Systems Manager${noted(record, 'documentName')}.`,
          `${who(record)} llega a una máquina tras otra con Systems Manager${noted(record, 'documentName')}.`,
        ),
  burst: { by: principalOf, within: 900, atLeast: 10, distinct: (record) => strings(asked(record, 'instanceIds')).join() },
  examples: {
    hits: [
      example(
        'ten machines',
        many(10, (i) => call('ssm:SendCommand', { instanceIds: [`i-${i}`], documentName: 'AWS-RunShellScript' })),
      ),
      example(
        'refused',
        many(12, (i) => denied('ssm:SendCommand', { instanceIds: [`i-${i}`] })),
      ),
    ],
    quiet: [
      example(
        'one machine many times',
        many(20, () => call('ssm:SendCommand', { instanceIds: ['i-1'], documentName: 'AWS-RunShellScript' })),
      ),
      example(
        'three',
        many(3, (i) => call('ssm:SendCommand', { instanceIds: [`i-${i}`] })),
      ),
    ],
  },
};
