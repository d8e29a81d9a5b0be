import type { ActionContext } from '../../../kernel/index.ts';
import { listed } from './calls.ts';

export interface Instance {
  readonly arn: string;
  readonly storeId: string;
}
/** IAM Identity Center instances that this account owns here: the organisation's lives in one region of one account. */
export async function* instancesIn(ctx: ActionContext, region: string): AsyncIterable<Instance> {
  const all = listed<{ InstanceArn?: string; IdentityStoreId?: string; OwnerAccountId?: string }>(ctx, 'sso-admin', region, 'ListInstances', 'Instances');
  for await (const one of all) {
    if (one.InstanceArn === undefined || one.IdentityStoreId === undefined) continue;
    // A member account sees its organisation's instance and may not look into it.
    if (one.OwnerAccountId !== undefined && one.OwnerAccountId !== ctx.facts.account) continue;
    yield { arn: one.InstanceArn, storeId: one.IdentityStoreId };
  }
}
