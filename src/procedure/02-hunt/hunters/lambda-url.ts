import type { Found, Hunter, Reason } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { each, listed, unlessGone } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

interface Url {
  FunctionUrl?: string;
  FunctionArn?: string;
  AuthType?: string;
  CreationTime?: string;
  LastModifiedTime?: string;
  InvokeMode?: string;
}
const OPEN: Reason = {
  code: 'public',
  text: text('anybody on the internet may call this URL (AuthType NONE)', 'cualquiera en internet puede llamar a esta URL (AuthType NONE)'),
};

/**
 * Addresses on the internet at which a function answers, perhaps to anybody. A URL belongs to a function or to one of its aliases; AWS
 * lists them function by function.
 */
export const hunter: Hunter = {
  type: 'AWS::Lambda::Url',
  scope: 'regional',
  title: text('Lambda function URLs', 'URL de funciones de Lambda'),
  permissions: ['lambda:ListFunctions', 'lambda:ListFunctionUrlConfigs'],
  createdByEvents: ['CreateFunctionUrlConfig'],
  changedByEvents: ['UpdateFunctionUrlConfig'],
  names: ['functionUrl', 'functionArn'],
  async *scan(ctx, region) {
    const functions = listed<{ FunctionName?: string }>(ctx, 'lambda', region, 'ListFunctions', 'Functions');
    yield* each(functions, async ({ FunctionName }) => {
      const found: Found[] = [];
      if (FunctionName === undefined) return found;
      const urls = listed<Url>(ctx, 'lambda', region, 'ListFunctionUrlConfigs', 'FunctionUrlConfigs', { FunctionName });
      await unlessGone(async () => {
        for await (const one of urls) {
          if (one.FunctionUrl === undefined || one.FunctionArn === undefined) continue;
          found.push(
            foundAt(ctx, 'AWS::Lambda::Url', region, one.FunctionArn, one.FunctionUrl, {
              createdAt: time(one.CreationTime),
              alive: true,
              ...(one.AuthType === 'NONE' ? { reasons: [OPEN] } : {}),
              detail: present({ function: FunctionName, auth: one.AuthType, lastModified: time(one.LastModifiedTime), mode: one.InvokeMode }),
            }),
          );
        }
      });
      return found;
    });
  },
};
