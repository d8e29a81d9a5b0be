import { glob } from './glob.ts';
import type { Condition, Policy, Statement } from './read.ts';

/** A statement's word on one action, wherever it applies. */
const names = (statement: Statement, action: string): boolean =>
  statement.actions
    ? statement.actions.some((pattern) => glob(pattern, action))
    : statement.notActions !== undefined && !statement.notActions.some((pattern) => glob(pattern, action));

const EVERYTHING = new Set(['*', '**', 'arn:*', 'arn:aws:*', 'arn:*:*', 'arn:aws:*:*', 'arn:aws:*:*:*', 'arn:aws:*:*:*:*', 'arn:*:*:*:*:*']);
/** Kinds of resources of IAM, by the words in the names of the actions on them: `user/*` is everything for CreateAccessKey, and nothing for PutRolePolicy. */
const IAM_KINDS: Readonly<Record<string, RegExp>> = {
  user: /user|accesskey|loginprofile|mfadevice|sshpublickey|signingcertificate|servicespecific/,
  role: /role/,
  group: /group/,
  policy: /policyversion|createpolicy|deletepolicy/,
};
/** A pattern that leaves no resource of the action's service out: `arn:aws:s3:::*`, `arn:aws:iam::*:user/*` for users. Account and region are not asked. */
function isAll(resource: string, action: string): boolean {
  if (EVERYTHING.has(resource)) return true;
  const [service, name = ''] = action.split(':');
  const [arn, , of, , , ...rest] = resource.toLowerCase().split(':');
  if (arn !== 'arn' || of === undefined || rest.length === 0) return false;
  const left = rest.join(':');
  const kind = /^([a-z-]+)[/:]\*$/.exec(left)?.[1];
  if (of === 'iam' && kind !== undefined && (service === 'iam' || service === 'sts')) return IAM_KINDS[kind]?.test(name) ?? false;
  if (!glob(of, service!)) return false;
  // In S3 what stands before the slash is a bucket, no kind.
  return /^[*/]+$/.test(left) || (kind !== undefined && of !== 's3');
}
/** A resource policy need not say that it is for its own resource. */
const allowsAll = (statement: Statement, action: string): boolean =>
  statement.resources
    ? statement.resources.some((resource) => isAll(resource, action))
    : statement.notResources !== undefined || statement.principals !== undefined || statement.notPrincipals !== undefined;
/** What stands in NotResource of a Deny stays allowed. */
export const deniesAll = (statement: Statement): boolean =>
  statement.resources?.some((resource) => EVERYTHING.has(resource)) ?? statement.principals !== undefined;

/** Met by every ordinary request: no limit. */
const isTrivial = ({ operator, key, values }: Condition): boolean =>
  (key === 'aws:securetransport' && operator === 'bool') || (operator.endsWith('like') && !operator.includes('not') && values.includes('*'));
const limited = (statement: Statement): boolean => statement.conditions.some((condition) => !isTrivial(condition));

export interface Allowed {
  readonly action: string;
  /** Undefined: on everything. */
  readonly on: readonly string[] | undefined;
  readonly conditional: boolean;
}
/**
 * What a policy says of one action; undefined when nothing allows it. A Deny counts when it has no condition and is for all resources, or for the same
 * ones: what a narrower one leaves over is allowed.
 */
export function allowed(policy: Policy, action: string): Allowed | undefined {
  const asked = action.toLowerCase();
  const of = (effect: Statement['effect']) => policy.statements.filter((statement) => statement.effect === effect && names(statement, asked));
  const denies = of('Deny').filter(({ conditions }) => conditions.length === 0);
  if (denies.some(deniesAll)) return undefined;
  const taken = denies.flatMap(({ resources }) => resources ?? []).slice(0, 200);
  if (taken.some((resource) => isAll(resource, asked))) return undefined;
  const left = of('Allow').flatMap((statement): Omit<Allowed, 'action'>[] => {
    if (allowsAll(statement, asked)) return [{ on: undefined, conditional: limited(statement) }];
    const on = (statement.resources ?? []).filter((resource) => !taken.some((pattern) => pattern === resource || glob(pattern, resource)));
    return on.length === 0 ? [] : [{ on, conditional: limited(statement) }];
  });
  if (left.length === 0) return undefined;
  const free = left.filter(({ conditional }) => !conditional);
  const best = free.length > 0 ? free : left;
  return { action, on: best.some(({ on }) => on === undefined) ? undefined : best.flatMap(({ on }) => on ?? []), conditional: free.length === 0 };
}
