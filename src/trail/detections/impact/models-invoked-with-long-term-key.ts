import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { text as at, principalOf } from '../../event.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { longTermKey, machinery, named, region, who, yes } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Bedrock models called with a long-term or bearer key', 'Modelos de Bedrock llamados con una clave permanente o de portador'),
  description: text(
    "Stolen keys are sold for access to models: the victim pays for other people's conversations. Programs of the owner run under roles; developers try things with their own keys. See the address, the models and the hours.",
    'Las claves robadas se venden como acceso a modelos: la víctima paga conversaciones ajenas. Los programas del dueño usan roles; los desarrolladores prueban con sus claves. Mire la dirección, los modelos y las horas.',
  ),
  severity: 'medium',
  attack: ['T1496.004'],
  apis: ['bedrock:InvokeModel*', 'bedrock:Converse*', 'bedrock:StartAsyncInvoke', 'bedrock:InvokeAgent'],
  sql: "accessKeyId LIKE 'AKIA%' OR contains(additionalEventData::VARCHAR, 'callWithBearerToken')",
  looksFurther: true,
  when: (record) =>
    machinery(record) || !(longTermKey(record) || yes(at(record, 'additionalEventData.callWithBearerToken')))
      ? undefined
      : text(
          `${who(record)} called model ${named(record, 'modelId')} in ${region(record)} with a long-term or bearer key.`,
          `${who(record)} llamó al modelo ${named(record, 'modelId')} en ${region(record)} con una clave permanente o de portador.`,
        ),
  burst: {
    by: (record) => `${principalOf(record)} ${at(record, 'sourceIPAddress') ?? ''}`,
    within: 86_400,
    atLeast: 1,
  },
  examples: {
    hits: [
      example('a long-term key', call('bedrock:InvokeModel', { modelId: 'anthropic.claude-3-5-sonnet-20240620-v1:0' })),
      example(
        'a bearer key',
        call('bedrock:ConverseStream', { modelId: 'x' }, { userIdentity: { type: 'AssumedRole' }, additionalEventData: { callWithBearerToken: true } }),
      ),
      example('refused', denied('bedrock:InvokeModel', { modelId: 'x' })),
    ],
    quiet: [
      example('a program under a role', call('bedrock:InvokeModel', { modelId: 'x' }, { userIdentity: { type: 'AssumedRole' } })),
      example('a service', byService('q', 'bedrock:Converse', { modelId: 'x' })),
    ],
  },
};
