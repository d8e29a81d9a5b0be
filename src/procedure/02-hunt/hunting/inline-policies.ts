import type { Found, Hunter, Text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { foundAt, time } from './found.ts';
import { adminReasons, grantDetail, granted } from './grants.ts';
import { detailsOf, type InlinePolicy, type PrincipalDetail } from './principals.ts';

/**
 * The inline policies of a principal as one thing, known by the principal: their own names are unique within it only, and IAM tells
 * no dates of them.
 */
export function inlineHunter(kind: 'User' | 'Group' | 'Role', title: Text): Hunter {
  const type = `AWS::IAM::${kind}Policy`;
  return {
    type,
    scope: 'global',
    title,
    permissions: ['iam:GetAccountAuthorizationDetails'],
    createdByEvents: [`Put${kind}Policy`],
    changedByEvents: [`Delete${kind}Policy`],
    names: [`${kind.toLowerCase()}Name`],
    arn: (id, { partition, account }) => `arn:${partition}:iam::${account}:${kind.toLowerCase()}-policy/${id}`,
    async *scan(ctx, region, since): AsyncIterable<Found> {
      for await (const one of detailsOf<PrincipalDetail & Record<string, unknown>>(ctx, region, kind)) {
        const name = one[`${kind}Name`];
        const policies = one[`${kind}PolicyList`] as InlinePolicy[] | undefined;
        if (typeof name !== 'string' || one.Arn === undefined || !policies?.length) continue;
        const may = granted(policies, []);
        const names = policies.map((policy) => oneLine(policy.PolicyName, 128));
        yield foundAt(ctx, type, region, one.Arn.replace(/:(user|group|role)\//, ':$1-policy/'), name, {
          createdAt: null,
          reasons: adminReasons(may, time(one.CreateDate), since),
          detail: { policies: names.slice(0, 20), ...grantDetail(may) },
        });
      }
    },
  };
}
