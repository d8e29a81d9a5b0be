import type { ActionContext } from '../../kernel/index.ts';
import { AplombError, EXIT } from '../../kernel/index.ts';

export type Principal = { readonly type: 'user' | 'role'; readonly name: string } | { readonly type: 'root' } | null;

/**
 * The IAM user or role behind an ARN, IAM's form or STS's. Paths are left out: names are unique in an account.
 * @example principalOf('arn:aws:sts::111122223333:assumed-role/Ops/jane') // { type: 'role', name: 'Ops' }
 */
export function principalOf(arn: string | undefined): Principal {
  const [, resource] = /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(.+)$/.exec(arn ?? '') ?? [];
  if (resource === undefined) return null;
  if (resource === 'root') return { type: 'root' };
  const parts = resource.split('/');
  if (parts[0] === 'user' && parts.length > 1) return { type: 'user', name: parts.at(-1)! };
  if (parts[0] === 'role' && parts.length > 1) return { type: 'role', name: parts.at(-1)! };
  if (parts[0] === 'assumed-role' && parts.length > 2) return { type: 'role', name: parts[1]! };
  return null;
}

/** Is this the identity the responder works with? */
export function isCaller(ctx: ActionContext, type: 'user' | 'role', name: string): boolean {
  const caller = principalOf(ctx.facts.callerArn);
  return caller?.type === type && caller.name === name;
}

/** Locking oneself out helps the attacker only. @throws AplombError CallerIsTarget */
export function refuseCaller(ctx: ActionContext, type: 'user' | 'role', name: string): void {
  if (!isCaller(ctx, type, name)) return;
  throw new AplombError('CallerIsTarget', `you are working as the ${type} ${name}, the very identity this step would cut off`, {
    fix: 'run Aplomb with another identity: an incident-response role, another administrator, or the account root through the console',
    exit: EXIT.usage,
  });
}
