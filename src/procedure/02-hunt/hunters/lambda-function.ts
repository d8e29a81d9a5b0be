import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

interface Configuration {
  FunctionName?: string;
  FunctionArn?: string;
  Runtime?: string;
  Role?: string;
  Handler?: string;
  Description?: string;
  LastModified?: string;
  CodeSha256?: string;
  PackageType?: string;
  Timeout?: number;
  MemorySize?: number;
  Environment?: { Variables?: Record<string, string> };
  Layers?: { Arn?: string }[];
}
const MOST_NAMES = 50;

/**
 * Code that runs with a role whenever it is called, on no machine that anybody sees. Lambda tells when a function was last changed,
 * not when it was made. Values of environment variables are secrets: only their names are kept.
 */
export const hunter: Hunter = {
  type: 'AWS::Lambda::Function',
  scope: 'regional',
  title: text('Lambda functions', 'Funciones de Lambda'),
  permissions: ['lambda:ListFunctions'],
  createdByEvents: ['CreateFunction'],
  changedByEvents: [
    'UpdateFunctionCode',
    'UpdateFunctionConfiguration',
    'PublishVersion',
    'CreateAlias',
    'UpdateAlias',
    'PutFunctionEventInvokeConfig',
    'PutRuntimeManagementConfig',
  ],
  names: ['functionArn', 'functionName'],
  arn: (id, { partition, region, account }) => `arn:${partition}:lambda:${region}:${account}:function:${id}`,
  async *scan(ctx, region) {
    for await (const one of listed<Configuration>(ctx, 'lambda', region, 'ListFunctions', 'Functions')) {
      if (one.FunctionArn === undefined || one.FunctionName === undefined) continue;
      yield foundAt(ctx, 'AWS::Lambda::Function', region, one.FunctionArn, one.FunctionName, {
        createdAt: null,
        alive: true,
        ...(one.Role === undefined ? {} : { roles: [one.Role] }),
        detail: {
          ...present({
            runtime: one.Runtime,
            handler: oneLine(one.Handler),
            package: one.PackageType,
            codeSha256: one.CodeSha256,
            lastModified: time(one.LastModified),
            timeout: one.Timeout,
            memory: one.MemorySize,
            description: oneLine(one.Description),
          }),
          ...(one.Environment?.Variables === undefined
            ? {}
            : {
                environment: Object.keys(one.Environment.Variables)
                  .sort()
                  .slice(0, MOST_NAMES)
                  .map((name) => oneLine(name, 100)),
              }),
          ...(one.Layers?.length ? { layers: one.Layers.map((layer) => oneLine(layer.Arn)) } : {}),
        },
      });
    }
  },
};
