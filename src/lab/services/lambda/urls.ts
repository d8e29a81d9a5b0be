import type { LabContext, LabOperations } from '../../contract.ts';
import { letters } from '../../world/index.ts';
import { shelf } from '../shelf.ts';
import { conflict, functionName, functionResource, notFound, theFunction } from './model.ts';

interface UrlRow {
  function: string;
  arn: string;
  url: string;
  auth: 'NONE' | 'AWS_IAM';
  cors?: object;
  mode: string;
  created: number;
  modified: number;
}
const urls = shelf<UrlRow>('lambdaUrls', () => notFound('The resource you requested does not exist.'));
const key = (input: any): string => `${functionName(input.FunctionName).name}:${input.Qualifier ?? ''}`;
/** A function's URLs go with it. */
export const dropUrls = (ctx: LabContext, name: string): void => {
  for (const row of urls.all(ctx).filter((one) => one.function === name))
    for (const suffix of ['', row.arn.split(':')[7] ?? '']) urls.drop(ctx, `${name}:${suffix}`);
};
const view = (row: UrlRow) => ({
  FunctionUrl: row.url,
  FunctionArn: row.arn,
  AuthType: row.auth,
  Cors: row.cors,
  CreationTime: new Date(row.created).toISOString(),
  LastModifiedTime: new Date(row.modified).toISOString(),
  InvokeMode: row.mode,
});
const constraints = {
  FunctionName: { length: [1, 140] as [number, number] },
  AuthType: { enum: ['NONE', 'AWS_IAM'] },
  InvokeMode: { enum: ['BUFFERED', 'RESPONSE_STREAM'] },
};
const { AuthType: _, InvokeMode: __, ...named } = constraints;
/** lambda:FunctionUrlAuthType is a condition key of these calls. */
const conditions = (input: any): Record<string, string> => (input.AuthType === undefined ? {} : { 'lambda:FunctionUrlAuthType': input.AuthType });

export const operations: LabOperations = {
  CreateFunctionUrlConfig: {
    constraints,
    conditions,
    resources: functionResource,
    run(input, ctx) {
      const row = theFunction(ctx, input.FunctionName);
      if (urls.find(ctx, key(input)))
        throw conflict(
          `Failed to create function url config for [functionArn = ${row.arn}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
        );
      const now = ctx.now();
      return view(
        urls.put(ctx, key(input), {
          function: row.name,
          arn: input.Qualifier === undefined ? row.arn : `${row.arn}:${input.Qualifier}`,
          url: `https://${letters(ctx.world, 32).toLowerCase()}.lambda-url.${ctx.region.name}.on.aws/`,
          auth: input.AuthType,
          cors: input.Cors,
          mode: input.InvokeMode ?? 'BUFFERED',
          created: now,
          modified: now,
        }),
      );
    },
  },
  UpdateFunctionUrlConfig: {
    constraints,
    conditions,
    resources: functionResource,
    run(input, ctx) {
      const row = urls.get(ctx, key(input));
      row.auth = input.AuthType ?? row.auth;
      row.cors = input.Cors ?? row.cors;
      row.mode = input.InvokeMode ?? row.mode;
      row.modified = ctx.now();
      return view(row);
    },
  },
  GetFunctionUrlConfig: { constraints: named, resources: functionResource, run: (input, ctx) => view(urls.get(ctx, key(input))) },
  ListFunctionUrlConfigs: {
    constraints: { ...named, MaxItems: { min: 1, max: 50 } },
    resources: functionResource,
    run(input, ctx) {
      const row = theFunction(ctx, input.FunctionName);
      const own = urls.all(ctx).filter((one) => one.function === row.name);
      const { items, next } = ctx.page(own, input.Marker, input.MaxItems, { size: 50 });
      return { FunctionUrlConfigs: items.map(view), NextMarker: next };
    },
  },
  DeleteFunctionUrlConfig: {
    constraints: named,
    resources: functionResource,
    run(input, ctx) {
      urls.get(ctx, key(input));
      urls.drop(ctx, key(input));
      return {};
    },
  },
};
