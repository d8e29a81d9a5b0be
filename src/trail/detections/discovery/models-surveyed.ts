import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { apiOf, principalOf } from '../../event.ts';
import { call, denied, example, many } from '../data/examples.ts';
import { api, longTermKey, machinery, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text("Bedrock's models and the logging of calls looked up", 'Modelos de Bedrock y registro de llamadas consultados'),
  description: text(
    'Which models are there, is access granted, are calls recorded: the questions of who means to sell access. The Bedrock console asks them as well.',
    'Qué modelos hay, si el acceso está concedido, si las llamadas se registran: las preguntas de quien piensa vender acceso. La consola de Bedrock también las hace.',
  ),
  severity: 'medium',
  attack: ['T1526', 'T1496.004'],
  apis: [
    'bedrock:GetModelInvocationLoggingConfiguration',
    'bedrock:ListFoundationModels',
    'bedrock:GetFoundationModelAvailability',
    'bedrock:ListInferenceProfiles',
    'bedrock:GetUseCaseForModelAccess',
    'bedrock:ListFoundationModelAgreementOffers',
    'bedrock:ListProvisionedModelThroughputs',
  ],
  when: (record) =>
    machinery(record) || !(longTermKey(record) || apiOf(record) === 'bedrock:GetModelInvocationLoggingConfiguration')
      ? undefined
      : text(
          `${who(record)} asks about Bedrock's models, now by ${api(record)} in ${region(record)}.`,
          `${who(record)} pregunta por los modelos de Bedrock, ahora con ${api(record)} en ${region(record)}.`,
        ),
  burst: { by: principalOf, within: 1_800, atLeast: 2, distinct: (record) => apiOf(record) },
  examples: {
    hits: [
      example(
        'two questions',
        many(2, (i) => call(['bedrock:ListFoundationModels', 'bedrock:GetModelInvocationLoggingConfiguration'][i] ?? '')),
      ),
      example(
        'refused',
        many(2, (i) => denied(['bedrock:ListFoundationModels', 'bedrock:GetFoundationModelAvailability'][i] ?? '')),
      ),
    ],
    quiet: [
      example(
        'one question',
        many(5, () => call('bedrock:ListFoundationModels')),
      ),
      example(
        'a program under a role',
        many(2, (i) => call(['bedrock:ListFoundationModels', 'bedrock:ListInferenceProfiles'][i] ?? '', null, { userIdentity: { type: 'AssumedRole' } })),
      ),
    ],
  },
};
