import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { machinery, named, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Log group or log stream deleted', 'Grupo o flujo de logs borrado'),
  description: text(
    'What a program, a Lambda function or a trail wrote there is gone for good. Deployment tools delete the log groups that they made. Worse when the name is one of a trail, flow logs, or a function the attacker touched.',
    'Lo que escribió allí un programa, una función Lambda o un trail se pierde para siempre. Las herramientas de despliegue borran los grupos que crearon. Es peor si el nombre es de un trail, de flow logs o de una función que el atacante tocó.',
  ),
  severity: 'medium',
  attack: ['T1070', 'T1562.008'],
  apis: ['logs:DeleteLogGroup', 'logs:DeleteLogStream'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} asked to delete ${named(record, 'logGroupName')}${noted(record, 'logStreamName')}.`,
          `${who(record)} pidió borrar ${named(record, 'logGroupName')}${noted(record, 'logStreamName')}.`,
        ),
  examples: {
    hits: [
      example('a log group', call('logs:DeleteLogGroup', { logGroupName: '/stratus/vpc-flow-logs' })),
      example('a stream, refused', denied('logs:DeleteLogStream', { logGroupName: '/aws/lambda/pay', logStreamName: '2026/03/04/[$LATEST]1' })),
    ],
    quiet: [
      example('a service tidies up', byService('synthetics', 'logs:DeleteLogGroup', { logGroupName: '/aws/lambda/cwsyn-x' })),
      example('API Gateway tidies up', byService('apigateway', 'logs:DeleteLogStream', { logGroupName: 'x', logStreamName: 'y' })),
    ],
  },
};
