import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, noted, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Access to models asked for', 'Acceso a modelos pedido'),
  description: text(
    'The use case form was filled in, an agreement accepted or throughput bought. Owners do it once for each model; thieves do it for the dearest. A bought throughput costs by the hour until it is deleted.',
    'Se rellenó el formulario de uso, se aceptó un acuerdo o se compró capacidad. Los dueños lo hacen una vez por modelo; los ladrones, para los más caros. La capacidad comprada cuesta por hora hasta borrarla.',
  ),
  severity: 'high',
  attack: ['T1496.004', 'T1098'],
  apis: [
    'bedrock:PutUseCaseForModelAccess',
    'bedrock:PutFoundationModelEntitlement',
    'bedrock:CreateFoundationModelAgreement',
    'bedrock:CreateProvisionedModelThroughput',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)} in ${region(record)}${noted(record, 'modelId', 'provisionedModelName')}.`,
          `${who(record)} llamó a ${api(record)} en ${region(record)}${noted(record, 'modelId', 'provisionedModelName')}.`,
        ),
  examples: {
    hits: [
      example('an agreement', call('bedrock:CreateFoundationModelAgreement', { modelId: 'anthropic.claude-3-opus-20240229-v1:0' })),
      example('refused', denied('bedrock:PutUseCaseForModelAccess')),
    ],
    quiet: [
      example('a service', byService('sagemaker', 'bedrock:PutFoundationModelEntitlement', { modelId: 'x' })),
      example('another', byService('bedrock', 'bedrock:CreateFoundationModelAgreement', { modelId: 'x' })),
    ],
  },
};
