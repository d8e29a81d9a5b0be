import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, time } from '../hunting/found.ts';

const TYPE = 'AWS::Bedrock::ImportedModel';

/** Somebody's own weights, served at this account's cost. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('Bedrock imported models', 'Modelos importados en Bedrock'),
  permissions: ['bedrock:ListImportedModels'],
  createdByEvents: ['CreateModelImportJob'],
  names: ['importedModelName'],
  async *scan(ctx, region) {
    type Model = { modelArn?: string; modelName?: string; creationTime?: string };
    for await (const one of listed<Model>(ctx, 'bedrock', region, 'ListImportedModels', 'modelSummaries', { maxResults: 1000 })) {
      if (one.modelArn !== undefined)
        yield foundAt(ctx, TYPE, region, one.modelArn, oneLine(one.modelName, 63), { createdAt: time(one.creationTime), detail: {} });
    }
  },
};
