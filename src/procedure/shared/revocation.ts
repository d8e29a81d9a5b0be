import type { ActionContext, Call, Change, Text, Value } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { policyName } from './names.ts';
import { REVOKE_OLDER, revokedBefore } from './policies.ts';
import { readOrAbsent } from './reading.ts';
import { iam } from './user-state.ts';

const iamCall = (region: string, operation: string, input: Value): Call => ({ service: 'iam', operation, region, input });

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

/** Ends every session of a user or role that was issued before the call is sent. */
export function revokeSessions(region: string, kind: 'User' | 'Role', name: string, inlineName: string, danger: readonly Text[]): Change {
  return {
    ...inlinePolicy(region, kind, name, inlineName, REVOKE_OLDER),
    id: `revoke.${kind.toLowerCase()}.${name}`,
    why: text(
      `end every session of the ${kind.toLowerCase()} ${name} issued until now`,
      `terminar toda sesión ${kind === 'User' ? 'del usuario' : 'del rol'} ${name} emitida hasta ahora`,
    ),
    undo: {
      calls: [iamCall(region, `Delete${kind}Policy`, { [`${kind}Name`]: name, PolicyName: inlineName })],
      already: ['NoSuchEntity'],
      loses: text(
        `sessions of ${name} that have not expired yet, the attacker's among them, work again`,
        `las sesiones de ${name} que aún no hayan caducado, las del atacante incluidas, vuelven a funcionar`,
      ),
    },
    danger,
  };
}

/** Put…Policy replaces by name; reading it back by name needs no page and finds it after a crash. */
export function inlinePolicy(
  region: string,
  kind: 'User' | 'Role',
  name: string,
  inlineName: string,
  document: Value,
): Omit<Change, 'id' | 'why' | 'undo' | 'danger'> {
  const of = { [`${kind}Name`]: name, PolicyName: inlineName };
  return {
    call: iamCall(region, `Put${kind}Policy`, { ...of, PolicyDocument: { $json: document } }),
    repeat: 'safe',
    probe: {
      call: iamCall(region, `Get${kind}Policy`, of),
      absent: ['NoSuchEntity'],
      done: [{ path: 'PolicyName', is: inlineName }],
      ready: [{ path: 'PolicyName' }],
    },
  };
}
