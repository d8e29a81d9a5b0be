import type { LabContext, LabOperations } from '../../contract.ts';
import { date, plain, ROLE_ARN } from '../paging.ts';
import { shelf } from '../shelf.ts';
import { arn, MAX_RESULTS, NAME, paged, unknown } from './shared.ts';

interface Model {
  name: string;
  role?: string;
  containers: any[];
  created: number;
}
interface Config {
  name: string;
  variants: any[];
  created: number;
}
interface Endpoint {
  name: string;
  config: string;
  created: number;
  ready: number;
}
const missing = (kind: string, said: string) => (name: string) => unknown(`Could not find ${said} "arn:aws:sagemaker:::${kind}/${name}".`);
const models = shelf<Model>('sagemakerModels', missing('model', 'model'));
const configs = shelf<Config>('sagemakerEndpointConfigs', missing('endpoint-config', 'endpoint configuration'));
const endpoints = shelf<Endpoint>('sagemakerEndpoints', missing('endpoint', 'endpoint'));
const status = (ctx: LabContext, one: Endpoint): string => (one.ready > ctx.now() ? 'Creating' : 'InService');
const summary = (ctx: LabContext, one: Endpoint) => ({
  EndpointName: one.name,
  EndpointArn: arn(ctx, 'endpoint', one.name),
  CreationTime: date(one.created),
  LastModifiedTime: date(one.created),
  EndpointStatus: status(ctx, one),
});
const exists = (what: string) => unknown(`Cannot create already existing ${what}.`);

export const operations: LabOperations = {
  CreateModel: {
    constraints: {
      ModelName: { length: [0, 63], pattern: '[a-zA-Z0-9]([\\-a-zA-Z0-9]*[a-zA-Z0-9])?' },
      ExecutionRoleArn: ROLE_ARN,
      Containers: { length: [0, 15] },
    },
    run(input, ctx) {
      if (models.find(ctx, input.ModelName)) throw exists(`model "${arn(ctx, 'model', input.ModelName)}"`);
      const containers = plain(input.Containers ?? (input.PrimaryContainer ? [input.PrimaryContainer] : []));
      const role = input.ExecutionRoleArn === undefined ? {} : { role: input.ExecutionRoleArn };
      models.put(ctx, input.ModelName, { name: input.ModelName, containers, created: ctx.now(), ...role });
      return { ModelArn: arn(ctx, 'model', input.ModelName) };
    },
  },
  DescribeModel: {
    constraints: { ModelName: { length: [0, 63], pattern: '[a-zA-Z0-9]([\\-a-zA-Z0-9]*[a-zA-Z0-9])?' } },
    run(input, ctx) {
      const one = models.get(ctx, input.ModelName);
      return {
        ModelName: one.name,
        ModelArn: arn(ctx, 'model', one.name),
        CreationTime: date(one.created),
        Containers: one.containers,
        ...(one.role === undefined ? {} : { ExecutionRoleArn: one.role }),
      };
    },
  },
  CreateEndpointConfig: {
    constraints: { EndpointConfigName: NAME, ProductionVariants: { length: [1, 10] } },
    run(input, ctx) {
      if (configs.find(ctx, input.EndpointConfigName)) throw exists(`endpoint configuration "${arn(ctx, 'endpoint-config', input.EndpointConfigName)}"`);
      for (const variant of input.ProductionVariants) if (variant.ModelName !== undefined) models.get(ctx, variant.ModelName);
      configs.put(ctx, input.EndpointConfigName, { name: input.EndpointConfigName, variants: plain(input.ProductionVariants), created: ctx.now() });
      return { EndpointConfigArn: arn(ctx, 'endpoint-config', input.EndpointConfigName) };
    },
  },
  DescribeEndpointConfig: {
    constraints: { EndpointConfigName: NAME },
    run(input, ctx) {
      const one = configs.get(ctx, input.EndpointConfigName);
      return {
        EndpointConfigName: one.name,
        EndpointConfigArn: arn(ctx, 'endpoint-config', one.name),
        ProductionVariants: one.variants,
        CreationTime: date(one.created),
      };
    },
  },
  CreateEndpoint: {
    constraints: { EndpointName: NAME, EndpointConfigName: NAME },
    run(input, ctx) {
      if (endpoints.find(ctx, input.EndpointName)) throw exists(`endpoint "${arn(ctx, 'endpoint', input.EndpointName)}"`);
      configs.get(ctx, input.EndpointConfigName);
      endpoints.put(ctx, input.EndpointName, { name: input.EndpointName, config: input.EndpointConfigName, created: ctx.now(), ready: ctx.due(360) });
      return { EndpointArn: arn(ctx, 'endpoint', input.EndpointName) };
    },
  },
  ListEndpoints: {
    constraints: { MaxResults: MAX_RESULTS },
    run(input, ctx) {
      const { items, rest } = paged(ctx, endpoints.all(ctx), input);
      return { Endpoints: items.map((one) => summary(ctx, one)), ...rest };
    },
  },
  DescribeEndpoint: {
    constraints: { EndpointName: NAME },
    run(input, ctx) {
      const one = endpoints.get(ctx, input.EndpointName);
      return { ...summary(ctx, one), EndpointConfigName: one.config };
    },
  },
  DeleteEndpoint: {
    constraints: { EndpointName: NAME },
    run(input, ctx) {
      endpoints.get(ctx, input.EndpointName);
      endpoints.drop(ctx, input.EndpointName);
    },
  },
};
