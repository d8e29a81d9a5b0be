import type { ActionContext } from '../../kernel/index.ts';
import { policyName } from '../shared/names.ts';
import { isDenyAll } from '../shared/policies.ts';
import { readOrAbsent } from '../shared/reading.ts';
import { iam } from '../shared/user-state.ts';

export { type Revocation, readRevocation } from '../shared/revocation.ts';

/** Does this case's inline policy deny the role everything? */
export async function readRoleDenial(ctx: ActionContext, name: string): Promise<{ denied: boolean; evidence: readonly string[] }> {
  const found = await readOrAbsent<{ PolicyDocument?: string }>(ctx, iam(ctx, 'GetRolePolicy', { RoleName: name, PolicyName: policyName(ctx, 'DenyAll') }));
  return { denied: found !== null && isDenyAll(found.output.PolicyDocument), evidence: found?.evidence ?? [] };
}
