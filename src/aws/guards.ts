import { AplombError, EXIT, isChange, type Json, type JsonObject, type Plan } from '../kernel/index.ts';
import type { Aws, Identity } from './types.ts';

interface Principal {
  readonly kind: 'user' | 'role' | 'root' | 'other';
  readonly name: string;
}
/** The IAM user or role behind a caller ARN; names are compared without case, as IAM does. */
function principalOf(arn: string): Principal {
  const [, , , , , resource = ''] = arn.split(':');
  if (resource === 'root') return { kind: 'root', name: 'root' };
  const [type, ...path] = resource.split('/');
  if (type === 'user' || type === 'role') return { kind: type, name: (path.at(-1) ?? '').toLowerCase() };
  if (type === 'assumed-role') return { kind: 'role', name: (path[0] ?? '').toLowerCase() };
  return { kind: 'other', name: resource.toLowerCase() };
}

const wayOut =
  'Use another identity: a responder role in this account, another administrator, or the root user in the console. Then run the same command with --profile.';

/** The identity that is believed to be in the attacker's hands; whatever of it is known. */
export interface Compromised {
  readonly accessKeyId?: string;
  readonly userName?: string;
  readonly arn?: string;
}

/** @throws AplombError CompromisedIdentity when the caller, under any set of credentials in use, is the compromised identity itself. */
export async function identityGuard(aws: Pick<Aws, 'identity'> & Partial<Pick<Aws, 'sets'>>, compromised: Compromised): Promise<void> {
  for (const as of [undefined, ...(aws.sets?.() ?? [])]) notCompromised(await aws.identity(as), compromised);
}
function notCompromised(caller: Identity, compromised: Compromised): void {
  const me = principalOf(caller.arn);
  const suspect = compromised.arn ? principalOf(compromised.arn) : null;
  const same =
    (compromised.accessKeyId !== undefined && caller.accessKeyId === compromised.accessKeyId) ||
    (compromised.userName !== undefined && me.kind === 'user' && me.name === compromised.userName.toLowerCase()) ||
    compromised.arn === caller.arn ||
    (suspect !== null && suspect.kind === me.kind && suspect.name === me.name && accountOf(compromised.arn) === caller.account);
  if (!same) return;
  throw new AplombError('CompromisedIdentity', `You are working as the compromised identity itself (${caller.arn}).`, { fix: wayOut, exit: EXIT.usage });
}
const accountOf = (arn: string | undefined): string | undefined => arn?.split(':')[4];

/** IAM calls that take away from the user or role they name. */
const ON_USER = new Set([
  'AttachUserPolicy',
  'PutUserPolicy',
  'PutUserPermissionsBoundary',
  'DeleteUser',
  'DeleteLoginProfile',
  'UpdateLoginProfile',
  'AddUserToGroup',
  'RemoveUserFromGroup',
]);
const ON_ROLE = new Set([
  'AttachRolePolicy',
  'PutRolePolicy',
  'PutRolePermissionsBoundary',
  'UpdateAssumeRolePolicy',
  'DeleteRole',
  'DetachRolePolicy',
  'DeleteRolePolicy',
]);
const ON_KEY = new Set(['UpdateAccessKey', 'DeleteAccessKey']);

/**
 * The same guard for a plan that may act under several sets of credentials: each change is compared with the identity it is made
 * as, and with the responder's own.
 * @throws AplombError SelfLockout, and what `identity` throws
 */
export async function lockoutGuard(plan: Plan, aws: Pick<Aws, 'identity'>): Promise<void> {
  const own = await aws.identity();
  const sets = [...new Set(plan.steps.filter(isChange).map(({ call }) => call.as))];
  for (const as of sets) {
    const mine: Plan = { ...plan, steps: plan.steps.filter((step) => isChange(step) && step.call.as === as) };
    const identity = as === undefined ? own : await aws.identity(as);
    selfLockoutGuard(mine, identity);
    // A role in the responder's own account is no disguise.
    if (identity !== own && identity.account === own.account) selfLockoutGuard(mine, own);
  }
}

/**
 * Refuses a plan that would hit the caller: its own key, its user, its role. Looks at every change, fallbacks included.
 * @throws AplombError SelfLockout (exit 2) naming the steps and the way out.
 */
export function selfLockoutGuard(plan: Plan, identity: Identity): void {
  const me = principalOf(identity.arn);
  const named = (value: Json | undefined): boolean => typeof value === 'string' && value.toLowerCase() === me.name;
  const hits = plan.steps.filter(isChange).filter(({ call }) => {
    if (call.service !== 'iam') return false;
    const input = (call.input ?? {}) as JsonObject;
    if (ON_KEY.has(call.operation)) {
      const harmless = call.operation === 'UpdateAccessKey' && input.Status === 'Active';
      return !harmless && identity.accessKeyId !== null && input.AccessKeyId === identity.accessKeyId;
    }
    // Taking our own deny away again (undo) must stay possible: only calls that can add a denial or remove the principal count on users.
    if (ON_USER.has(call.operation)) return me.kind === 'user' && named(input.UserName);
    if (ON_ROLE.has(call.operation)) return me.kind === 'role' && named(input.RoleName) && !plan.action.startsWith('undo');
    return false;
  });
  if (hits.length === 0) return;
  const steps = hits.map((step) => `${step.id} (${step.call.operation})`).join(', ');
  throw new AplombError('SelfLockout', `The plan "${plan.action}" would cut off the responder itself (${identity.arn}): ${steps}. Nothing was changed.`, {
    fix: wayOut,
    exit: EXIT.usage,
  });
}
