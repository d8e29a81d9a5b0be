import { text } from '../../../kernel/index.ts';
import type { Background, Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { ACCOUNT, call, denied, example, OUTSIDER } from './examples.ts';
import { outsider } from './outside.ts';
import { askedText, machinery, named, who } from './reading.ts';

const destination = (record: TrailRecord, background: Background) =>
  outsider(askedText(record, 'destinationArn') ?? askedText(record, 'targetArn'), record, background);

export const detection: Detection = {
  title: text('Logs sent on to another account', 'Registros enviados a otra cuenta'),
  description: text(
    "What programs log, secrets and customers' data among it, flows to a destination that is not the owner's. A SIEM of a supplier looks the same.",
    'Lo que registran los programas, con secretos y datos de clientes, va a un destino que no es del dueño. El SIEM de un proveedor se ve igual.',
  ),
  severity: 'high',
  attack: ['T1537', 'T1020'],
  apis: ['logs:PutSubscriptionFilter', 'logs:PutDestination', 'logs:PutAccountPolicy', 'logs:CreateExportTask'],
  when: (record, background) =>
    machinery(record) || !destination(record, background)
      ? undefined
      : text(
          `${who(record)} sent log group ${named(record, 'logGroupName', 'destinationName')} on to account ${destination(record, background)}.`,
          `${who(record)} envió el grupo de registros ${named(record, 'logGroupName', 'destinationName')} a la cuenta ${destination(record, background)}.`,
        ),
  examples: {
    hits: [
      example(
        'a subscription',
        call('logs:PutSubscriptionFilter', {
          logGroupName: '/app',
          filterName: 'x',
          filterPattern: '',
          destinationArn: `arn:aws:logs:us-east-1:${OUTSIDER}:destination:d`,
        }),
      ),
      example(
        'refused',
        denied('logs:PutSubscriptionFilter', { logGroupName: '/app', destinationArn: `arn:aws:firehose:us-east-1:${OUTSIDER}:deliverystream/d` }),
      ),
    ],
    quiet: [
      example(
        'to our own stream',
        call('logs:PutSubscriptionFilter', { logGroupName: '/app', destinationArn: `arn:aws:firehose:us-east-1:${ACCOUNT}:deliverystream/d` }),
      ),
      example('no destination', call('logs:PutSubscriptionFilter', { logGroupName: '/app' })),
    ],
  },
};
