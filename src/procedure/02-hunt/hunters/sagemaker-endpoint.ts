import type { ActionContext, Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, read } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';
import { machineReasons } from '../hunting/machines.ts';
import { rolesOf } from '../hunting/roles.ts';

const TYPE = 'AWS::SageMaker::Endpoint';
interface Endpoint {
  EndpointName?: string;
  EndpointArn?: string;
  EndpointStatus?: string;
  CreationTime?: string;
  EndpointConfigName?: string;
}
interface Config {
  ExecutionRoleArn?: string;
  ProductionVariants?: { ModelName?: string; InstanceType?: string; InitialInstanceCount?: number }[];
}

async function look(ctx: ActionContext, region: string, summary: Endpoint): Promise<Found[]> {
  const { EndpointName: name, EndpointArn: arn } = summary;
  if (name === undefined || arn === undefined) return [];
  const { EndpointConfigName } = await read<Endpoint>(ctx, 'sagemaker', region, 'DescribeEndpoint', { EndpointName: name });
  const config = EndpointConfigName ? await read<Config>(ctx, 'sagemaker', region, 'DescribeEndpointConfig', { EndpointConfigName }) : {};
  const variants = config.ProductionVariants ?? [];
  const models = [...new Set(variants.flatMap((variant) => (variant.ModelName === undefined ? [] : [variant.ModelName])))].slice(0, 10);
  type Model = { ExecutionRoleArn?: string };
  const roles = await Promise.all(
    models.map(async (ModelName) => (await read<Model>(ctx, 'sagemaker', region, 'DescribeModel', { ModelName })).ExecutionRoleArn),
  );
  return [
    foundAt(ctx, TYPE, region, arn, name, {
      createdAt: time(summary.CreationTime),
      roles: rolesOf(ctx, config.ExecutionRoleArn, ...roles),
      reasons: variants.flatMap((variant) => machineReasons([variant.InstanceType], variant.InitialInstanceCount)),
      detail: present({
        status: summary.EndpointStatus,
        machines: variants.map((variant) => `${variant.InitialInstanceCount ?? 1} x ${oneLine(variant.InstanceType ?? 'serverless', 40)}`).join(', '),
      }),
    }),
  ];
}

/** Models that serve on rented machines by the hour, until somebody deletes them. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('SageMaker endpoints', 'Puntos de enlace de SageMaker'),
  permissions: ['sagemaker:ListEndpoints', 'sagemaker:DescribeEndpoint', 'sagemaker:DescribeEndpointConfig', 'sagemaker:DescribeModel'],
  createdByEvents: ['CreateEndpoint'],
  changedByEvents: ['UpdateEndpoint', 'UpdateEndpointWeightsAndCapacities'],
  names: ['endpointName', 'endpointArn'],
  scan: (ctx, region) => each(listed<Endpoint>(ctx, 'sagemaker', region, 'ListEndpoints', 'Endpoints', { MaxResults: 100 }), (one) => look(ctx, region, one)),
};
