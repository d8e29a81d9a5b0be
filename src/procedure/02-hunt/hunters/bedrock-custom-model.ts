import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

const TYPE = 'AWS::Bedrock::CustomModel';
interface Model {
  modelArn?: string;
  modelName?: string;
  creationTime?: string;
  baseModelName?: string;
  customizationType?: string;
  modelStatus?: string;
}

/** Models trained further on data of somebody's choice, at this account's cost. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('Bedrock custom models', 'Modelos personalizados de Bedrock'),
  permissions: ['bedrock:ListCustomModels'],
  createdByEvents: ['CreateModelCustomizationJob', 'CreateCustomModel'],
  names: ['customModelName', 'modelName', 'modelArn'],
  async *scan(ctx, region) {
    for await (const one of listed<Model>(ctx, 'bedrock', region, 'ListCustomModels', 'modelSummaries', { maxResults: 1000 })) {
      if (one.modelArn === undefined) continue;
      yield foundAt(ctx, TYPE, region, one.modelArn, oneLine(one.modelName, 63), {
        createdAt: time(one.creationTime),
        detail: present({ base: oneLine(one.baseModelName), how: one.customizationType, status: one.modelStatus }),
      });
    }
  },
};
