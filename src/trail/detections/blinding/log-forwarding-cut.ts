import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, named, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Subscription, metric filter or delivery of logs deleted', 'Suscripción, filtro métrico o entrega de registros borrados'),
  description: text(
    'Logs no longer flow to the SIEM, or no longer count into an alarm. Changes of the pipeline look the same, and are followed by a new one.',
    'Los registros ya no llegan al SIEM o ya no cuentan para una alarma. Los cambios de la canalización se ven igual y les sigue una nueva.',
  ),
  severity: 'medium',
  attack: ['T1562.008'],
  apis: [
    'logs:DeleteSubscriptionFilter',
    'logs:DeleteMetricFilter',
    'logs:DeleteDestination',
    'logs:DeleteDelivery',
    'logs:DeleteAccountPolicy',
    'firehose:DeleteDeliveryStream',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} on ${named(record, 'logGroupName', 'destinationName', 'deliveryStreamName', 'policyName', 'id')}${noted(record, 'filterName')}.`,
          `${who(record)} llamó a ${api(record)} sobre ${named(record, 'logGroupName', 'destinationName', 'deliveryStreamName', 'policyName', 'id')}${noted(record, 'filterName')}.`,
        ),
  examples: {
    hits: [
      example('a subscription', call('logs:DeleteSubscriptionFilter', { logGroupName: 'trail', filterName: 'siem' })),
      example('refused', denied('logs:DeleteMetricFilter', { logGroupName: 'trail', filterName: 'root-use' })),
    ],
    quiet: [
      example('a service', byService('cloudformation-hooks', 'logs:DeleteDelivery', { id: '1' })),
      example('Firehose by its service', byService('firehose', 'firehose:DeleteDeliveryStream', { deliveryStreamName: 'x' })),
    ],
  },
};
