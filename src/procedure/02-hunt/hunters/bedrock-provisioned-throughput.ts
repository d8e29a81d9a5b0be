import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

const TYPE = 'AWS::Bedrock::ProvisionedModelThroughput';
interface Throughput {
  provisionedModelName?: string;
  provisionedModelArn?: string;
  modelArn?: string;
  desiredModelUnits?: number;
  commitmentDuration?: string;
  status?: string;
  creationTime?: string;
}

/** Billed by the hour for each unit, used or not; one with a commitment cannot be given back before it ends. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('Bedrock provisioned throughput', 'Capacidad aprovisionada de Bedrock'),
  permissions: ['bedrock:ListProvisionedModelThroughputs'],
  createdByEvents: ['CreateProvisionedModelThroughput'],
  changedByEvents: ['UpdateProvisionedModelThroughput'],
  names: ['provisionedModelArn', 'provisionedModelName', 'provisionedModelId'],
  async *scan(ctx, region) {
    const all = listed<Throughput>(ctx, 'bedrock', region, 'ListProvisionedModelThroughputs', 'provisionedModelSummaries', { maxResults: 1000 });
    for await (const one of all) {
      if (one.provisionedModelArn === undefined) continue;
      const name = oneLine(one.provisionedModelName, 63);
      const units = one.desiredModelUnits ?? 0;
      yield foundAt(ctx, TYPE, region, one.provisionedModelArn, name, {
        createdAt: time(one.creationTime),
        aliases: [one.provisionedModelArn.split('/').at(-1) ?? name],
        reasons: [
          {
            code: 'large',
            text: text(`${units} model units are paid for by the hour, used or not`, `se pagan por hora ${units} unidades de modelo, se usen o no`),
          },
        ],
        detail: present({ model: oneLine(one.modelArn), units, commitment: one.commitmentDuration, status: one.status }),
      });
    }
  },
};
