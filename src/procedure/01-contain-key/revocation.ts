import type { ActionContext } from '../../kernel/index.ts';
import { policyName } from '../shared/names.ts';
import { isDenyAll, revokedBefore } from '../shared/policies.ts';
import { readOrAbsent } from '../shared/reading.ts';
import { iam } from '../shared/user-state.ts';

export interface Revocation {
  /** The policy that revokes enough, or the free name under which to put one. */
  readonly policy: string;
  /** Its cut-off, UTC; null when there is no policy of that name yet. */
  readonly before: string | null;
  readonly evidence: readonly string[];
}
const AT_MOST = 20;

/**
 * This case's policy on a user or role that ends every session issued up to `latest`. One that is too old (a later
 * session came to light) stays, and the next name is taken: so no change ever overwrites another.
 */
export async function readRevocation(ctx: ActionContext, kind: 'User' | 'Role', name: string, latest: string): Promise<Revocation> {
  const evidence: string[] = [];
  for (let n = 1; ; n++) {
    const policy = `${policyName(ctx, 'RevokeOlderSessions')}${n === 1 ? '' : `-${n}`}`;
    const found = await readOrAbsent<{ PolicyDocument?: string }>(ctx, iam(ctx, `Get${kind}Policy`, { [`${kind}Name`]: name, PolicyName: policy }));
    evidence.push(...(found?.evidence ?? []));
    if (!found) return { policy, before: null, evidence };
    const before = revokedBefore(found.output.PolicyDocument);
    // Tokens carry whole seconds; a cut-off in the same second may or may not reach them.
    const enough = before !== null && before >= Date.parse(latest) + 1000;
    if (enough || n >= AT_MOST) return { policy, before: enough ? new Date(before).toISOString() : null, evidence };
  }
}

/** Does this case's inline policy deny the role everything? */
export async function readRoleDenial(ctx: ActionContext, name: string): Promise<{ denied: boolean; evidence: readonly string[] }> {
  const found = await readOrAbsent<{ PolicyDocument?: string }>(ctx, iam(ctx, 'GetRolePolicy', { RoleName: name, PolicyName: policyName(ctx, 'DenyAll') }));
  return { denied: found !== null && isDenyAll(found.output.PolicyDocument), evidence: found?.evidence ?? [] };
}
