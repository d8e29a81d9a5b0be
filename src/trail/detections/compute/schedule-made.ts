import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { askedText, machinery, named, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Schedule made that runs something again and again', 'Programación creada que ejecuta algo una y otra vez'),
  description: text(
    'A function, task or command runs on time without anybody. Applications do it all over; in an incident, read the target and its role.',
    'Una función, tarea u orden se ejecuta a su hora sin nadie. Las aplicaciones lo hacen en todas partes; en un incidente, lea el destino y su rol.',
  ),
  severity: 'low',
  attack: ['T1053', 'T1546'],
  apis: ['events:PutRule', 'scheduler:CreateSchedule', 'scheduler:UpdateSchedule'],
  when: (record) =>
    machinery(record) || !askedText(record, 'scheduleExpression')
      ? undefined
      : text(
          `${who(record)} scheduled ${named(record, 'name')}${noted(record, 'scheduleExpression')}, target ${named(record, 'target.arn')}.`,
          `${who(record)} programó ${named(record, 'name')}${noted(record, 'scheduleExpression')}, destino ${named(record, 'target.arn')}.`,
        ),
  examples: {
    hits: [
      example('a rule', call('events:PutRule', { name: 'x', scheduleExpression: 'rate(5 minutes)' })),
      example(
        'a schedule, refused',
        denied('scheduler:CreateSchedule', {
          name: 'x',
          scheduleExpression: 'rate(1 hour)',
          target: { arn: 'arn:aws:lambda:us-east-1:111122223333:function:f' },
        }),
      ),
    ],
    quiet: [
      example('by pattern', call('events:PutRule', { name: 'x', eventPattern: '{}' })),
      example('Lambda for itself', byService('autoscaling', 'events:PutRule', { name: 'x', scheduleExpression: 'rate(5 minutes)' })),
    ],
  },
};
