import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, asked, machinery, no, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Logging of Bedrock model calls switched off', 'Registro de llamadas a modelos de Bedrock desactivado'),
  description: text(
    'Thieves of model access look whether prompts are recorded, and end it. Nothing else keeps what was asked and answered.',
    'Los ladrones de acceso a modelos miran si las peticiones se registran y lo apagan. Nada más guarda qué se preguntó y qué se respondió.',
  ),
  severity: 'high',
  attack: ['T1562.008', 'T1496.004'],
  apis: ['bedrock:DeleteModelInvocationLoggingConfiguration', 'bedrock:PutModelInvocationLoggingConfiguration'],
  when: (record) =>
    machinery(record) || !(apiOf(record) === 'bedrock:DeleteModelInvocationLoggingConfiguration' || no(asked(record, 'loggingConfig.textDataDeliveryEnabled')))
      ? undefined
      : text(
          `${who(record)} switched off the logging of model calls in ${region(record)} with ${api(record)}.`,
          `${who(record)} desactivó el registro de llamadas a modelos en ${region(record)} con ${api(record)}.`,
        ),
  examples: {
    hits: [
      example('deleted', call('bedrock:DeleteModelInvocationLoggingConfiguration')),
      example('no text kept, refused', denied('bedrock:PutModelInvocationLoggingConfiguration', { loggingConfig: { textDataDeliveryEnabled: false } })),
    ],
    quiet: [
      example(
        'switched on',
        call('bedrock:PutModelInvocationLoggingConfiguration', { loggingConfig: { textDataDeliveryEnabled: true, s3Config: { bucketName: 'logs' } } }),
      ),
      example('by a service', byService('bedrock', 'bedrock:DeleteModelInvocationLoggingConfiguration')),
    ],
  },
};
