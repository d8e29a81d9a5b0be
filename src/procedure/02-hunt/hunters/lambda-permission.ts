import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { outsideDetail, outsideReasons, outsiders } from '../../shared/outsiders.ts';
import { each, listed, read, unlessGone } from '../hunting/calls.ts';
import { foundAt } from '../hunting/found.ts';

/**
 * Who may call or change a function, other accounts and everybody included. The resource policy of each function, as one thing:
 * AddPermission names the function and a statement id, and the same statement id may stand in many functions, so that statements could
 * not be told apart in CloudTrail.
 */
export const hunter: Hunter = {
  type: 'AWS::Lambda::Permission',
  scope: 'regional',
  title: text('Permissions of Lambda functions', 'Permisos de funciones de Lambda'),
  permissions: ['lambda:ListFunctions', 'lambda:GetPolicy'],
  createdByEvents: ['AddPermission'],
  changedByEvents: ['AddPermission', 'RemovePermission'],
  names: ['functionName'],
  arn: (id, { partition, region, account }) => `arn:${partition}:lambda:${region}:${account}:function:${id}`,
  async *scan(ctx, region) {
    const account = ctx.facts.account ?? '';
    const functions = listed<{ FunctionName?: string; FunctionArn?: string }>(ctx, 'lambda', region, 'ListFunctions', 'Functions');
    yield* each(functions, async ({ FunctionName: id, FunctionArn: arn }): Promise<Found[]> => {
      if (id === undefined || arn === undefined) return [];
      const answer = await unlessGone(() => read<{ Policy?: string }>(ctx, 'lambda', region, 'GetPolicy', { FunctionName: id }));
      if (answer?.Policy === undefined) return [];
      const who = outsiders(answer.Policy, ctx.facts.account);
      return [
        foundAt(ctx, 'AWS::Lambda::Permission', region, arn, id, {
          createdAt: null,
          aliases: [`${account}:function:${id}`],
          reasons: outsideReasons(who),
          detail: outsideDetail(who),
        }),
      ];
    });
  },
};
