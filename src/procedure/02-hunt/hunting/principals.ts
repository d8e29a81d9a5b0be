import { codeOf, saysAbsent } from '../../../engine/outcome.ts';
import type { ActionContext, Found, JsonObject } from '../../../kernel/index.ts';
import { isAwsFailure } from '../../shared/reading.ts';
import { each, listed } from './calls.ts';

export interface InlinePolicy {
  PolicyName?: string;
  PolicyDocument?: unknown;
}
/** What GetAccountAuthorizationDetails tells of users, groups and roles alike. */
export interface PrincipalDetail {
  Arn?: string;
  Path?: string;
  CreateDate?: string;
  AttachedManagedPolicies?: { PolicyArn?: string; PolicyName?: string }[];
  PermissionsBoundary?: { PermissionsBoundaryArn?: string };
}
const LISTS = { User: 'UserDetailList', Group: 'GroupDetailList', Role: 'RoleDetailList', LocalManagedPolicy: 'Policies' } as const;

/** One kind of thing with its policies, a thousand to a request: five requests for an account with 5,000 roles, where asking each would take 15,000. */
export const detailsOf = <T>(ctx: ActionContext, region: string, kind: keyof typeof LISTS): AsyncIterable<T> =>
  listed<T>(ctx, 'iam', region, 'GetAccountAuthorizationDetails', LISTS[kind], { Filter: [kind], MaxItems: 1000 });

export const attachedTo = (principal: PrincipalDetail): string[] =>
  (principal.AttachedManagedPolicies ?? []).flatMap(({ PolicyArn }) => (PolicyArn === undefined ? [] : [PolicyArn]));
export const boundaryOf = (principal: PrincipalDetail): string | undefined => principal.PermissionsBoundary?.PermissionsBoundaryArn;

/**
 * Asks every user for what hangs on it: listings over all users do not exist for it. A user deleted while the hunt is under way has
 * nothing.
 */
export async function* perUser<T>(
  ctx: ActionContext,
  region: string,
  operation: string,
  member: string,
  found: (one: T, userName: string) => Found | undefined,
): AsyncIterable<Found> {
  const ask = async ({ UserName: userName }: { UserName?: string }): Promise<Found[]> => {
    if (userName === undefined) return [];
    try {
      const { output } = await ctx.readAll<JsonObject>({ service: 'iam', operation, region, input: { UserName: userName } });
      const items = member === '' ? [output] : Object.hasOwn(output, member) ? output[member] : [];
      return (Array.isArray(items) ? items : [items]).flatMap((one) => found(one as T, userName) ?? []);
    } catch (error) {
      if (isAwsFailure(error) && saysAbsent(codeOf(error))) return [];
      throw error;
    }
  };
  yield* each(listed<{ UserName?: string }>(ctx, 'iam', region, 'ListUsers', 'Users', { MaxItems: 1000 }), ask);
}
