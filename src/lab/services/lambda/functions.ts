import type { LabContext, LabOperations } from '../../contract.ts';
import {
  checkRole,
  configuration,
  conflict,
  type FunctionRow,
  functionArn,
  functionName,
  functionResource,
  functions,
  invalid,
  packageOf,
  theFunction,
} from './model.ts';
import { dropUrls } from './urls.ts';

const MAX_ENVIRONMENT = 4096; // bytes of JSON: Lambda quotas
const name = { length: [1, 140] as [number, number] };
const settings = {
  Role: { pattern: 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+' },
  Handler: { length: [0, 128] as [number, number], pattern: '[^\\s]+' },
  Description: { length: [0, 256] as [number, number] },
  Timeout: { min: 1, max: 5400 },
  MemorySize: { min: 128, max: 32768 },
};

function environment(given: any): Record<string, string> | undefined {
  const variables: Record<string, string> | undefined = given?.Variables;
  if (variables === undefined || Object.keys(variables).length === 0) return undefined;
  for (const key of Object.keys(variables)) {
    if (!/^[a-zA-Z]\w+$/.test(key)) throw invalid(`Environment variable keys must match [a-zA-Z]([a-zA-Z0-9_])+: ${key}`);
    if (/^AWS_(REGION|DEFAULT_REGION|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN|LAMBDA_\w+)$/.test(key))
      throw invalid(
        'Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. ' +
          `Reserved keys used in this request: ${key}`,
      );
  }
  if (JSON.stringify(variables).length > MAX_ENVIRONMENT)
    throw invalid('Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.');
  return variables;
}
const touch = (ctx: LabContext, row: FunctionRow): void => {
  row.modified = ctx.now();
  row.revision = ctx.uuid();
};

export const operations: LabOperations = {
  CreateFunction: {
    constraints: {
      FunctionName: name,
      ...settings,
      PackageType: { enum: ['Zip', 'Image'] },
      Architectures: { length: [1, 1] },
      'Architectures[]': { enum: ['x86_64', 'arm64'] },
    },
    resources: functionResource,
    run(input, ctx) {
      const { name } = functionName(input.FunctionName);
      if (!/^[a-zA-Z0-9-_]{1,64}$/.test(name)) throw invalid(`Invalid function name: ${name}`);
      if (functions.find(ctx, name)) throw conflict(`Function already exist: ${name}`);
      const packageType = input.PackageType ?? (input.Code.ImageUri === undefined ? 'Zip' : 'Image');
      if (packageType === 'Zip' && (input.Runtime === undefined || input.Handler === undefined))
        throw invalid('Runtime and Handler are mandatory parameters for functions created with deployment packages.');
      if ((packageType === 'Image') !== (input.Code.ImageUri !== undefined))
        throw invalid(`Please provide a source for a function of package type ${packageType}.`);
      checkRole(ctx, input.Role);
      const row: FunctionRow = {
        name,
        arn: functionArn(ctx, name),
        role: input.Role,
        packageType,
        ...(packageType === 'Zip' ? { runtime: input.Runtime, handler: input.Handler } : {}),
        description: input.Description ?? '',
        timeout: input.Timeout ?? 3,
        memory: input.MemorySize ?? 128,
        environment: environment(input.Environment),
        layers: input.Layers ?? [],
        architectures: input.Architectures ?? ['x86_64'],
        vpc: input.VpcConfig?.SubnetIds?.length
          ? { SubnetIds: input.VpcConfig.SubnetIds, SecurityGroupIds: input.VpcConfig.SecurityGroupIds ?? [] }
          : undefined,
        tags: input.Tags ?? {},
        code: packageOf(input.Code),
        modified: ctx.now(),
        activeAt: ctx.due(packageType === 'Image' ? 20 : 3),
        revision: ctx.uuid(),
        versions: input.Publish === true ? 1 : 0,
        policy: [],
      };
      functions.put(ctx, name, row);
      return configuration(ctx, row, input.Publish === true ? { version: '1' } : {});
    },
  },
  GetFunction: {
    constraints: { FunctionName: { length: [1, 256] } },
    resources: functionResource,
    run(input, ctx) {
      const row = theFunction(ctx, input.FunctionName);
      const Code = row.code.imageUri
        ? { RepositoryType: 'ECR', ImageUri: row.code.imageUri, ResolvedImageUri: row.code.imageUri }
        : {
            RepositoryType: 'S3',
            Location: `https://prod-${ctx.region.name}-starport-layer-bucket.s3.${ctx.region.name}.amazonaws.com/snapshots/${ctx.account.id}/${row.name}`,
          };
      return { Configuration: configuration(ctx, row), Code, ...(Object.keys(row.tags).length > 0 ? { Tags: row.tags } : {}) };
    },
  },
  GetFunctionConfiguration: {
    constraints: { FunctionName: { length: [1, 256] } },
    resources: functionResource,
    run: (input, ctx) => configuration(ctx, theFunction(ctx, input.FunctionName)),
  },
  ListFunctions: {
    constraints: { MaxItems: { min: 1, max: 10000 }, FunctionVersion: { enum: ['ALL'] } },
    run(input, ctx) {
      const { items, next } = ctx.page(functions.all(ctx), input.Marker, Math.min(input.MaxItems ?? 50, 50));
      return { Functions: items.map((row) => configuration(ctx, row, { states: false })), NextMarker: next };
    },
  },
  UpdateFunctionCode: {
    constraints: { FunctionName: name },
    resources: functionResource,
    run(input, ctx) {
      const row = theFunction(ctx, input.FunctionName);
      if (row.activeAt > ctx.now()) throw conflict(`The operation cannot be performed at this time. The function is currently in the following state: Pending`);
      const code = packageOf(input);
      if (input.DryRun === true) return { ...configuration(ctx, row), CodeSha256: code.sha256, CodeSize: code.size };
      row.code = code;
      if (input.Publish === true) row.versions++;
      touch(ctx, row);
      return configuration(ctx, row, input.Publish === true ? { version: String(row.versions) } : {});
    },
  },
  UpdateFunctionConfiguration: {
    constraints: { FunctionName: name, ...settings },
    resources: functionResource,
    run(input, ctx) {
      const row = theFunction(ctx, input.FunctionName);
      if (input.Role !== undefined) checkRole(ctx, input.Role);
      row.role = input.Role ?? row.role;
      row.handler = input.Handler ?? row.handler;
      row.runtime = input.Runtime ?? row.runtime;
      row.description = input.Description ?? row.description;
      row.timeout = input.Timeout ?? row.timeout;
      row.memory = input.MemorySize ?? row.memory;
      row.layers = input.Layers ?? row.layers;
      if (input.Environment !== undefined) row.environment = environment(input.Environment);
      touch(ctx, row);
      return configuration(ctx, row);
    },
  },
  DeleteFunction: {
    constraints: { FunctionName: { length: [1, 256] } },
    resources: functionResource,
    run(input, ctx) {
      const row = theFunction(ctx, input.FunctionName);
      functions.drop(ctx, row.name);
      dropUrls(ctx, row.name);
      return {};
    },
  },
};
